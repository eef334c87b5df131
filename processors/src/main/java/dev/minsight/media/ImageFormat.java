package dev.minsight.media;

/** The formats pictures are converted to. */
public enum ImageFormat {
  /** Lossless. */
  PNG("png", true, Integer.MAX_VALUE),
  /** For photos. */
  JPEG("jpg", false, 65_500),
  /** For photos, with transparency; 14 bits a side (RFC 9649). */
  WEBP("webp", true, 16_383),
  /** 256 colours, one of which may be none. */
  GIF("gif", true, 65_535),
  /** Uncompressed. */
  BMP("bmp", false, Integer.MAX_VALUE),
  /** Lossless. */
  TIFF("tiff", true, Integer.MAX_VALUE);

  private final String extension;
  private final boolean alpha;
  private final int maxSide;

  ImageFormat(String extension, boolean alpha, int maxSide) {
    this.extension = extension;
    this.alpha = alpha;
    this.maxSide = maxSide;
  }

  /**
   * @return ending of file names, without the dot
   */
  public String extension() {
    return extension;
  }

  /**
   * @return whether it can be transparent
   */
  boolean alpha() {
    return alpha;
  }

  /**
   * @return longest side it has room for, in pixels
   */
  int maxSide() {
    return maxSide;
  }
}
