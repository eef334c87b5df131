package dev.minsight.ml;

import java.util.List;

/**
 * A face found in a picture, in pixels of that picture.
 *
 * @param box around the face; may lie partly outside the picture, see {@link Box#clip}
 * @param confidence 0..1
 * @param landmarks five points of the person: right eye, left eye, nose, right and left mouth
 *     corner (the right eye is left in the picture); may lie outside the picture
 */
public record DetectedFace(Box box, double confidence, List<Point> landmarks) {

  /** How many landmarks a face has. */
  public static final int LANDMARKS = 5;

  /** Checks the landmarks and copies them. */
  public DetectedFace {
    landmarks = List.copyOf(landmarks);
    if (landmarks.size() != LANDMARKS) {
      throw new IllegalArgumentException("a face has five landmarks, not " + landmarks.size());
    }
  }

  /**
   * @param factor by which another size of the same picture is larger
   * @return the same face in that picture
   */
  public DetectedFace scaled(double factor) {
    return new DetectedFace(
        new Box(box.x1() * factor, box.y1() * factor, box.x2() * factor, box.y2() * factor),
        confidence,
        landmarks.stream().map(p -> new Point(p.x() * factor, p.y() * factor)).toList());
  }

  /** The same face in a picture that is larger by the inverse of these factors. */
  DetectedFace unscaled(double scaleX, double scaleY) {
    return new DetectedFace(
        new Box(box.x1() / scaleX, box.y1() / scaleY, box.x2() / scaleX, box.y2() / scaleY),
        confidence,
        landmarks.stream().map(p -> new Point(p.x() / scaleX, p.y() / scaleY)).toList());
  }
}
