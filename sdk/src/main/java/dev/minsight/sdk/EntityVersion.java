package dev.minsight.sdk;

/**
 * One state in an entity's history.
 *
 * @param version ordinal within the entity, from 1, oldest first
 * @param transactionId ascending over all entities, with gaps within one
 * @param endTransactionId the transaction that replaced this state; null for the present one
 * @param operationType {@code INSERT}, {@code UPDATE} or {@code DELETE}; null where not told
 * @param updatedDate milliseconds since the epoch
 * @param label the label then
 * @param description the description then
 * @param isDeleted whether it was soft-deleted then
 * @param md5 digest of the content then
 * @param updatedBy user id of who made this state
 */
@WireRecord
public record EntityVersion(
    int version,
    long transactionId,
    Long endTransactionId,
    String operationType,
    Long updatedDate,
    String label,
    String description,
    Boolean isDeleted,
    String md5,
    String updatedBy) {}
