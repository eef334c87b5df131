package dev.minsight.media;

import java.util.Arrays;

/**
 * Makes the rows of the result of source rows, which come one after the other: each is added to the
 * few rows that it is a part of, so that the source never exists as a whole.
 */
final class ColumnReduction {

  private final ResamplingWeights weights;
  private final int length;
  private final byte[] pixels;

  /** The sums of the rows in the making, each at its number modulo how many there may be. */
  private final int[][] sums;

  private int y;
  private int oldest;

  /**
   * @param weights which source rows make a row
   * @param length of a row in samples
   */
  ColumnReduction(ResamplingWeights weights, int length) {
    this.weights = weights;
    this.length = length;
    this.pixels = new byte[Math.multiplyExact(length, weights.size())];
    this.sums = new int[weights.overlap()][length];
    for (int[] sum : sums) {
      Arrays.fill(sum, ResamplingWeights.HALF);
    }
    this.y = weights.first(0);
  }

  /**
   * Adds the next source row.
   *
   * @param row its samples, 0..255; the first row is the first that counts
   */
  void add(int[] row) {
    for (int out = oldest; out < weights.size() && weights.first(out) <= y; out++) {
      int[] sum = sums[out % sums.length];
      IntRows.add(sum, row, weights.fixed()[out][y - weights.first(out)]);
      if (y + 1 == weights.end(out)) {
        write(sum, out);
        oldest = out + 1; // rows end in their order
      }
    }
    y++;
  }

  private void write(int[] sum, int out) {
    IntRows.clip(sum, ResamplingWeights.PRECISION_BITS);
    int start = out * length;
    for (int i = 0; i < length; i++) {
      pixels[start + i] = (byte) sum[i];
    }
    Arrays.fill(sum, ResamplingWeights.HALF);
  }

  /** The result, once all source rows were added. */
  byte[] pixels() {
    return pixels;
  }
}
