package dev.minsight.compute;

import java.util.Map;

/**
 * The result of a job in its wire form.
 *
 * @param output JSON-like {@code task_output} of the job
 * @param modelId model that served, or null
 */
public record JobResult(Map<String, Object> output, String modelId) {}
