package dev.minsight.media;

import java.util.Arrays;

/**
 * What Pillow keeps of a picture's pixels, by its modes: hashes of pixels that are to equal those
 * of Python's libraries are taken of these bytes, not of the RGB everything else works with.
 */
enum PixelMode {
  /** Black and white, {@code 1}: eight pixels a byte, the first highest, rows begin a byte. */
  BILEVEL(PixelRows.Layout.RGBA) {
    @Override
    int pack(byte[] row, int width, byte[] out) {
      int bytes = (width + 7) / 8;
      Arrays.fill(out, 0, bytes, (byte) 0);
      for (int x = 0; x < width; x++) {
        out[x >> 3] |= (byte) (row[x * 4] < 0 ? 0x80 >> (x & 7) : 0);
      }
      return bytes;
    }
  },
  /** Grey, {@code L}. */
  GREY(PixelRows.Layout.RGBA) {
    @Override
    int pack(byte[] row, int width, byte[] out) {
      return take(row, width, out, 0);
    }
  },
  /** Grey with transparency, {@code LA}. */
  GREY_ALPHA(PixelRows.Layout.RGBA) {
    @Override
    int pack(byte[] row, int width, byte[] out) {
      return take(row, width, out, 0, 3);
    }
  },
  /** {@code RGB}. */
  RGB(PixelRows.Layout.RGBA) {
    @Override
    int pack(byte[] row, int width, byte[] out) {
      return take(row, width, out, 0, 1, 2);
    }
  },
  /** {@code RGBA}. */
  RGBA(PixelRows.Layout.RGBA) {
    @Override
    int pack(byte[] row, int width, byte[] out) {
      return take(row, width, out, 0, 1, 2, 3);
    }
  },
  /** Indexes into a palette, {@code P}; what they mean is not among the pixels. */
  PALETTE(PixelRows.Layout.INDEX) {
    @Override
    int pack(byte[] row, int width, byte[] out) {
      System.arraycopy(row, 0, out, 0, width);
      return width;
    }

    @Override
    int luma(byte[] row, int x) {
      throw new IllegalStateException("an index says nothing about brightness");
    }
  },
  /** Grey of 16 bits, {@code I;16}, the lower byte first. */
  GREY_16(PixelRows.Layout.WORD) {
    @Override
    int pack(byte[] row, int width, byte[] out) {
      System.arraycopy(row, 0, out, 0, width * 2);
      return width * 2;
    }

    /** Pillow cuts the values off at 255 instead of dividing them. */
    @Override
    int luma(byte[] row, int x) {
      return row[x * 2 + 1] != 0 ? 255 : row[x * 2] & 0xff;
    }
  },
  /** Four inks, {@code CMYK}, 255 being full ink. */
  CMYK(PixelRows.Layout.INKS) {
    @Override
    int pack(byte[] row, int width, byte[] out) {
      return take(row, width, out, 0, 1, 2, 3);
    }

    @Override
    int luma(byte[] row, int x) {
      int paper = 255 - (row[x * 4 + 3] & 0xff);
      return bt601(
          left(paper, row[x * 4]), left(paper, row[x * 4 + 1]), left(paper, row[x * 4 + 2]));
    }

    /** What an ink leaves of the light; the product in Pillow's rounding. */
    private static int left(int paper, byte ink) {
      int product = (ink & 0xff) * paper + 128;
      return Math.max(0, paper - ((product >> 8) + product >> 8));
    }
  };

  private final PixelRows.Layout layout;

  PixelMode(PixelRows.Layout layout) {
    this.layout = layout;
  }

  /**
   * @return of what its rows are made before they are packed
   */
  PixelRows.Layout layout() {
    return layout;
  }

  /**
   * Packs a row as Pillow's {@code tobytes} does.
   *
   * @param row in this mode's layout
   * @param width in pixels
   * @param out receives at most {@code width * 4} bytes
   * @return how many
   */
  abstract int pack(byte[] row, int width, byte[] out);

  /**
   * Brightness of a pixel as Pillow's {@code convert("L")} has it, transparency ignored.
   *
   * @param row in this mode's layout
   * @param x which pixel
   * @return 0 to 255
   */
  int luma(byte[] row, int x) {
    return bt601(row[x * 4] & 0xff, row[x * 4 + 1] & 0xff, row[x * 4 + 2] & 0xff);
  }

  /** ITU-R BT.601 in 16-bit fixed point; of three equal values that value. */
  static int bt601(int red, int green, int blue) {
    return red * 19595 + green * 38470 + blue * 7471 + 0x8000 >> 16;
  }

  private static int take(byte[] row, int width, byte[] out, int... bands) {
    int to = 0;
    for (int at = 0; at < width * 4; at += 4) {
      for (int band : bands) {
        out[to++] = row[at + band];
      }
    }
    return to;
  }
}
