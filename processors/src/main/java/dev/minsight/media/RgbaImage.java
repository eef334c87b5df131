package dev.minsight.media;

/**
 * A decoded picture with transparency: 8 bits each of red, green, blue and (not premultiplied)
 * alpha, row by row from the top left, without padding.
 *
 * @param width in pixels, at least 1
 * @param height in pixels, at least 1
 * @param rgba {@code width * height * 4} bytes; shared, not copied
 */
record RgbaImage(int width, int height, byte[] rgba) {

  /** Checks that the array fits the size. */
  RgbaImage {
    if (width < 1 || height < 1 || rgba.length != (long) width * height * 4) {
      throw new IllegalArgumentException(
          "an RGBA picture of "
              + width
              + "x"
              + height
              + " does not have "
              + rgba.length
              + " bytes");
    }
  }

  /**
   * @return whether nothing shines through
   */
  boolean opaque() {
    for (int i = 3; i < rgba.length; i += 4) {
      if (rgba[i] != (byte) 255) {
        return false;
      }
    }
    return true;
  }

  /**
   * @return the colours alone
   */
  RgbImage withoutAlpha() {
    byte[] rgb = new byte[rgba.length / 4 * 3];
    for (int in = 0, out = 0; in < rgba.length; in += 4) {
      rgb[out++] = rgba[in];
      rgb[out++] = rgba[in + 1];
      rgb[out++] = rgba[in + 2];
    }
    return new RgbImage(width, height, rgb);
  }

  /** Hands the picture over as rows. */
  void rows(RowSink sink) {
    sink.start(width, height);
    byte[] row = new byte[width * 4];
    for (int at = 0; at < rgba.length; at += row.length) {
      System.arraycopy(rgba, at, row, 0, row.length);
      sink.row(row);
    }
  }

  /** Collects rows into a picture. */
  static final class Assembler implements RowSink {
    private int width;
    private int height;
    private byte[] rgba;
    private int filled;

    @Override
    public void start(int fullWidth, int fullHeight) {
      width = fullWidth;
      height = fullHeight;
      rgba = new byte[Math.multiplyExact(width * 4, height)];
    }

    @Override
    public void row(byte[] row) {
      System.arraycopy(row, 0, rgba, filled, row.length);
      filled += row.length;
    }

    RgbaImage image() {
      return new RgbaImage(width, height, rgba);
    }
  }
}
