package dev.minsight.media;

import java.util.Arrays;

/**
 * Changes the size of pictures exactly as Pillow does, byte for byte.
 *
 * <p>Models were trained on pictures reduced by Pillow, and the common perceptual hashes are
 * defined on its results, so "about the same" is not enough. The recipe, from Pillow's {@code
 * src/libImaging/Resample.c}: the filter is stretched by the reduction factor (so that reducing
 * averages instead of skipping), its weights are normalised in double and rounded to 22-bit fixed
 * point, the rows are resampled first, clipped to 8 bits, then the columns.
 *
 * <p>The order is that of Pillow 3.3 to 12, on which models and hashes were made. Pillow 13 takes
 * the columns first where the height shrinks much more than the width, which rounds differently; we
 * do not follow.
 */
public final class Resampling {

  /** Bits after the point of a weight: 8 bits of value, 22 of weight and 2 spare fill an int. */
  private static final int PRECISION_BITS = 32 - 8 - 2;

  private static final int HALF = 1 << (PRECISION_BITS - 1);

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
    byte[] pixels = source;
    Weights rows = height == fullHeight ? null : Weights.of(fullHeight, height, filter);
    if (width != fullWidth) {
      Weights columns = Weights.of(fullWidth, width, filter);
      pixels = new byte[Math.multiplyExact(width * bands, fullHeight)];
      // Source rows that no output row reads need no horizontal pass.
      int from = rows == null ? 0 : rows.first[0];
      int to = rows == null ? fullHeight : rows.first[height - 1] + rows.count[height - 1];
      for (int y = from; y < to; y++) {
        int line = y * fullWidth * bands;
        int out = y * width * bands;
        if (bands == 1) {
          greyLine(source, line, pixels, out, columns);
        } else {
          colourLine(source, line, pixels, out, columns);
        }
      }
    }
    return rows == null ? pixels : vertically(pixels, width * bands, rows, height);
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

  private static void colourLine(
      byte[] source, int line, byte[] result, int start, Weights columns) {
    int out = start;
    for (int x = 0; x < columns.first.length; x++) {
      int red = HALF;
      int green = HALF;
      int blue = HALF;
      int in = line + columns.first[x] * BANDS;
      for (int weight : columns.fixed[x]) {
        red += (source[in++] & 0xff) * weight;
        green += (source[in++] & 0xff) * weight;
        blue += (source[in++] & 0xff) * weight;
      }
      result[out++] = clip(red);
      result[out++] = clip(green);
      result[out++] = clip(blue);
    }
  }

  private static void greyLine(byte[] source, int line, byte[] result, int start, Weights columns) {
    for (int x = 0; x < columns.first.length; x++) {
      int sum = HALF;
      int in = line + columns.first[x];
      for (int weight : columns.fixed[x]) {
        sum += (source[in++] & 0xff) * weight;
      }
      result[start + x] = clip(sum);
    }
  }

  private static byte[] vertically(byte[] source, int lineBytes, Weights rows, int height) {
    byte[] result = new byte[Math.multiplyExact(lineBytes, height)];
    int[] sums = new int[lineBytes];
    for (int y = 0; y < height; y++) {
      Arrays.fill(sums, HALF);
      int line = rows.first[y] * lineBytes;
      // Line after line, not column after column: the memory is read in its own order.
      for (int weight : rows.fixed[y]) {
        addWeighted(sums, source, line, weight);
        line += lineBytes;
      }
      for (int i = 0; i < lineBytes; i++) {
        result[y * lineBytes + i] = clip(sums[i]);
      }
    }
    return result;
  }

  private static void addWeighted(int[] sums, byte[] source, int offset, int weight) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += (source[offset + i] & 0xff) * weight;
    }
  }

  private static byte clip(int sum) {
    int value = sum >> PRECISION_BITS;
    return (byte) Math.max(0, Math.min(255, value));
  }

  /** For each output position: the first source position, how many, and their weights. */
  private record Weights(int[] first, int[] count, int[][] fixed) {

    static Weights of(int sourceSize, int size, Filter filter) {
      double scale = (double) sourceSize / size;
      double stretch = Math.max(scale, 1);
      double support = filter.support * stretch;
      Weights weights = new Weights(new int[size], new int[size], new int[size][]);
      for (int i = 0; i < size; i++) {
        double centre = (i + 0.5) * scale;
        int first = Math.max(0, (int) (centre - support + 0.5));
        int count = Math.min(sourceSize, (int) (centre + support + 0.5)) - first;
        weights.first[i] = first;
        weights.count[i] = count;
        weights.fixed[i] = fixedPoint(first, count, centre, stretch, filter);
      }
      return weights;
    }

    private static int[] fixedPoint(
        int first, int count, double centre, double stretch, Filter filter) {
      double[] exact = new double[count];
      double sum = 0;
      double perPixel = 1 / stretch;
      for (int k = 0; k < count; k++) {
        exact[k] = filter.weight((k + first - centre + 0.5) * perPixel);
        sum += exact[k];
      }
      int[] fixed = new int[count];
      for (int k = 0; k < count; k++) {
        double normalised = (sum == 0 ? exact[k] : exact[k] / sum) * (1 << PRECISION_BITS);
        fixed[k] = (int) (normalised < 0 ? normalised - 0.5 : normalised + 0.5);
      }
      return fixed;
    }
  }
}
