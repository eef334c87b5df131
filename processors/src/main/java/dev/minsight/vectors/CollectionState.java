package dev.minsight.vectors;

/**
 * Whether a collection can be used.
 *
 * @param name of the collection
 * @param modelId the model it was opened for
 * @param dimension the numbers per vector it was opened for
 * @param count vectors that can be searched; 0 while it cannot be used
 * @param condition whether it can be used, and what helps when not
 * @param method how it is searched: {@code exact}, {@code hnsw} or {@code qdrant}; empty while it
 *     cannot be used
 * @param reason why it cannot be used, in plain words; empty when ready
 */
public record CollectionState(
    String name,
    String modelId,
    int dimension,
    long count,
    Condition condition,
    String method,
    String reason) {

  /** What can be done with a collection. */
  public enum Condition {
    /** It answers. */
    READY,
    /** It holds nothing of use; a rebuild cures it. */
    NEEDS_REBUILD,
    /** Its server does not answer; opening it again tells whether that has changed. */
    UNREACHABLE,
    /** Somebody else made it, otherwise than we would; only a human may have it replaced. */
    FOREIGN
  }

  /**
   * @return whether it answers
   */
  public boolean ready() {
    return condition == Condition.READY;
  }

  static CollectionState ready(CollectionSpec spec, long count, String method) {
    return new CollectionState(
        spec.name(), spec.modelId(), spec.dimension(), count, Condition.READY, method, "");
  }

  static CollectionState needsRebuild(CollectionSpec spec, String reason) {
    return unusable(spec, Condition.NEEDS_REBUILD, reason);
  }

  static CollectionState unusable(CollectionSpec spec, Condition condition, String reason) {
    return new CollectionState(
        spec.name(), spec.modelId(), spec.dimension(), 0, condition, "", reason);
  }
}
