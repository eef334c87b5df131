package dev.minsight.events;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Objects;

/**
 * What a worker can do, retained while it lives.
 *
 * @param workerId id of the worker
 * @param capabilities task types
 * @param idleCount tasks it could take now
 * @param timestamp milliseconds since 1970
 */
public record WorkerCapability(
    @JsonProperty(value = "worker_id", required = true) String workerId,
    @JsonProperty(value = "capabilities", required = true) List<String> capabilities,
    @JsonProperty(value = "idle_count", required = true) int idleCount,
    @JsonProperty(value = "timestamp", required = true) long timestamp)
    implements WirePayload {

  /** Checks what must be there and copies the list. */
  public WorkerCapability {
    Objects.requireNonNull(workerId, "worker_id");
    capabilities = List.copyOf(capabilities);
  }

  /**
   * @param other an earlier announcement
   * @return whether nothing but the time is new
   */
  public boolean sameAs(WorkerCapability other) {
    return idleCount == other.idleCount && capabilities.equals(other.capabilities);
  }
}
