package dev.minsight.ml;

/**
 * What a caller wants otherwise than the manifest.
 *
 * @param confidence lowest score of a face, 0..1, or null for the manifest's
 * @param nms overlap above which the weaker of two boxes is dropped, 0..1, or null
 * @param longSide limit of the model's input, {@value #MIN_LONG_SIDE}..{@value #MAX_LONG_SIDE}
 *     pixels, or null
 */
public record DetectionOverrides(Double confidence, Double nms, Integer longSide) {

  /** The manifest as it is. */
  public static final DetectionOverrides NONE = new DetectionOverrides(null, null, null);

  private static final int MIN_LONG_SIDE = 32;
  private static final int MAX_LONG_SIDE = 4096;

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException naming the value that is out of range
   */
  public DetectionOverrides {
    share("confidence", confidence);
    share("nms", nms);
    if (longSide != null && (longSide < MIN_LONG_SIDE || longSide > MAX_LONG_SIDE)) {
      throw new IllegalArgumentException(
          "longSide must be from " + MIN_LONG_SIDE + " to " + MAX_LONG_SIDE + ", not " + longSide);
    }
  }

  Thresholds.Detection over(Thresholds.Detection manifest) {
    return new Thresholds.Detection(
        confidence == null ? manifest.confidence() : confidence,
        nms == null ? manifest.nms() : nms,
        longSide == null ? manifest.longSide() : longSide);
  }

  private static void share(String name, Double value) {
    if (value != null && !(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException(name + " must be from 0 to 1, not " + value);
    }
  }
}
