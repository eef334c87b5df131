package dev.minsight.events;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Objects;

/**
 * Something happened to a job. Output and error text are not in it: clients fetch the job.
 *
 * @param jobId id of the job
 * @param eventType the job's status word: {@code queued}, {@code processing}, {@code completed},
 *     {@code failed}
 * @param timestamp milliseconds since 1970
 * @param progress 0..100, or null
 */
public record JobEvent(
    @JsonProperty(value = "job_id", required = true) String jobId,
    @JsonProperty(value = "event_type", required = true) String eventType,
    @JsonProperty(value = "timestamp", required = true) long timestamp,
    @JsonProperty("progress") Integer progress)
    implements WirePayload {

  /** Checks what must be there. */
  public JobEvent {
    Objects.requireNonNull(jobId, "job_id");
    Objects.requireNonNull(eventType, "event_type");
  }
}
