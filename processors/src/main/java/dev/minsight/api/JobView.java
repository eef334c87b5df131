package dev.minsight.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.minsight.compute.Job;
import java.util.Map;

/**
 * A job as clients see it: the contract's JobResponse, and what we add.
 *
 * @param jobId UUID
 * @param taskType plugin
 * @param status queued, processing, completed or failed
 * @param progress 0..100
 * @param params what the plugin was asked
 * @param taskOutput what it found, null before it completed
 * @param errorMessage why it failed, or why its last try did
 * @param priority 0 most urgent
 * @param createdAt ms
 * @param updatedAt ms
 * @param startedAt ms, null before
 * @param completedAt ms, null before
 * @param entityId entity whose step it is, null for a job of the API
 * @param modelId model that served
 * @param attempt how often a worker began it
 * @param createdBy user
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
record JobView(
    String jobId,
    String taskType,
    String status,
    int progress,
    Map<String, Object> params,
    Map<String, Object> taskOutput,
    String errorMessage,
    int priority,
    long createdAt,
    long updatedAt,
    Long startedAt,
    Long completedAt,
    Long entityId,
    String modelId,
    int attempt,
    String createdBy) {

  static JobView of(Job job) {
    return new JobView(
        job.id(),
        job.taskType(),
        job.status().word(),
        job.progress(),
        job.params(),
        job.output(),
        job.errorMessage(),
        job.priority(),
        job.createdAt(),
        job.updatedAt(),
        job.startedAt(),
        job.completedAt(),
        job.entityId(),
        job.modelId(),
        job.attempt(),
        job.createdBy());
  }
}
