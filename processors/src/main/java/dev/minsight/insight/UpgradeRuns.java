package dev.minsight.insight;

import java.util.List;

/** What model upgrades want of a process engine: a process for each photo in work. */
public interface UpgradeRuns {

  /**
   * Starts the process that describes a photo again.
   *
   * @param order what is to be done
   */
  void start(Order order);

  /**
   * @param task see {@link dev.minsight.ml.ModelTask}
   * @return the processes of the task that have not ended
   */
  List<Run> running(String task);

  /**
   * Ends a process; one that has ended by itself is no error.
   *
   * @param run what is to end
   */
  void cancel(Run run);

  /**
   * A photo to be described again.
   *
   * @param task what is to be done anew
   * @param entityId the photo
   * @param generation its content
   * @param jobId the job, queued
   * @param priority 0 most urgent, 10 least
   */
  record Order(String task, long entityId, int generation, String jobId, int priority) {}

  /**
   * A process that has not ended.
   *
   * @param processId of the engine
   * @param entityId the photo
   * @param jobId its first job
   */
  record Run(String processId, long entityId, String jobId) {}
}
