package dev.minsight.media;

/**
 * What a file says about itself. Whatever is missing, damaged or absurd is null: bad metadata never
 * makes a file unusable.
 *
 * @param type what the bytes are
 * @param width in pixels, upright as displayed
 * @param height in pixels, upright as displayed
 * @param orientation how the stored picture must be turned, as EXIF numbers it: 1 (not at all) to 8
 * @param durationSeconds length of a video or sound; null for images
 * @param createdAtMillis when it was taken, in milliseconds since 1970, always positive; a time
 *     without a zone is read in the server's
 * @param latitude in degrees, north positive
 * @param longitude in degrees, east positive
 * @param altitude in metres above the sea
 * @param cameraMake maker of the camera
 * @param cameraModel model of the camera
 */
public record MediaFacts(
    MediaType type,
    Integer width,
    Integer height,
    int orientation,
    Double durationSeconds,
    Long createdAtMillis,
    Double latitude,
    Double longitude,
    Double altitude,
    String cameraMake,
    String cameraModel) {

  /**
   * @param type what the bytes are
   * @return facts of which only the type is known
   */
  static MediaFacts unknown(MediaType type) {
    return new MediaFacts(type, null, null, 1, null, null, null, null, null, null, null);
  }
}
