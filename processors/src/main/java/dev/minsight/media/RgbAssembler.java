package dev.minsight.media;

import java.util.Arrays;

/**
 * Makes an RGB picture of rows: transparency is laid on white, and if asked for, squares of {@code
 * factor} pixels are averaged on the way, so that a huge picture never exists at full size.
 */
final class RgbAssembler implements RowSink {

  private final int factor;
  private int sourceWidth;
  private int sourceHeight;
  private int width;
  private byte[] rgb;
  private int[] sums;
  private int rows;

  /**
   * @param factor 1 for every pixel, else a power of two
   */
  RgbAssembler(int factor) {
    this.factor = factor;
  }

  @Override
  public void start(int fullWidth, int fullHeight) {
    sourceWidth = fullWidth;
    sourceHeight = fullHeight;
    width = ceil(fullWidth, factor);
    rgb = new byte[Math.multiplyExact(width * 3, ceil(fullHeight, factor))];
    sums = new int[width * 3];
  }

  @Override
  public void row(byte[] rgba) {
    if (factor == 1) {
      int out = rows++ * width * 3;
      for (int in = 0; in < sourceWidth * 4; in += 4) {
        int alpha = rgba[in + 3] & 0xff;
        rgb[out++] = (byte) onWhite(rgba[in], alpha);
        rgb[out++] = (byte) onWhite(rgba[in + 1], alpha);
        rgb[out++] = (byte) onWhite(rgba[in + 2], alpha);
      }
      return;
    }
    for (int x = 0; x < sourceWidth; x++) {
      int alpha = rgba[x * 4 + 3] & 0xff;
      int sum = x / factor * 3;
      sums[sum] += onWhite(rgba[x * 4], alpha);
      sums[sum + 1] += onWhite(rgba[x * 4 + 1], alpha);
      sums[sum + 2] += onWhite(rgba[x * 4 + 2], alpha);
    }
    rows++;
    if (rows % factor == 0 || rows == sourceHeight) {
      average();
    }
  }

  private void average() {
    int outRow = (rows - 1) / factor;
    int high = rows - outRow * factor;
    for (int x = 0; x < width; x++) {
      int area = high * Math.min(factor, sourceWidth - x * factor);
      for (int band = 0; band < 3; band++) {
        int sum = sums[x * 3 + band];
        rgb[(outRow * width + x) * 3 + band] = (byte) ((sum + area / 2) / area);
      }
    }
    Arrays.fill(sums, 0);
  }

  private static int onWhite(byte value, int alpha) {
    int v = value & 0xff;
    return alpha == 255 ? v : (v * alpha + 255 * (255 - alpha) + 127) / 255;
  }

  private static int ceil(int size, int divisor) {
    return (size + divisor - 1) / divisor;
  }

  RgbImage image() {
    return new RgbImage(width, rgb.length / 3 / width, rgb);
  }
}
