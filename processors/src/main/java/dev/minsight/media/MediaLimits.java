package dev.minsight.media;

import java.time.Duration;

/**
 * What we are willing to spend on one file. Every input has a limit; each is a setting {@code
 * minsight.media.*}.
 *
 * @param maxBytes largest file that is looked into, in bytes
 * @param maxPixels largest picture that is decoded, in pixels (width times height as the header
 *     claims)
 * @param maxSide longest side of a picture that is decoded, in pixels
 * @param maxProgressiveScans most scans a JPEG may have; real ones have about ten, and each costs a
 *     pass over the whole picture
 * @param maxTextChunkBytes largest metadata block that is read, in bytes (a PNG chunk, an EXIF
 *     item); larger ones are skipped
 * @param pixelsInFlight pixels being decoded at the same time by all threads together; a picture
 *     larger than this waits until it is alone. Cut to a sixteenth of the heap in bytes where that
 *     is less, so that a small heap stays whole
 * @param ffmpegTimeout how long one ffmpeg or ffprobe child may run
 */
public record MediaLimits(
    long maxBytes,
    long maxPixels,
    int maxSide,
    int maxProgressiveScans,
    int maxTextChunkBytes,
    long pixelsInFlight,
    Duration ffmpegTimeout) {

  /** Checks that every limit is positive. */
  public MediaLimits {
    if (maxBytes < 1
        || maxPixels < 1
        || maxSide < 1
        || maxProgressiveScans < 1
        || maxTextChunkBytes < 1
        || pixelsInFlight < 1
        || ffmpegTimeout.isZero()
        || ffmpegTimeout.isNegative()) {
      throw new IllegalArgumentException("limits must be positive");
    }
  }

  /**
   * @return 4 GiB, 150 megapixels, 30000 pixels, 100 scans, 1 MiB, 64 megapixels, 60 seconds
   */
  public static MediaLimits defaults() {
    return new MediaLimits(
        4L << 30, 150_000_000, 30_000, 100, 1 << 20, 64_000_000, Duration.ofSeconds(60));
  }
}
