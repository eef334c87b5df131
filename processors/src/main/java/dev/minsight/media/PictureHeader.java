package dev.minsight.media;

/**
 * What a picture's header tells, read without decoding.
 *
 * @param width stored width in pixels, at least 1
 * @param height stored height in pixels, at least 1
 * @param orientation how the stored pixels must be turned, 1..8 as EXIF numbers it
 * @param exif the EXIF block from its TIFF header on, or null
 * @param components 4 for a CMYK JPEG; 0 where it does not matter
 * @param primaryItem the number of the HEIF item that is the picture; -1 elsewhere
 */
record PictureHeader(
    int width, int height, int orientation, byte[] exif, int components, long primaryItem) {

  static PictureHeader of(int width, int height, byte[] exif) {
    return new PictureHeader(width, height, ExifFacts.orientation(exif), exif, 0, -1);
  }

  long pixels() {
    return (long) width * height;
  }

  int uprightWidth() {
    return Orientation.swapsSides(orientation) ? height : width;
  }

  int uprightHeight() {
    return Orientation.swapsSides(orientation) ? width : height;
  }
}
