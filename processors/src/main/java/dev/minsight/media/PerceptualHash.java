package dev.minsight.media;

import java.util.Arrays;

/**
 * Hashes that stay nearly the same when a picture is resized or saved again: the number of bits in
 * which two differ tells how far apart the pictures are. Equal, bit for bit, to those of Python's
 * {@code imagehash} with its defaults, whose definitions follow N. Krawetz, "Looks Like It" (2011)
 * and "Kind of Like That" (2013).
 */
final class PerceptualHash {

  private static final int SIDE = 8;

  /** The transform sees four times the side of the hash. */
  private static final int SAMPLES = 32;

  private PerceptualHash() {}

  /**
   * Average hash: which of 8 by 8 pixels are brighter than their mean.
   *
   * @param grey brightness of every pixel
   * @param width in pixels
   * @param height in pixels
   * @return 16 hex digits
   */
  static String average(byte[] grey, int width, int height) {
    byte[] small = shrink(grey, width, height, SIDE, SIDE);
    double sum = 0;
    for (byte value : small) {
      sum += value & 0xff;
    }
    long bits = 0;
    for (byte value : small) {
      bits = bits << 1 | ((value & 0xff) > sum / small.length ? 1 : 0);
    }
    return hex(bits);
  }

  /** Difference hash: which of 9 by 8 pixels are brighter than their left neighbour. */
  static String difference(byte[] grey, int width, int height) {
    byte[] small = shrink(grey, width, height, SIDE + 1, SIDE);
    long bits = 0;
    for (int y = 0; y < SIDE; y++) {
      for (int x = 0; x < SIDE; x++) {
        int at = y * (SIDE + 1) + x;
        bits = bits << 1 | ((small[at + 1] & 0xff) > (small[at] & 0xff) ? 1 : 0);
      }
    }
    return hex(bits);
  }

  /**
   * Perceptual hash: which of the 8 by 8 lowest frequencies, the constant among them, are above
   * their median.
   */
  static String frequencies(byte[] grey, int width, int height) {
    byte[] small = shrink(grey, width, height, SAMPLES, SAMPLES);
    double[][] columns = new double[SAMPLES][];
    for (int x = 0; x < SAMPLES; x++) {
      double[] column = new double[SAMPLES];
      for (int y = 0; y < SAMPLES; y++) {
        column[y] = small[y * SAMPLES + x] & 0xff;
      }
      columns[x] = cosines(column);
    }
    double[] low = new double[SIDE * SIDE];
    for (int y = 0; y < SIDE; y++) {
      double[] row = new double[SAMPLES];
      for (int x = 0; x < SAMPLES; x++) {
        row[x] = columns[x][y];
      }
      System.arraycopy(cosines(row), 0, low, y * SIDE, SIDE);
    }
    double[] sorted = low.clone();
    Arrays.sort(sorted);
    double median = (sorted[SIDE * SIDE / 2 - 1] + sorted[SIDE * SIDE / 2]) / 2;
    long bits = 0;
    for (double value : low) {
      bits = bits << 1 | (value > median ? 1 : 0);
    }
    return hex(bits);
  }

  /**
   * Discrete cosine transform, type II, not normalised. Folded in halves (Lee, "A new algorithm to
   * compute the discrete cosine transform", 1984), so that what is symmetric or constant comes out
   * as exactly zero and not as noise, on which the comparison with the median would hang.
   */
  private static double[] cosines(double[] samples) {
    int count = samples.length;
    if (count == 1) {
      return new double[] {2 * samples[0]};
    }
    int half = count / 2;
    double[] sums = new double[half];
    double[] differences = new double[half];
    for (int i = 0; i < half; i++) {
      sums[i] = samples[i] + samples[count - 1 - i];
      differences[i] = samples[i] - samples[count - 1 - i];
    }
    double[] even = cosines(sums);
    double[] result = new double[count];
    for (int k = 0; k < half; k++) {
      result[2 * k] = even[k];
      double odd = 0;
      for (int i = 0; i < half; i++) {
        odd += differences[i] * Math.cos(Math.PI * (2 * k + 1) * (2 * i + 1) / (2 * count));
      }
      result[2 * k + 1] = 2 * odd;
    }
    return result;
  }

  private static byte[] shrink(byte[] grey, int width, int height, int newWidth, int newHeight) {
    return Resampling.resizeGrey(
        grey, width, height, newWidth, newHeight, Resampling.Filter.LANCZOS);
  }

  private static String hex(long bits) {
    return String.format("%016x", bits);
  }
}
