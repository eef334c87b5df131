package dev.minsight.compute.plugins;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One way a video is encoded.
 *
 * @param resolution height, pixels; null for the video's own
 * @param bitrate of the picture, kbit/s; null for one that suits the height
 */
record HlsVariant(
    @Min(LOWEST) @Max(HIGHEST) @JsonPropertyDescription("height in pixels; the video's own if null")
        Integer resolution,
    @Min(LEAST_BITRATE)
        @Max(MOST_BITRATE)
        @JsonPropertyDescription("of the picture, kbit/s; one that suits the height if null")
        Integer bitrate) {

  /** The smallest picture every H.264 encoder takes. */
  static final int LOWEST = 16;

  /** 8K; more no encoder here can do. */
  static final int HIGHEST = 4320;

  static final int LEAST_BITRATE = 100;

  /** What H.264 allows at its highest usual level (5.2, high profile) is 300,000 kbit/s. */
  static final int MOST_BITRATE = 300_000;

  /** The usual height, and the bit rate it usually has; others follow by their number of pixels. */
  private static final int USUAL_HEIGHT = 720;

  private static final int USUAL_BITRATE = 3500;

  private static final Pattern PLAYLIST = Pattern.compile("adaptive-(\\d{1,5})p-(\\d{1,6})\\.m3u8");

  /** Without open choices, for a video of this height. */
  HlsVariant settled(int height) {
    int high = resolution == null ? Math.max(LOWEST, Math.min(HIGHEST, height)) : resolution;
    long pixels = (long) USUAL_BITRATE * high * high / (USUAL_HEIGHT * USUAL_HEIGHT);
    int rate =
        bitrate == null ? (int) Math.max(LEAST_BITRATE, Math.min(MOST_BITRATE, pixels)) : bitrate;
    return new HlsVariant(high, rate);
  }

  /** The variant whose playlist has this name. */
  static Optional<HlsVariant> ofPlaylist(String name) {
    Matcher match = PLAYLIST.matcher(name);
    return match.matches()
        ? Optional.of(
            new HlsVariant(Integer.valueOf(match.group(1)), Integer.valueOf(match.group(2))))
        : Optional.empty();
  }

  /** Name of its playlist and, with a number, of its segments. */
  String stem() {
    return "adaptive-" + resolution + "p-" + bitrate;
  }

  String playlist() {
    return stem() + ".m3u8";
  }

  /** Height of the encoded picture: H.264 halves the colours, so it must be even. */
  int height() {
    return resolution / 2 * 2;
  }

  /** Width of the encoded picture of a video of this size, as ffmpeg's {@code scale=-2} has it. */
  int width(int ofWidth, int ofHeight) {
    return (int) (2 * Math.round((double) height() * ofWidth / ofHeight / 2));
  }
}
