package dev.minsight.media;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.util.Arrays;

/**
 * The whole picture of which a frame may cover only a part (GIF, animated WebP): what the frame
 * does not cover is transparent, or of palettes the transparent index, or the first.
 */
final class Canvas {

  private final int width;
  private final int height;
  private final int left;
  private final int top;
  private final PixelRows.Layout layout;
  private final RowSink sink;
  private final byte[] row;
  private boolean begun;
  private byte blank;
  private int y;

  Canvas(int width, int height, int left, int top, PixelRows.Layout layout, RowSink sink) {
    this.width = width;
    this.height = height;
    this.left = left;
    this.top = top;
    this.layout = layout;
    this.sink = sink;
    this.row = new byte[width * layout.bytes()];
  }

  /** Adds the next rows of the frame. */
  void draw(BufferedImage strip) {
    if (!begun) {
      begun = true;
      blank = background(strip);
      Arrays.fill(row, blank);
      blankUntil(top);
    }
    PixelRows pixels = PixelRows.of(strip, layout);
    byte[] frame = new byte[strip.getWidth() * layout.bytes()];
    int visible = Math.max(0, Math.min(strip.getWidth(), width - left));
    for (int i = 0; i < strip.getHeight() && y < height; i++, y++) {
      pixels.read(i, frame);
      System.arraycopy(
          frame, 0, row, visible == 0 ? 0 : left * layout.bytes(), visible * layout.bytes());
      sink.row(row);
    }
  }

  private byte background(BufferedImage strip) {
    boolean indexed = layout == PixelRows.Layout.INDEX;
    return indexed && strip.getColorModel() instanceof IndexColorModel palette
        ? (byte) Math.max(0, palette.getTransparentPixel())
        : 0;
  }

  /** Adds what is missing below. */
  void finish() {
    Arrays.fill(row, blank);
    blankUntil(height);
  }

  private void blankUntil(int end) {
    for (; y < Math.min(end, height); y++) {
      sink.row(row);
    }
  }
}
