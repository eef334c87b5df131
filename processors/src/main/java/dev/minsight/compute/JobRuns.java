package dev.minsight.compute;

import java.util.Set;

/** Where the jobs of the API are run: a process each, which waits for its worker. */
public interface JobRuns {

  /**
   * Starts the process of a job.
   *
   * @param job queued, and without a process
   */
  void start(Job job);

  /**
   * Ends the process of a job, if there is one. What its worker still finds counts for nothing.
   *
   * @param jobId of the job
   */
  void cancel(String jobId);

  /**
   * Lets a job go on whose tries were used up, be it of the API or a step of a photo.
   *
   * @param job failed
   * @return false when nothing of it waits to go on
   */
  boolean resume(Job job);

  /**
   * @return ids of the jobs of the API that have a process
   */
  Set<String> running();
}
