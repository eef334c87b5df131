package dev.minsight.store;

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
    String md5) {}
