package dev.minsight.sdk;

import java.util.List;

/**
 * What is known of an entity's content and how far the work on it is.
 *
 * @param overallStatus {@code queued}, {@code processing}, {@code completed} or {@code failed}
 * @param lastProcessedMd5 content of the last completed run
 * @param lastProcessedVersion transaction id of the last completed run
 * @param faceCount null until faces were looked for, then 0 or more
 * @param activeProcessingMd5 content the running jobs belong to
 * @param activeJobs not yet at their end
 * @param jobHistory at their end
 * @param inferenceStatus step by step
 * @param lastUpdated milliseconds since the epoch
 * @param errorMessage the last error
 */
@WireRecord
public record Intelligence(
    String overallStatus,
    String lastProcessedMd5,
    Long lastProcessedVersion,
    Integer faceCount,
    String activeProcessingMd5,
    List<JobInfo> activeJobs,
    List<JobInfo> jobHistory,
    InferenceStatus inferenceStatus,
    long lastUpdated,
    String errorMessage) {

  private static final String COMPLETED = "completed";
  private static final String FAILED = "failed";

  /** Fills in what the contract promises for absent values. */
  public Intelligence {
    overallStatus = overallStatus == null ? "queued" : overallStatus;
    activeJobs = activeJobs == null ? List.of() : List.copyOf(activeJobs);
    jobHistory = jobHistory == null ? List.of() : List.copyOf(jobHistory);
    inferenceStatus =
        inferenceStatus == null
            ? new InferenceStatus(null, null, null, null, null)
            : inferenceStatus;
  }

  /**
   * @return whether everything asked for was done
   */
  public boolean completed() {
    return COMPLETED.equals(overallStatus);
  }

  /**
   * @return whether the work ended with an error
   */
  public boolean failed() {
    return FAILED.equals(overallStatus);
  }
}
