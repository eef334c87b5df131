package dev.minsight.store;

import java.util.List;

/**
 * One step in an entity's history.
 *
 * @param version ordinal in the entity's own history, from 1, oldest first
 * @param transactionId number of the revision that made it
 * @param endTransactionId number of the revision that replaced it, null for the present one
 * @param operationType INSERT, UPDATE or DELETE
 * @param updatedDate milliseconds since 1970, or null
 * @param updatedBy user id, or null
 * @param label or null
 * @param description or null
 * @param isDeleted whether it was in the trash
 * @param md5 digest of its content then, or null
 * @param timestamp when the revision was made, milliseconds since 1970
 * @param actor user id of who made it, or null
 * @param requestId id of the request that made it, or null
 * @param reason why, as far as it was said, or null
 * @param changes what differs from the version before; empty for the first
 */
public record EntityVersion(
    int version,
    long transactionId,
    Long endTransactionId,
    String operationType,
    Long updatedDate,
    String updatedBy,
    String label,
    String description,
    boolean isDeleted,
    String md5,
    long timestamp,
    String actor,
    String requestId,
    String reason,
    List<Change> changes) {

  /**
   * A field that differs from the version before.
   *
   * @param field name in the entity's JSON
   * @param before its value in the version before, or null
   * @param after its value in this version, or null
   */
  public record Change(String field, Object before, Object after) {}
}
