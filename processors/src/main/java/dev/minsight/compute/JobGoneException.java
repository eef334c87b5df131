package dev.minsight.compute;

/** The job a worker is busy with is not its any more: cancelled, deleted, or given to another. */
public final class JobGoneException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * @param jobId the job
   */
  public JobGoneException(String jobId) {
    super("job " + jobId + " was cancelled, deleted or given to another worker");
  }
}
