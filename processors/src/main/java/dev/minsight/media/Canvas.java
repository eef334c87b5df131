package dev.minsight.media;

import java.awt.image.BufferedImage;
import java.util.Arrays;

/**
 * The whole picture of which a frame may cover only a part (GIF, animated WebP): what the frame
 * does not cover is transparent.
 */
final class Canvas {

  private final int width;
  private final int height;
  private final int left;
  private final RowSink sink;
  private final byte[] row;
  private int y;

  Canvas(int width, int height, int left, int top, RowSink sink) {
    this.width = width;
    this.height = height;
    this.left = left;
    this.sink = sink;
    this.row = new byte[width * 4];
    blankUntil(top);
  }

  /** Adds the next rows of the frame. */
  void draw(BufferedImage strip) {
    PixelRows pixels = PixelRows.of(strip);
    byte[] frame = new byte[strip.getWidth() * 4];
    int visible = Math.max(0, Math.min(strip.getWidth(), width - left));
    for (int i = 0; i < strip.getHeight() && y < height; i++, y++) {
      pixels.read(i, frame);
      System.arraycopy(frame, 0, row, visible == 0 ? 0 : left * 4, visible * 4);
      sink.row(row);
    }
  }

  /** Adds what is missing below. */
  void finish() {
    blankUntil(height);
  }

  private void blankUntil(int end) {
    Arrays.fill(row, (byte) 0);
    for (; y < Math.min(end, height); y++) {
      sink.row(row);
    }
  }
}
