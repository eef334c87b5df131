package dev.minsight.ml;

/**
 * A vector that stands for a picture or a face.
 *
 * @param modelId the model that made it; vectors of different models do not compare
 * @param vector of length 1 unless the model gave zeros only or raw values were asked for; shared,
 *     so nobody writes into it
 */
public record Embedding(String modelId, float[] vector) {

  /**
   * @param other an embedding of the same model
   * @return cosine similarity, -1 (opposite) to 1 (same)
   * @throws IllegalArgumentException if another model made it
   */
  public double cosine(Embedding other) {
    if (!modelId.equals(other.modelId)) {
      throw new IllegalArgumentException(
          "vectors of " + modelId + " and " + other.modelId + " do not compare");
    }
    double sum = 0;
    for (int i = 0; i < vector.length; i++) {
      sum += vector[i] * other.vector[i];
    }
    return sum;
  }
}
