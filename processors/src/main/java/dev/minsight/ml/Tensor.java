package dev.minsight.ml;

import java.nio.FloatBuffer;

/**
 * A float32 tensor.
 *
 * @param shape length of each axis
 * @param values in row-major order
 */
record Tensor(long[] shape, FloatBuffer values) {

  /** Length of the last axis. */
  long lastAxis() {
    return shape.length == 0 ? 1 : shape[shape.length - 1];
  }

  /** The first {@code count} values. */
  float[] first(int count) {
    float[] copy = new float[count];
    values.duplicate().rewind().get(copy);
    return copy;
  }
}
