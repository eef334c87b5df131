package dev.minsight.media;

/**
 * Arithmetic on arrays of ints, element by element.
 *
 * <p>Each loop runs over whole arrays of one length with one index and nothing else, and {@link
 * #clip} does without branches: HotSpot 17 makes vector instructions of such loops, but not of ones
 * with an offset into an array, nor of ones that mix bytes and ints.
 */
final class IntRows {

  private IntRows() {}

  /** Adds a row times its weight. */
  static void add(int[] sums, int[] row, int weight) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += row[i] * weight;
    }
  }

  /** Adds four rows times their weights, which reads and writes the sums once instead of thrice. */
  static void add(
      int[] sums, int[] a, int[] b, int[] c, int[] d, int byA, int byB, int byC, int byD) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += a[i] * byA + b[i] * byB + c[i] * byC + d[i] * byD;
    }
  }

  /** Shifts sums to the right and brings what is out of 0..255 to the nearer end. */
  static void clip(int[] sums, int bits) {
    for (int i = 0; i < sums.length; i++) {
      int value = sums[i] >> bits;
      int positive = value & ~(value >> 31);
      sums[i] = (positive | (255 - positive) >> 31) & 255;
    }
  }
}
