package dev.minsight.compute;

import java.io.IOException;
import java.util.Map;

/** Does one type of task. Instances are shared by all worker threads. */
public interface Plugin {

  /**
   * @return name of the task type
   */
  String taskType();

  /**
   * Does the work. Files go below {@link Work#folder()} and nowhere else.
   *
   * @param work what to do
   * @return what was found
   * @throws IOException if a file cannot be read or written; tried again later
   */
  Result run(Work work) throws IOException;

  /**
   * What a plugin found.
   *
   * @param output JSON-like {@code task_output} of the job
   * @param modelId model that served, or null
   */
  record Result(Map<String, Object> output, String modelId) {}
}
