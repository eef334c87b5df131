package dev.minsight.media;

/**
 * How large a thumbnail shall be. Nothing is ever enlarged: a side that would be longer than the
 * original's is as long as that.
 *
 * @param width wanted, in pixels, or null
 * @param height wanted, in pixels, or null
 * @param keepAspect whether a picture keeps its proportions, as far as they are not wanted
 *     otherwise
 */
public record ThumbnailSize(Integer width, Integer height, boolean keepAspect) {

  /** Both sides where none is wanted. */
  private static final int USUAL = 256;

  /**
   * Sides of a thumbnail.
   *
   * @param width in pixels, at least 1
   * @param height in pixels, at least 1
   */
  public record Sides(int width, int height) {}

  /**
   * Sides of a picture's thumbnail: 256 by 256 where none is wanted, whatever the proportions; with
   * one, the other follows the proportions, or is the same; with both, the picture fits inside, or
   * fills them.
   *
   * @param fullWidth of the picture
   * @param fullHeight of the picture
   * @return the thumbnail's
   */
  public Sides ofPicture(int fullWidth, int fullHeight) {
    if (width == null && height == null) {
      return capped(USUAL, USUAL, fullWidth, fullHeight);
    }
    if (width != null && height != null) {
      return keepAspect
          ? inside(width, height, fullWidth, fullHeight)
          : capped(width, height, fullWidth, fullHeight);
    }
    if (width != null) {
      long high = keepAspect ? (long) width * fullHeight / fullWidth : width;
      return capped(width, high, fullWidth, fullHeight);
    }
    long wide = keepAspect ? (long) height * fullWidth / fullHeight : height;
    return capped(wide, height, fullWidth, fullHeight);
  }

  /**
   * Sides of a sheet of frames, which always keeps its proportions: inside of 256 by 256 where none
   * is wanted.
   *
   * @param fullWidth of the sheet if no frame were reduced
   * @param fullHeight of that sheet
   * @return the thumbnail's
   */
  public Sides ofSheet(int fullWidth, int fullHeight) {
    if (width == null && height == null) {
      return inside(USUAL, USUAL, fullWidth, fullHeight);
    }
    return inside(
        width == null ? fullWidth : width,
        height == null ? fullHeight : height,
        fullWidth,
        fullHeight);
  }

  private static Sides inside(long width, long height, int fullWidth, int fullHeight) {
    return width * fullHeight <= height * fullWidth
        ? capped(width, width * fullHeight / fullWidth, fullWidth, fullHeight)
        : capped(height * fullWidth / fullHeight, height, fullWidth, fullHeight);
  }

  private static Sides capped(long width, long height, int fullWidth, int fullHeight) {
    return new Sides(
        (int) Math.max(1, Math.min(width, fullWidth)),
        (int) Math.max(1, Math.min(height, fullHeight)));
  }
}
