package dev.minsight.compute.plugins;

import dev.minsight.media.RgbImage;

/**
 * How sharp a picture is: the variance of its Laplacian, the usual measure of focus (Pech-Pacheco
 * et al., "Diatom autofocusing in brightfield microscopy", 2000), as a share of the variance from
 * which on a face counts as sharp.
 */
final class Sharpness {

  private static final double SHARP = 100;

  private Sharpness() {}

  /**
   * @param picture of any size
   * @return 0 (blurred) to 1 (sharp)
   */
  static double of(RgbImage picture) {
    int width = picture.width();
    int height = picture.height();
    double sum = 0;
    double squares = 0;
    for (int y = 0; y < height; y++) {
      int above = Math.max(y - 1, 0);
      int below = Math.min(y + 1, height - 1);
      for (int x = 0; x < width; x++) {
        int left = Math.max(x - 1, 0);
        int right = Math.min(x + 1, width - 1);
        double laplacian =
            grey(picture, x, above)
                + grey(picture, x, below)
                + grey(picture, left, y)
                + grey(picture, right, y)
                - 4.0 * grey(picture, x, y);
        sum += laplacian;
        squares += laplacian * laplacian;
      }
    }
    double count = (double) width * height;
    double mean = sum / count;
    return Math.min(1, (squares / count - mean * mean) / SHARP);
  }

  /** Luma of ITU-R BT.601 in 16-bit fixed point, as Pillow's mode L has it. */
  private static int grey(RgbImage picture, int x, int y) {
    byte[] rgb = picture.rgb();
    int at = (y * picture.width() + x) * 3;
    return ((rgb[at] & 0xff) * 19595
            + (rgb[at + 1] & 0xff) * 38470
            + (rgb[at + 2] & 0xff) * 7471
            + 0x8000)
        >> 16;
  }
}
