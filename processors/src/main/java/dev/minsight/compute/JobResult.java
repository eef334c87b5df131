package dev.minsight.compute;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The result of a job in its wire form.
 *
 * @param output JSON-like {@code task_output} of the job
 * @param modelId model that served, or null
 */
public record JobResult(Map<String, Object> output, String modelId) {

  /**
   * @param field of the output that need not be kept with the job
   * @return the result without it
   */
  public JobResult without(String field) {
    Map<String, Object> kept = new LinkedHashMap<>(output);
    kept.remove(field);
    return new JobResult(kept, modelId);
  }
}
