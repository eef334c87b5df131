package dev.minsight.ml;

import dev.minsight.media.RgbImage;
import java.util.List;

/**
 * Turns, scales and shifts a face so that its eyes, nose and mouth lie where the recognisers were
 * trained to see them, in a crop of {@value #SIZE} x {@value #SIZE} pixels.
 */
public final class FaceAligner {

  /** Side of the crop in pixels. */
  public static final int SIZE = 112;

  /**
   * Where the five landmarks belong; the ArcFace template, the same as OpenCV's FaceRecognizerSF.
   */
  public static final List<Point> TEMPLATE =
      List.of(
          new Point(38.2946, 51.6963),
          new Point(73.5318, 51.5014),
          new Point(56.0252, 71.7366),
          new Point(41.5493, 92.3655),
          new Point(70.7299, 92.2041));

  private static final int BANDS = 3;

  private FaceAligner() {}

  /**
   * Cuts out an aligned face; bilinear, black outside the picture.
   *
   * @param image the upright picture at full size: a reduced one loses detail
   * @param landmarks right eye, left eye, nose, right and left mouth corner of the person, in
   *     pixels
   * @return the crop
   * @throws IllegalArgumentException if there are not five landmarks or they lie all in one place
   */
  public static RgbImage align(RgbImage image, List<Point> landmarks) {
    Similarity toPicture = Similarity.between(landmarks, TEMPLATE).inverse();
    byte[] crop = new byte[SIZE * SIZE * BANDS];
    for (int y = 0; y < SIZE; y++) {
      for (int x = 0; x < SIZE; x++) {
        sample(image, toPicture.apply(x, y), crop, (y * SIZE + x) * BANDS);
      }
    }
    return new RgbImage(SIZE, SIZE, crop);
  }

  private static void sample(RgbImage image, Point at, byte[] crop, int offset) {
    int x = (int) Math.floor(at.x());
    int y = (int) Math.floor(at.y());
    double right = at.x() - x;
    double down = at.y() - y;
    for (int band = 0; band < BANDS; band++) {
      double upper = value(image, x, y, band) * (1 - right) + value(image, x + 1, y, band) * right;
      double lower =
          value(image, x, y + 1, band) * (1 - right) + value(image, x + 1, y + 1, band) * right;
      crop[offset + band] = (byte) (int) (upper * (1 - down) + lower * down + 0.5);
    }
  }

  private static int value(RgbImage image, int x, int y, int band) {
    if (x < 0 || y < 0 || x >= image.width() || y >= image.height()) {
      return 0;
    }
    return image.rgb()[(y * image.width() + x) * BANDS + band] & 0xff;
  }

  /**
   * A turn with scale and shift: {@code (x, y) -> (a x - b y + dx, b x + a y + dy)}.
   *
   * @param a cosine of the turn times the scale
   * @param b sine of the turn times the scale
   * @param dx shift to the right
   * @param dy shift down
   */
  record Similarity(double a, double b, double dx, double dy) {

    /**
     * The one that brings the points closest to their targets in the sense of least squares: in the
     * plane, without reflection, Umeyama's method (1991) has this closed form.
     */
    static Similarity between(List<Point> points, List<Point> targets) {
      if (points.size() != targets.size()) {
        throw new IllegalArgumentException(
            targets.size() + " landmarks are needed, not " + points.size());
      }
      Point from = mean(points);
      Point to = mean(targets);
      double dot = 0;
      double cross = 0;
      double spread = 0;
      for (int i = 0; i < points.size(); i++) {
        double px = points.get(i).x() - from.x();
        double py = points.get(i).y() - from.y();
        double qx = targets.get(i).x() - to.x();
        double qy = targets.get(i).y() - to.y();
        dot += px * qx + py * qy;
        cross += px * qy - py * qx;
        spread += px * px + py * py;
      }
      double a = dot / spread;
      double b = cross / spread;
      if (!(a * a + b * b > 0) || Double.isInfinite(a) || Double.isInfinite(b)) {
        throw new IllegalArgumentException("landmarks that lie in one place give no alignment");
      }
      return new Similarity(
          a, b, to.x() - a * from.x() + b * from.y(), to.y() - b * from.x() - a * from.y());
    }

    Similarity inverse() {
      double scale = a * a + b * b;
      double ia = a / scale;
      double ib = -b / scale;
      return new Similarity(ia, ib, -(ia * dx - ib * dy), -(ib * dx + ia * dy));
    }

    Point apply(double x, double y) {
      return new Point(a * x - b * y + dx, b * x + a * y + dy);
    }

    private static Point mean(List<Point> points) {
      return new Point(
          points.stream().mapToDouble(Point::x).average().orElse(0),
          points.stream().mapToDouble(Point::y).average().orElse(0));
    }
  }
}
