package dev.minsight.ml;

import dev.minsight.media.Resampling;
import dev.minsight.media.RgbImage;
import dev.minsight.ml.ModelInput.Resize;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * A picture made ready for a model as its manifest entry says.
 *
 * @param values planes of the input, 1 x 3 x height x width
 * @param height of the input in pixels
 * @param width of the input in pixels
 * @param scaleX input pixels per picture pixel, horizontally
 * @param scaleY input pixels per picture pixel, vertically
 */
record ImagePreparation(FloatBuffer values, int height, int width, double scaleX, double scaleY) {

  private static final int BANDS = 3;

  /**
   * @param longSide limit for letterboxed pictures, pixels; others ignore it
   */
  static ImagePreparation of(RgbImage image, ModelInput.Image input, int longSide) {
    RgbImage fitted;
    int height;
    int width;
    if (input.resize() instanceof Resize.Letterbox box) {
      fitted = reduce(image, box.canvas() > 0 ? Math.min(longSide, box.canvas()) : longSide, box);
      height = box.canvas() > 0 ? box.canvas() : roundUp(fitted.height(), box.multiple());
      width = box.canvas() > 0 ? box.canvas() : roundUp(fitted.width(), box.multiple());
    } else {
      fitted =
          input.resize() instanceof Resize.CentreCrop crop
              ? centre(image, crop)
              : stretch(image, (Resize.Stretch) input.resize());
      height = fitted.height();
      width = fitted.width();
    }
    return new ImagePreparation(
        planes(fitted, height, width, input),
        height,
        width,
        (double) fitted.width() / image.width(),
        (double) fitted.height() / image.height());
  }

  long[] shape() {
    return new long[] {1, BANDS, height, width};
  }

  private static RgbImage reduce(RgbImage image, int longSide, Resize.Letterbox box) {
    double scale = Math.min(1, (double) longSide / image.longSide());
    int width = Math.max(1, (int) Math.round(image.width() * scale));
    int height = Math.max(1, (int) Math.round(image.height() * scale));
    return Resampling.resize(image, width, height, box.filter());
  }

  private static RgbImage stretch(RgbImage image, Resize.Stretch to) {
    return Resampling.resize(image, to.size(), to.size(), to.filter());
  }

  /** As torchvision and CLIP's processor do it: the longer side is truncated, the crop is not. */
  private static RgbImage centre(RgbImage image, Resize.CentreCrop crop) {
    int shorter = Math.min(image.width(), image.height());
    int width = (int) ((long) crop.shorterSide() * image.width() / shorter);
    int height = (int) ((long) crop.shorterSide() * image.height() / shorter);
    // A panorama of 1:1000 would become a huge strip of which only the middle is used.
    RgbImage middle = image;
    int most = shorter * 4;
    if (image.longSide() > most) {
      boolean wide = image.width() > image.height();
      int cutWidth = wide ? most : image.width();
      int cutHeight = wide ? image.height() : most;
      middle =
          Resampling.crop(
              image,
              (image.width() - cutWidth) / 2,
              (image.height() - cutHeight) / 2,
              cutWidth,
              cutHeight);
      width = (int) ((long) crop.shorterSide() * cutWidth / shorter);
      height = (int) ((long) crop.shorterSide() * cutHeight / shorter);
    }
    RgbImage resized = Resampling.resize(middle, width, height, crop.filter());
    return Resampling.crop(
        resized, (width - crop.size()) / 2, (height - crop.size()) / 2, crop.size(), crop.size());
  }

  private static FloatBuffer planes(RgbImage image, int height, int width, ModelInput.Image input) {
    FloatBuffer values =
        ByteBuffer.allocateDirect(BANDS * height * width * Float.BYTES)
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    float[] line = new float[width];
    float[] normalised = new float[256];
    for (int plane = 0; plane < BANDS; plane++) {
      int band = input.bgr() ? BANDS - 1 - plane : plane;
      float mean = input.mean().get(plane);
      float std = input.std().get(plane);
      // There are only 256 different samples, and a division is slower than a look.
      for (int sample = 0; sample < normalised.length; sample++) {
        normalised[sample] = (sample * input.scale() - mean) / std;
      }
      // Padding is black before normalisation, so it is the normalised black after it.
      Arrays.fill(line, normalised[0]);
      float[] black = line.clone();
      for (int y = 0; y < height; y++) {
        if (y < image.height()) {
          int in = y * image.width() * BANDS + band;
          for (int x = 0; x < image.width(); x++, in += BANDS) {
            line[x] = normalised[image.rgb()[in] & 0xff];
          }
          values.put(line);
        } else {
          values.put(black);
        }
      }
    }
    return values.flip();
  }

  private static int roundUp(int value, int multiple) {
    return (value + multiple - 1) / multiple * multiple;
  }
}
