package dev.minsight.ml;

/** Orthogonal matrices of equal-sized entries: they mix values evenly and keep every cosine. */
final class Hadamard {

  /** The quadratic residues modulo 11, from which Paley builds the matrix of order 12 (1933). */
  private static final int PALEY_PRIME = 11;

  private Hadamard() {}

  /**
   * @param order 12 or a power of 2
   * @return the matrix row by row, scaled so that its rows have length 1
   */
  static float[] matrix(int order) {
    float scale = (float) (1 / StrictMath.sqrt(order));
    float[] matrix = new float[order * order];
    for (int row = 0; row < order; row++) {
      for (int column = 0; column < order; column++) {
        matrix[row * order + column] =
            (order == PALEY_PRIME + 1 ? paley(row, column) : sylvester(row, column)) * scale;
      }
    }
    return matrix;
  }

  private static int sylvester(int row, int column) {
    return Integer.bitCount(row & column) % 2 == 0 ? 1 : -1;
  }

  private static int paley(int row, int column) {
    if (row == column) {
      return 1;
    }
    if (row == 0 || column == 0) {
      return row == 0 ? 1 : -1;
    }
    int difference = Math.floorMod(row - column, PALEY_PRIME);
    for (int i = 1; i < PALEY_PRIME; i++) {
      if (i * i % PALEY_PRIME == difference) {
        return 1;
      }
    }
    return -1;
  }
}
