package dev.minsight.vectors;

import java.util.regex.Pattern;

/**
 * What a collection is meant to hold. Vectors of two models are never comparable, so a collection
 * belongs to exactly one.
 *
 * @param name lower-case letters, digits and underscores, at most 64; it becomes a file name
 * @param modelId the model that makes the vectors, as the manifest names it
 * @param dimension numbers per vector, 1..{@value #MAX_DIMENSION}
 */
public record CollectionSpec(String name, String modelId, int dimension) {

  /** CLIP image vectors, by entity id. */
  public static final String CLIP = "clip_embeddings";

  /** DINO image vectors, by entity id. */
  public static final String DINO = "dino_embeddings";

  /** Face vectors, by face id. */
  public static final String FACES = "face_embeddings";

  /** Far above any model in use; a header that claims more is damaged. */
  static final int MAX_DIMENSION = 65_536;

  private static final Pattern NAME = Pattern.compile("[a-z0-9_]{1,64}");

  /** Checks the ranges. */
  public CollectionSpec {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "collection name '" + name + "': use 1 to 64 of a-z, 0-9 and _");
    }
    if (modelId.isBlank() || modelId.length() > 200) {
      throw new IllegalArgumentException(
          "model id '" + modelId + "' of collection " + name + ": use 1 to 200 characters");
    }
    if (dimension < 1 || dimension > MAX_DIMENSION) {
      throw new IllegalArgumentException(
          "dimension " + dimension + " of collection " + name + ": use 1 to " + MAX_DIMENSION);
    }
  }
}
