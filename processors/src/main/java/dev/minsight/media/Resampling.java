package dev.minsight.media;

/**
 * Changes the size of pictures exactly as Pillow does, byte for byte.
 *
 * <p>Models were trained on pictures reduced by Pillow, and the common perceptual hashes are
 * defined on its results, so "about the same" is not enough. The recipe, from Pillow's {@code
 * src/libImaging/Resample.c}: the filter is stretched by the reduction factor (so that reducing
 * averages instead of skipping), its weights are normalised in double and rounded to 22-bit fixed
 * point, the rows are resampled first, clipped to 8 bits, then the columns.
 *
 * <p>Both directions are sums of weighted arrays of ints with one common index, because that is the
 * form that HotSpot turns into vector instructions ({@link IntRows}); samples are therefore turned
 * sideways for the first direction ({@link RowReduction}), which still is less than half the work
 * of adding them up one by one.
 *
 * <p>The order is that of Pillow 3.3 to 12, on which models and hashes were made. Pillow 13 takes
 * the columns first where the height shrinks much more than the width, which rounds differently; we
 * do not follow.
 */
public final class Resampling {

  private static final int BANDS = 3;

  private Resampling() {}

  /** The weight of a source pixel by its distance from the centre, in output pixels. */
  public enum Filter {
    /** The mean of the pixels under the output pixel. */
    BOX(0.5) {
      @Override
      double weight(double x) {
        return x > -0.5 && x <= 0.5 ? 1 : 0;
      }
    },
    /** A triangle two pixels wide. */
    BILINEAR(1) {
      @Override
      double weight(double x) {
        double distance = Math.abs(x);
        return distance < 1 ? 1 - distance : 0;
      }
    },
    /** Keys' cubic convolution with a = -0.5; what CLIP and DINO were trained with. */
    BICUBIC(2) {
      @Override
      double weight(double x) {
        double a = -0.5;
        double d = Math.abs(x);
        if (d < 1) {
          return ((a + 2) * d - (a + 3)) * d * d + 1;
        }
        return d < 2 ? (((d - 5) * d + 8) * d - 4) * a : 0;
      }
    },
    /** A sinc windowed by a sinc three lobes wide; what the perceptual hashes use. */
    LANCZOS(3) {
      @Override
      double weight(double x) {
        return x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0;
      }
    };

    private final double support;

    Filter(double support) {
      this.support = support;
    }

    /** How far the weights reach to either side, in output pixels. */
    double support() {
      return support;
    }

    abstract double weight(double x);

    private static double sinc(double x) {
      return x == 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI);
    }
  }

  /**
   * Resizes a picture.
   *
   * @param image the source, which is not changed
   * @param width of the result in pixels, at least 1
   * @param height of the result in pixels, at least 1
   * @param filter how source pixels are weighed
   * @return the resized picture; the source itself when it already has that size
   */
  public static RgbImage resize(RgbImage image, int width, int height, Filter filter) {
    byte[] pixels =
        resize(image.rgb(), BANDS, image.width(), image.height(), width, height, filter);
    return pixels == image.rgb() ? image : new RgbImage(width, height, pixels);
  }

  /**
   * Resizes a grey picture.
   *
   * @param grey a byte a pixel, not changed
   * @param fullWidth its width in pixels
   * @param fullHeight its height in pixels
   * @param width of the result in pixels, at least 1
   * @param height of the result in pixels, at least 1
   * @param filter how source pixels are weighed
   * @return the resized pixels; the source itself when it already has that size
   */
  static byte[] resizeGrey(
      byte[] grey, int fullWidth, int fullHeight, int width, int height, Filter filter) {
    return resize(grey, 1, fullWidth, fullHeight, width, height, filter);
  }

  private static byte[] resize(
      byte[] source,
      int bands,
      int fullWidth,
      int fullHeight,
      int width,
      int height,
      Filter filter) {
    if (width < 1 || height < 1) {
      throw new IllegalArgumentException("cannot resize to " + width + "x" + height);
    }
    if (width == fullWidth && height == fullHeight) {
      return source;
    }
    ResamplingWeights rows = ResamplingWeights.of(fullHeight, height, filter);
    ColumnReduction result = new ColumnReduction(rows, width * bands);
    RowReduction reduction =
        new RowReduction(
            source, bands, fullWidth, ResamplingWeights.of(fullWidth, width, filter), rows.end());
    // Source rows that no output row reads need no horizontal pass.
    for (int y = rows.first(0); y < rows.end(); y += reduction.rows()) {
      reduction.read(y);
      for (int row = 0; row < reduction.rows(); row++) {
        result.add(reduction.row(row));
      }
    }
    return result.pixels();
  }

  /**
   * Cuts a rectangle out of a picture.
   *
   * @param image the source, which is not changed
   * @param x left edge, in pixels from the left
   * @param y upper edge, in pixels from the top
   * @param width of the rectangle
   * @param height of the rectangle
   * @return the rectangle as a picture of its own
   * @throws IllegalArgumentException if the rectangle is empty or not wholly inside the picture
   */
  public static RgbImage crop(RgbImage image, int x, int y, int width, int height) {
    if (x < 0
        || y < 0
        || width < 1
        || height < 1
        || width > image.width() - x
        || height > image.height() - y) {
      throw new IllegalArgumentException(
          "no "
              + width
              + "x"
              + height
              + " at "
              + x
              + ","
              + y
              + " in a picture of "
              + image.width()
              + "x"
              + image.height());
    }
    byte[] cut = new byte[width * height * BANDS];
    for (int row = 0; row < height; row++) {
      System.arraycopy(
          image.rgb(),
          ((y + row) * image.width() + x) * BANDS,
          cut,
          row * width * BANDS,
          width * BANDS);
    }
    return new RgbImage(width, height, cut);
  }
}
