package dev.minsight.ml;

/**
 * A model in memory.
 *
 * @param modelId its name
 * @param task what it serves
 * @param bytes of its weights; what runs need beside them comes and goes
 */
public record LoadedModel(String modelId, String task, long bytes) {}
