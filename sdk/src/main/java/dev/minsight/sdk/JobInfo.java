package dev.minsight.sdk;

/**
 * A step of work done for an entity.
 *
 * @param id row id, or null where the server keeps none
 * @param entityId the entity it is for
 * @param jobId the job in the compute service
 * @param taskType for example {@code face_detection}
 * @param status {@code queued}, {@code processing}, {@code completed} or {@code failed}
 * @param progress 0..100
 * @param startedAt milliseconds since the epoch
 * @param createdAt milliseconds since the epoch
 * @param updatedAt milliseconds since the epoch
 * @param completedAt milliseconds since the epoch; null until it ends
 * @param errorMessage why it failed
 */
@WireRecord
public record JobInfo(
    Long id,
    Long entityId,
    String jobId,
    String taskType,
    String status,
    Integer progress,
    Long startedAt,
    Long createdAt,
    Long updatedAt,
    Long completedAt,
    String errorMessage) {}
