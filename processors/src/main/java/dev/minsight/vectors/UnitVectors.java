package dev.minsight.vectors;

/** Checks vectors, brings them to unit length and multiplies them. */
final class UnitVectors {

  /** Numbers that are multiplied before a comparison may break off. */
  static final int CHUNK = 128;

  private UnitVectors() {}

  /**
   * @return a copy of unit length
   * @throws IllegalArgumentException for a wrong dimension, a number that is not finite, or length
   *     zero; it names the collection and what is wrong
   */
  static float[] normalise(CollectionSpec spec, float[] vector) {
    if (vector.length != spec.dimension()) {
      throw new IllegalArgumentException(
          "a vector of %d numbers does not fit collection %s, which holds %d of model %s"
              .formatted(vector.length, spec.name(), spec.dimension(), spec.modelId()));
    }
    // In double the squares of the largest and of the smallest floats neither overflow nor vanish.
    double squares = 0;
    for (int i = 0; i < vector.length; i++) {
      if (!Float.isFinite(vector[i])) {
        throw new IllegalArgumentException(
            "number %d of a vector for collection %s is %s"
                .formatted(i, spec.name(), Float.toString(vector[i])));
      }
      squares += (double) vector[i] * vector[i];
    }
    if (squares == 0) {
      throw new IllegalArgumentException(
          "a vector for collection " + spec.name() + " is all zeros: it points nowhere");
    }
    double scale = 1 / Math.sqrt(squares);
    float[] unit = new float[vector.length];
    for (int i = 0; i < vector.length; i++) {
      unit[i] = (float) (vector[i] * scale);
    }
    return unit;
  }

  /**
   * Lengths of what follows the first, second, ... chunk of a vector; none of a vector of one
   * chunk. However the rest of two vectors may lie to each other, their dot product cannot gain
   * more than the product of these lengths (Cauchy-Schwarz).
   */
  static float[] tails(float[] vector) {
    float[] tails = new float[(vector.length - 1) / CHUNK];
    double squares = 0;
    for (int i = vector.length - 1; i >= CHUNK; i--) {
      squares += (double) vector[i] * vector[i];
      if (i % CHUNK == 0) {
        tails[i / CHUNK - 1] = (float) Math.sqrt(squares);
      }
    }
    return tails;
  }

  /** Dot product of {@code query} with the numbers of {@code block} from {@code offset}. */
  static float dot(float[] query, float[] block, int offset) {
    float sum = 0;
    for (int from = 0; from < query.length; from += CHUNK) {
      sum += dot(query, from, block, offset + from);
    }
    return sum;
  }

  /**
   * What the chunk of the query that begins at number {@code from}, with the numbers from {@code
   * offset}, gives to {@link #dot(float[], float[], int)}. Eight sums instead of one, because each
   * addition would otherwise wait for the one before: a processor that begins two a cycle, each of
   * which takes four, is then never idle. The compiler may not reorder float additions by itself.
   */
  static float dot(float[] query, int from, float[] block, int offset) {
    int end = Math.min(from + CHUNK, query.length);
    int shift = offset - from;
    float a = 0;
    float b = 0;
    float c = 0;
    float d = 0;
    float e = 0;
    float f = 0;
    float g = 0;
    float h = 0;
    int i = from;
    for (; i < end - 7; i += 8) {
      a += query[i] * block[shift + i];
      b += query[i + 1] * block[shift + i + 1];
      c += query[i + 2] * block[shift + i + 2];
      d += query[i + 3] * block[shift + i + 3];
      e += query[i + 4] * block[shift + i + 4];
      f += query[i + 5] * block[shift + i + 5];
      g += query[i + 6] * block[shift + i + 6];
      h += query[i + 7] * block[shift + i + 7];
    }
    for (; i < end; i++) {
      a += query[i] * block[shift + i];
    }
    return ((a + b) + (c + d)) + ((e + f) + (g + h));
  }
}
