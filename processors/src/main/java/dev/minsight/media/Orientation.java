package dev.minsight.media;

/**
 * The eight ways a stored picture may have to be turned, numbered as EXIF 2.32 tag 0x0112 does: 1
 * not at all, 2 mirrored left to right, 3 half turn, 4 mirrored top to bottom, 5 transposed, 6
 * quarter turn clockwise, 7 transposed along the other diagonal, 8 quarter turn counter-clockwise.
 */
final class Orientation {

  /**
   * Each orientation as "stored x and y of the upright pixel (x, y)": swap the axes first, then
   * count x from the right, y from the bottom.
   */
  private record Map(boolean swap, boolean flipX, boolean flipY) {}

  private static final Map[] MAPS = {
    null,
    new Map(false, false, false),
    new Map(false, true, false),
    new Map(false, true, true),
    new Map(false, false, true),
    new Map(true, false, false),
    new Map(true, false, true),
    new Map(true, true, true),
    new Map(true, true, false)
  };

  private Orientation() {}

  /**
   * @return whether upright width is stored height
   */
  static boolean swapsSides(int orientation) {
    return orientation >= 5;
  }

  /**
   * Turns stored pixels upright.
   *
   * @param orientation 1..8
   * @return the same picture if there is nothing to do
   */
  static RgbImage upright(RgbImage stored, int orientation) {
    if (orientation == 1) {
      return stored;
    }
    boolean swap = swapsSides(orientation);
    return new RgbImage(
        swap ? stored.height() : stored.width(),
        swap ? stored.width() : stored.height(),
        turn(stored.rgb(), 3, stored.width(), stored.height(), MAPS[orientation]));
  }

  /** As {@link #upright(RgbImage, int)}, for pictures with transparency. */
  static RgbaImage upright(RgbaImage stored, int orientation) {
    if (orientation == 1) {
      return stored;
    }
    boolean swap = swapsSides(orientation);
    return new RgbaImage(
        swap ? stored.height() : stored.width(),
        swap ? stored.width() : stored.height(),
        turn(stored.rgba(), 4, stored.width(), stored.height(), MAPS[orientation]));
  }

  private static byte[] turn(byte[] from, int bands, int w, int h, Map map) {
    int width = map.swap ? h : w;
    int height = map.swap ? w : h;
    byte[] to = new byte[from.length];
    int out = 0;
    for (int y = 0; y < height; y++) {
      // index of the stored pixel for x = 0, and what one step to the right adds
      int x0 = map.swap ? (map.flipX ? w - 1 - y : y) : (map.flipX ? w - 1 : 0);
      int y0 = map.swap ? (map.flipY ? h - 1 : 0) : (map.flipY ? h - 1 - y : y);
      int step = map.swap ? (map.flipY ? -w : w) : (map.flipX ? -1 : 1);
      int at = (y0 * w + x0) * bands;
      for (int x = 0; x < width; x++, at += step * bands) {
        for (int band = 0; band < bands; band++) {
          to[out++] = from[at + band];
        }
      }
    }
    return to;
  }

  /**
   * Two turns as one: the laws of the dihedral group of the square.
   *
   * @param first applied to the stored picture
   * @param second applied to the result
   * @return the orientation that does both
   */
  static int then(int first, int second) {
    Map a = MAPS[first];
    Map b = MAPS[second];
    // The second map is looked up first: upright pixel, then middle picture, then stored one.
    boolean flipX = b.flipX;
    boolean flipY = b.flipY;
    if (a.swap) {
      boolean x = flipX;
      flipX = flipY;
      flipY = x;
    }
    Map both = new Map(a.swap != b.swap, flipX != a.flipX, flipY != a.flipY);
    for (int i = 1; i < MAPS.length; i++) {
      if (MAPS[i].equals(both)) {
        return i;
      }
    }
    throw new IllegalStateException("not closed: " + first + " then " + second);
  }
}
