package dev.minsight.compute;

import java.util.Map;

/**
 * The public face of one unit of compute.
 *
 * @param id random UUID
 * @param taskType plugin that does it
 * @param entityId entity it belongs to, null for a job of the API
 * @param generation content of the entity it belongs to, null for a job of the API
 * @param status where it stands
 * @param progress 0..100
 * @param priority 0 most urgent, 10 least
 * @param params what the plugin is to do
 * @param output what it found, null before it completed
 * @param errorMessage why it failed, in plain words
 * @param modelId model that served it
 * @param attempt how often a worker began it
 * @param createdBy user, null for the pipeline
 * @param createdAt ms since epoch
 * @param updatedAt ms since epoch
 * @param startedAt ms since epoch, null before
 * @param completedAt ms since epoch, null before
 * @param cancelledAt ms since epoch, null unless somebody called it off
 * @param callbackUrl address to be told of the end, or null
 */
public record Job(
    String id,
    String taskType,
    Long entityId,
    Integer generation,
    JobStatus status,
    int progress,
    int priority,
    Map<String, Object> params,
    Map<String, Object> output,
    String errorMessage,
    String modelId,
    int attempt,
    String createdBy,
    long createdAt,
    long updatedAt,
    Long startedAt,
    Long completedAt,
    Long cancelledAt,
    String callbackUrl) {

  /**
   * @return whether it is a step of a photo's process
   */
  public boolean ofPipeline() {
    return entityId != null;
  }
}
