package dev.minsight.events;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.lang.management.ManagementFactory;
import java.util.Objects;

/**
 * What mInsight does at the moment.
 *
 * @param status {@code unknown}, {@code running}, {@code idle} or {@code offline}
 * @param timestamp milliseconds since 1970
 * @param versionStart first revision of the current or last run, or null
 * @param versionEnd last revision of the current or last run, or null
 * @param processedCount entities of the last run, -1 while running, or null
 * @param processId process and machine of the server that says so, or null
 */
public record MInsightStatus(
    @JsonProperty(value = "status", required = true) String status,
    @JsonProperty(value = "timestamp", required = true) long timestamp,
    @JsonProperty("version_start") Long versionStart,
    @JsonProperty("version_end") Long versionEnd,
    @JsonProperty("processed_count") Long processedCount,
    @JsonProperty("process_id") String processId)
    implements WirePayload {

  /** Of this server; unlike the bare number it tells servers of several machines apart. */
  private static final String PROCESS = ManagementFactory.getRuntimeMXBean().getName();

  /** Checks what must be there. */
  public MInsightStatus {
    Objects.requireNonNull(status, "status");
  }

  /**
   * @param timestamp milliseconds since 1970
   * @return nothing was heard yet
   */
  public static MInsightStatus unknown(long timestamp) {
    return new MInsightStatus("unknown", timestamp, null, null, null, null);
  }

  /**
   * @param timestamp milliseconds since 1970
   * @param versionStart first revision of the run
   * @param versionEnd last revision of the run
   * @return a run is under way
   */
  public static MInsightStatus running(long timestamp, long versionStart, long versionEnd) {
    return new MInsightStatus("running", timestamp, versionStart, versionEnd, -1L, PROCESS);
  }

  /**
   * @param timestamp milliseconds since 1970
   * @param versionStart first revision of the last run, or null
   * @param versionEnd last revision of the last run, or null
   * @param processedCount entities of the last run, or null before the first
   * @return nothing to do
   */
  public static MInsightStatus idle(
      long timestamp, Long versionStart, Long versionEnd, Long processedCount) {
    return new MInsightStatus("idle", timestamp, versionStart, versionEnd, processedCount, PROCESS);
  }

  /**
   * @param timestamp milliseconds since 1970
   * @return gone, in good order or not
   */
  public static MInsightStatus offline(long timestamp) {
    return new MInsightStatus("offline", timestamp, null, null, null, PROCESS);
  }
}
