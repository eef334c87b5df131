package dev.minsight.sdk;

/**
 * A collection of the vector index.
 *
 * @param name for example {@code clip_embeddings}
 * @param modelId the model whose vectors it holds
 * @param dimension numbers per vector
 * @param count vectors that can be searched
 * @param stored vectors of the model in the database
 * @param condition {@code ready}, {@code needs_rebuild}, {@code unreachable} or {@code foreign}
 * @param method {@code exact}, {@code hnsw} or {@code qdrant}; null while it cannot be searched
 * @param reason why it cannot be searched; null when it can
 * @param rebuilding whether a rebuild that somebody asked for is not done yet
 */
@WireRecord
public record VectorCollection(
    String name,
    String modelId,
    int dimension,
    long count,
    long stored,
    String condition,
    String method,
    String reason,
    boolean rebuilding) {}
