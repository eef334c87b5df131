package dev.minsight.ml;

import dev.minsight.media.Resampling;
import java.util.List;

/** What a model reads: the manifest's answer to "how do I prepare the input?". */
public sealed interface ModelInput {

  /**
   * @return the name of the input tensor, or "" for the model's only input
   */
  String tensor();

  /**
   * A picture as float32 planes, 1 x 3 x height x width; each value is {@code (v * scale - mean) /
   * std} with v from 0 to 255.
   *
   * @param tensor name of the input tensor, or "" for the model's only input
   * @param bgr whether the first plane is blue instead of red
   * @param scale factor of the pixel values before the mean is taken off
   * @param mean per plane, in the order of the planes
   * @param std per plane, in the order of the planes
   * @param resize how a picture of any size gets the size the model wants
   */
  record Image(
      String tensor, boolean bgr, float scale, List<Float> mean, List<Float> std, Resize resize)
      implements ModelInput {}

  /**
   * Words as token ids, 1 x at most {@code maxTokens}.
   *
   * @param tensor "": the names of the inputs tell what each is
   * @param maxTokens length of the token sequence, with start and end
   */
  record Text(String tensor, int maxTokens) implements ModelInput {}

  /** How a picture gets the size the model wants. */
  sealed interface Resize {

    /**
     * @return the filter that weighs source pixels
     */
    Resampling.Filter filter();

    /**
     * Both sides to the same length, the aspect ratio ignored.
     *
     * @param size of the result, pixels
     * @param filter the filter
     */
    record Stretch(int size, Resampling.Filter filter) implements Resize {}

    /**
     * The shorter side to {@code shorterSide}, then the middle square of {@code size}.
     *
     * @param shorterSide in pixels, at least {@code size}
     * @param size of the square, pixels
     * @param filter the filter
     */
    record CentreCrop(int shorterSide, int size, Resampling.Filter filter) implements Resize {}

    /**
     * Reduced, never enlarged, so that it fits; pasted at the top left of a black canvas.
     *
     * @param multiple the sides of the canvas are rounded up to multiples of this, pixels
     * @param canvas side of a square canvas in pixels, or 0 where the model takes any size
     * @param filter the filter
     */
    record Letterbox(int multiple, int canvas, Resampling.Filter filter) implements Resize {}
  }
}
