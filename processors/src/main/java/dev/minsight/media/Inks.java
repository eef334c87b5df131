package dev.minsight.media;

import java.awt.image.Raster;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The inks of a four-component JPEG as Pillow has them. Adobe's programs store them inverted, and
 * everybody followed; with transform 2 the first three are mixed like YCbCr (ITU-T T.871, with
 * libjpeg's 16-bit fixed point).
 */
final class Inks {

  private static final int YCCK = 2;
  private static final int HALF = 1 << 15;

  private Inks() {}

  /**
   * Reads a JPEG.
   *
   * @param transform of Adobe's segment
   * @throws IOException if it cannot be read
   */
  static void read(Path jpeg, int transform, RowSink sink) throws IOException {
    Raster raster = ImageIoSource.inks(jpeg);
    sink.start(raster.getWidth(), raster.getHeight());
    int[] samples = new int[raster.getWidth() * 4];
    byte[] row = new byte[samples.length];
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getPixels(0, y, raster.getWidth(), 1, samples);
      convert(samples, transform, row);
      sink.row(row);
    }
  }

  /**
   * @param samples of one row as stored, four a pixel
   * @param transform of Adobe's segment
   * @param row receives cyan, magenta, yellow and black, 255 being full ink
   */
  private static void convert(int[] samples, int transform, byte[] row) {
    for (int at = 0; at < samples.length; at += 4) {
      int first = samples[at];
      int second = samples[at + 1];
      int third = samples[at + 2];
      if (transform == YCCK) {
        int blue = second - 128;
        int red = third - 128;
        // What libjpeg inverts once to inks Pillow inverts back.
        row[at] = clip(first + (fixed(1.402) * red + HALF >> 16));
        row[at + 1] = clip(first + (-fixed(0.34414) * blue - fixed(0.71414) * red + HALF >> 16));
        row[at + 2] = clip(first + (fixed(1.772) * blue + HALF >> 16));
      } else {
        row[at] = (byte) (255 - first);
        row[at + 1] = (byte) (255 - second);
        row[at + 2] = (byte) (255 - third);
      }
      row[at + 3] = (byte) (255 - samples[at + 3]);
    }
  }

  private static int fixed(double factor) {
    return (int) (factor * (1 << 16) + 0.5);
  }

  private static byte clip(int value) {
    return (byte) Math.max(0, Math.min(255, value));
  }
}
