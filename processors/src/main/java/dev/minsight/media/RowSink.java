package dev.minsight.media;

/**
 * Takes a picture row by row as it is decoded, so that no reader has to hold a whole one. All
 * readers deliver the same, unless another {@link PixelRows.Layout} was asked for: 8 bits each of
 * red, green, blue and (not premultiplied) alpha.
 */
interface RowSink {

  /** Announces the size; called once, first. */
  void start(int width, int height);

  /**
   * Takes the next row from the top.
   *
   * @param rgba {@code width * 4} bytes, reused by the caller
   */
  void row(byte[] rgba);
}
