package dev.minsight.media;

import com.fasterxml.jackson.databind.JsonNode;
import dev.minsight.support.UnprocessableMediaException;
import java.nio.file.Path;
import java.util.List;

/**
 * What somebody who encodes a video anew has to know of it.
 *
 * @param picture its moving picture
 * @param sound the first sound that can be decoded, null without one
 * @param width in pixels, upright as displayed
 * @param height in pixels, upright as displayed
 * @param seconds how long it is, 0 when it does not say
 * @param frameRate a constant rate that suits it, as ffmpeg reads it: {@code 30000/1001}
 */
public record VideoSource(
    Track picture, Track sound, int width, int height, double seconds, String frameRate) {

  /** What players and screens can show; more frames a second are left out. */
  private static final int MOST_FRAMES = 60;

  /**
   * One stream of the file.
   *
   * @param index as ffmpeg counts
   * @param codec as ffmpeg calls it
   */
  public record Track(int index, String codec) {}

  /**
   * Asks ffprobe about a video.
   *
   * @param ffmpeg to ask
   * @param file any file
   * @return what it says of itself
   * @throws UnprocessableMediaException if there is no moving picture in it, or it cannot be read
   * @throws dev.minsight.support.RetryableException if there is no ffprobe
   */
  public static VideoSource probe(Ffmpeg ffmpeg, Path file) {
    return parse(ffmpeg.probe(List.of("-show_format", "-show_streams"), file));
  }

  static VideoSource parse(String json) {
    JsonNode root = VideoFacts.read(json);
    JsonNode streams = root.path("streams");
    JsonNode picture = VideoFacts.picture(streams);
    if (picture.isMissingNode()) {
      throw new UnprocessableMediaException("the file has no video stream");
    }
    int width = picture.path("width").asInt();
    int height = picture.path("height").asInt();
    if (width < 1 || height < 1) {
      throw new UnprocessableMediaException(
          "the file is no video that can be read: it does not say how large its picture is");
    }
    boolean swap = Orientation.swapsSides(VideoFacts.orientation(picture));
    Double seconds = VideoFacts.duration(root.path("format"), streams);
    return new VideoSource(
        track(picture),
        sound(streams),
        swap ? height : width,
        swap ? width : height,
        seconds == null ? 0 : seconds,
        frameRate(picture));
  }

  private static Track track(JsonNode stream) {
    return new Track(stream.path("index").asInt(), stream.path("codec_name").asText("unknown"));
  }

  private static Track sound(JsonNode streams) {
    for (JsonNode stream : streams) {
      if (stream.path("codec_type").asText().equals("audio")
          && !track(stream).codec().matches("unknown|none")
          && stream.path("channels").asInt() > 0) {
        return track(stream);
      }
    }
    return null;
  }

  /**
   * The rate at which every frame has its place. Where frames come irregularly that is the rate of
   * the file's clock, up to 90,000 a second; then the average has to do.
   */
  private static String frameRate(JsonNode picture) {
    String exact = picture.path("r_frame_rate").asText();
    double average = ratio(picture.path("avg_frame_rate").asText());
    if (ratio(exact) > 0 && ratio(exact) <= MOST_FRAMES) {
      return exact;
    }
    return average > 0 ? Integer.toString((int) Math.min(MOST_FRAMES, Math.ceil(average))) : "30";
  }

  private static double ratio(String text) {
    if (!text.matches("\\d{1,9}/[1-9]\\d{0,8}")) {
      return 0;
    }
    String[] parts = text.split("/");
    return Double.parseDouble(parts[0]) / Double.parseDouble(parts[1]);
  }
}
