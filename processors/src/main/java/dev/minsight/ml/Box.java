package dev.minsight.ml;

/**
 * An upright rectangle in a picture.
 *
 * @param x1 left edge, pixels
 * @param y1 upper edge, pixels
 * @param x2 right edge, pixels
 * @param y2 lower edge, pixels
 */
public record Box(double x1, double y1, double x2, double y2) {

  /**
   * @return width in pixels, 0 where the right edge is not right of the left one
   */
  public double width() {
    return Math.max(0, x2 - x1);
  }

  /**
   * @return height in pixels, 0 where the lower edge is not below the upper one
   */
  public double height() {
    return Math.max(0, y2 - y1);
  }

  /**
   * @return in square pixels
   */
  public double area() {
    return width() * height();
  }

  /**
   * @param other another box
   * @return intersection over union, 0 (apart) to 1 (equal)
   */
  public double overlap(Box other) {
    double shared =
        new Box(
                Math.max(x1, other.x1),
                Math.max(y1, other.y1),
                Math.min(x2, other.x2),
                Math.min(y2, other.y2))
            .area();
    double union = area() + other.area() - shared;
    return union <= 0 ? 0 : shared / union;
  }

  /**
   * @param width of the picture in pixels
   * @param height of the picture in pixels
   * @return the part of the box inside the picture
   */
  public Box clip(int width, int height) {
    return new Box(
        Math.max(0, Math.min(width, x1)),
        Math.max(0, Math.min(height, y1)),
        Math.max(0, Math.min(width, x2)),
        Math.max(0, Math.min(height, y2)));
  }
}
