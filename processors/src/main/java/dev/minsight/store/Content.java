package dev.minsight.store;

import dev.minsight.media.MediaType;

/**
 * What is known of a file before its row is written.
 *
 * @param type what the bytes are
 * @param digest of the content as clients know it (field {@code md5})
 * @param sha256 of the bytes, 64 hex
 * @param size bytes
 * @param width upright, pixels, or null
 * @param height upright, pixels, or null
 * @param durationSeconds of video and sound, or null
 * @param capturedAtMillis when it was taken, milliseconds since 1970, or null
 * @param latitude where it was taken, degrees, north positive, or null
 * @param longitude degrees, east positive; null together with the latitude
 * @param filePath below the media folder, with slashes
 * @param originalName harmless form of the name it came with, or null
 */
record Content(
    MediaType type,
    String digest,
    String sha256,
    long size,
    Integer width,
    Integer height,
    Double durationSeconds,
    Long capturedAtMillis,
    Double latitude,
    Double longitude,
    String filePath,
    String originalName) {

  /** The same, in another place. */
  Content at(String otherPath) {
    return new Content(
        type,
        digest,
        sha256,
        size,
        width,
        height,
        durationSeconds,
        capturedAtMillis,
        latitude,
        longitude,
        otherPath,
        originalName);
  }
}
