package dev.minsight.media;

/**
 * A decoded picture: 8-bit RGB, interleaved, row by row from the top left, without padding.
 *
 * <p>The array is shared, not copied, because pictures are large: whoever gets one must not write
 * into it.
 *
 * @param width in pixels, at least 1
 * @param height in pixels, at least 1
 * @param rgb {@code width * height * 3} bytes, each 0..255 unsigned
 */
public record RgbImage(int width, int height, byte[] rgb) {

  /** Checks that the array fits the size. */
  public RgbImage {
    if (width < 1 || height < 1 || rgb.length != (long) width * height * 3) {
      throw new IllegalArgumentException(
          "an RGB picture of " + width + "x" + height + " does not have " + rgb.length + " bytes");
    }
  }

  /**
   * @return the longer of the two sides, in pixels
   */
  public int longSide() {
    return Math.max(width, height);
  }

  /** Hands the picture over as rows of opaque RGBA. */
  void rows(RowSink sink) {
    sink.start(width, height);
    byte[] row = new byte[width * 4];
    int in = 0;
    for (int y = 0; y < height; y++) {
      for (int out = 0; out < row.length; in += 3) {
        row[out++] = rgb[in];
        row[out++] = rgb[in + 1];
        row[out++] = rgb[in + 2];
        row[out++] = (byte) 255;
      }
      sink.row(row);
    }
  }
}
