package dev.minsight.bench;

import java.util.Random;

/**
 * Vectors that lie as those of photos do: in clusters of very different sizes, on a surface of far
 * fewer dimensions than they have numbers, with a little noise around it. Uniform noise would be
 * unfair to any index: there everything is equally far from everything.
 */
final class PhotoLikeVectors {

  private static final int CLUSTERS = 2000;

  /** Estimates for embeddings of photos and faces lie between 10 and 40. */
  private static final int INTRINSIC_DIMENSION = 32;

  private static final double SPREAD = 0.6;
  private static final double NOISE = 0.02;

  private final int dimension;
  private final float[][] axes = new float[INTRINSIC_DIMENSION][];
  private final float[][] centres = new float[CLUSTERS][];

  PhotoLikeVectors(int dimension) {
    this.dimension = dimension;
    Random random = new Random(20261121);
    for (int axis = 0; axis < INTRINSIC_DIMENSION; axis++) {
      axes[axis] = gaussian(random, dimension, 1 / Math.sqrt(dimension));
    }
    for (int cluster = 0; cluster < CLUSTERS; cluster++) {
      centres[cluster] = gaussian(random, INTRINSIC_DIMENSION, 1);
    }
  }

  /**
   * @param id any number
   * @return always the same vector for it
   */
  float[] of(long id) {
    Random random = new Random(id * 0x9E3779B97F4A7C15L + 1);
    // Squared, so that some clusters have hundreds of times as many as others.
    double place = random.nextDouble();
    float[] centre = centres[(int) (place * place * CLUSTERS)];
    float[] vector = gaussian(random, dimension, NOISE);
    for (int axis = 0; axis < INTRINSIC_DIMENSION; axis++) {
      float along = (float) (centre[axis] + SPREAD * random.nextGaussian());
      for (int i = 0; i < dimension; i++) {
        vector[i] += along * axes[axis][i];
      }
    }
    return vector;
  }

  private static float[] gaussian(Random random, int size, double scale) {
    float[] numbers = new float[size];
    for (int i = 0; i < size; i++) {
      numbers[i] = (float) (scale * random.nextGaussian());
    }
    return numbers;
  }
}
