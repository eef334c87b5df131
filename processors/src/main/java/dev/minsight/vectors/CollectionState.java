package dev.minsight.vectors;

/**
 * Whether a collection can be used.
 *
 * @param name of the collection
 * @param modelId the model it was opened for
 * @param dimension the numbers per vector it was opened for
 * @param count vectors that can be searched; 0 while a rebuild is needed
 * @param ready false: it needs a rebuild
 * @param reason why it needs one, in plain words; empty when ready
 */
public record CollectionState(
    String name, String modelId, int dimension, long count, boolean ready, String reason) {

  static CollectionState ready(CollectionSpec spec, long count) {
    return new CollectionState(spec.name(), spec.modelId(), spec.dimension(), count, true, "");
  }

  static CollectionState needsRebuild(CollectionSpec spec, String reason) {
    return new CollectionState(spec.name(), spec.modelId(), spec.dimension(), 0, false, reason);
  }
}
