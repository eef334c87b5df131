package dev.minsight.media;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.minsight.support.UnprocessableMediaException;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Turns ffprobe's JSON into facts; every field that is missing or odd stays null. */
final class VideoFacts {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** ISO 6709 annex H, as phones write it: {@code +32.0929+034.8620+011.000/}. */
  private static final Pattern ISO6709 =
      Pattern.compile("([+-]\\d+(?:\\.\\d+)?)([+-]\\d+(?:\\.\\d+)?)([+-]\\d+(?:\\.\\d+)?)?.*");

  private VideoFacts() {}

  /**
   * Asks ffprobe about a file.
   *
   * @throws UnprocessableMediaException if it refuses the file
   * @throws dev.minsight.support.RetryableException if there is no ffprobe
   */
  static MediaFacts probe(Ffmpeg ffmpeg, Path file, MediaType type) {
    return parse(
        ffmpeg.probe(List.of("-show_format", "-show_streams"), file), type, ZoneId.systemDefault());
  }

  /**
   * Reads ffprobe's answer.
   *
   * @param json what it printed
   * @param zone for times that name none
   * @throws UnprocessableMediaException if it is no JSON
   */
  static MediaFacts parse(String json, MediaType type, ZoneId zone) {
    JsonNode root = read(json);
    JsonNode format = root.path("format");
    JsonNode tags = format.path("tags");
    JsonNode picture = picture(root.path("streams"));
    int orientation = orientation(picture);
    boolean swap = Orientation.swapsSides(orientation);
    Integer width = positive(picture.path(swap ? "height" : "width"));
    Integer height = positive(picture.path(swap ? "width" : "height"));
    Double[] place = place(tags);
    return new MediaFacts(
        type,
        width,
        height,
        orientation,
        type.isImage() ? null : duration(format, root.path("streams")),
        created(tags, root.path("streams"), zone),
        place[0],
        place[1],
        place[2],
        text(tags, "com.apple.quicktime.make"),
        text(tags, "com.apple.quicktime.model"));
  }

  static JsonNode read(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new UnprocessableMediaException("ffprobe answered something that is no JSON", e);
    }
  }

  /** The first moving picture; a cover picture in a sound file is none. */
  static JsonNode picture(JsonNode streams) {
    for (JsonNode stream : streams) {
      if (stream.path("codec_type").asText().equals("video")
          && stream.path("disposition").path("attached_pic").asInt() == 0) {
        return stream;
      }
    }
    return JSON.missingNode();
  }

  /**
   * ffprobe counts the display matrix counter-clockwise, EXIF clockwise: turned round here only.
   */
  static int orientation(JsonNode stream) {
    int counterClockwise = 0;
    for (JsonNode side : stream.path("side_data_list")) {
      if (side.has("rotation")) {
        counterClockwise = side.path("rotation").asInt();
      }
    }
    return switch (Math.floorMod(-counterClockwise, 360)) {
      case 90 -> 6;
      case 180 -> 3;
      case 270 -> 8;
      default -> 1;
    };
  }

  private static Integer positive(JsonNode number) {
    double value = number.asDouble();
    return value >= 1 && value <= Integer.MAX_VALUE ? (int) value : null;
  }

  static Double duration(JsonNode format, JsonNode streams) {
    double longest = format.path("duration").asDouble(0);
    for (JsonNode stream : streams) {
      if (longest <= 0) {
        longest = stream.path("duration").asDouble(0);
      }
    }
    return longest > 0 && Double.isFinite(longest) ? longest : null;
  }

  /** Apple's own date first: it has the zone, and survives editing. */
  private static Long created(JsonNode tags, JsonNode streams, ZoneId zone) {
    OptionalLong time = time(tags, "com.apple.quicktime.creationdate", zone);
    if (time.isEmpty()) {
      time = time(tags, "creation_time", zone);
    }
    for (JsonNode stream : streams) {
      if (time.isEmpty()) {
        time = time(stream.path("tags"), "creation_time", zone);
      }
    }
    return time.isPresent() ? time.getAsLong() : null;
  }

  private static OptionalLong time(JsonNode tags, String name, ZoneId zone) {
    String text = text(tags, name);
    return text == null ? OptionalLong.empty() : Timestamps.parse(text, null, zone);
  }

  private static Double[] place(JsonNode tags) {
    String text = text(tags, "com.apple.quicktime.location.ISO6709");
    if (text == null) {
      text = text(tags, "location");
    }
    Matcher match = ISO6709.matcher(text == null ? "" : text);
    if (!match.matches()) {
      return new Double[3];
    }
    double latitude = Double.parseDouble(match.group(1));
    double longitude = Double.parseDouble(match.group(2));
    boolean real =
        Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 && (latitude != 0 || longitude != 0);
    Double altitude = match.group(3) == null ? null : Double.valueOf(match.group(3));
    return real ? new Double[] {latitude, longitude, altitude} : new Double[3];
  }

  private static String text(JsonNode node, String name) {
    String value = node.path(name).asText("").trim();
    return value.isEmpty() ? null : value;
  }
}
