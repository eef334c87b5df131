package dev.minsight.media;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.minsight.support.UnprocessableMediaException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The tags of a film or sound as ffprobe knows them, under ExifTool's names where it has one. */
final class VideoTags {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final DateTimeFormatter EXIF_TIME =
      DateTimeFormatter.ofPattern("yyyy:MM:dd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

  /** Names that are not simply ffmpeg's in capitals. */
  private static final Map<String, String> NAMES =
      Map.of(
          "creation_time", "CreateDate",
          "creationdate", "CreationDate",
          "location.ISO6709", "GPSCoordinates",
          "location", "GPSCoordinates",
          "album_artist", "AlbumArtist",
          "date", "Year",
          "location-eng", "GPSCoordinates-eng");

  private VideoTags() {}

  /**
   * Adds what ffprobe says.
   *
   * @throws UnprocessableMediaException if it refuses the file
   */
  static void add(Ffmpeg ffmpeg, Path file, MediaType type, TagMap tags) {
    String answer = ffmpeg.probe(List.of("-show_format", "-show_streams"), file);
    MediaFacts facts = VideoFacts.parse(answer, type, ZoneOffset.UTC);
    JsonNode root;
    try {
      root = JSON.readTree(answer);
    } catch (JsonProcessingException e) {
      throw new UnprocessableMediaException("ffprobe answered something that is no JSON", e);
    }
    String group = group(type);
    root.path("format").path("tags").properties().forEach(tag -> addText(group, tag, tags));
    if (facts.durationSeconds() != null) {
      tags.add(group, "Duration", TagValues.round(facts.durationSeconds()));
    }
    for (JsonNode stream : root.path("streams")) {
      addStream(group, stream, tags);
    }
    if (type.isVideo()) {
      tags.add("Composite", "Rotation", (long) degrees(facts.orientation()));
    }
    if (facts.latitude() != null) {
      tags.add("Composite", "GPSLatitude", facts.latitude());
      tags.add("Composite", "GPSLongitude", facts.longitude());
      tags.add("Composite", "GPSAltitude", facts.altitude());
    }
  }

  private static void addStream(String group, JsonNode stream, TagMap tags) {
    if (stream.path("codec_type").asText().equals("video")) {
      tags.add(group, "ImageWidth", positive(stream.path("width")));
      tags.add(group, "ImageHeight", positive(stream.path("height")));
      tags.add(group, "CompressorID", text(stream.path("codec_tag_string")));
      tags.add(group, "VideoFrameRate", rate(stream.path("avg_frame_rate").asText("")));
    } else if (stream.path("codec_type").asText().equals("audio")) {
      tags.add(group, "AudioFormat", text(stream.path("codec_name")));
      tags.add(group, "AudioChannels", positive(stream.path("channels")));
      tags.add(group, "AudioSampleRate", positive(stream.path("sample_rate")));
    }
    stream.path("tags").properties().forEach(tag -> addText(group, tag, tags));
  }

  private static void addText(String group, Map.Entry<String, JsonNode> tag, TagMap tags) {
    String bare = tag.getKey().replaceFirst("^com\\.(apple\\.quicktime|android)\\.", "");
    String name = NAMES.containsKey(bare) ? NAMES.get(bare) : bare.isEmpty() ? "" : camel(bare);
    String value = tag.getValue().asText("");
    tags.add(group, name, name.equals("CreateDate") ? time(value) : value);
  }

  /** {@code major_brand} is {@code MajorBrand}. */
  private static String camel(String name) {
    StringBuilder camel = new StringBuilder();
    for (String word : name.split("[^A-Za-z0-9]+")) {
      if (!word.isEmpty()) {
        camel.append(Character.toUpperCase(word.charAt(0))).append(word.substring(1));
      }
    }
    return camel.toString();
  }

  private static String time(String value) {
    try {
      return EXIF_TIME.format(Instant.parse(value));
    } catch (DateTimeException e) {
      return value;
    }
  }

  private static Long positive(JsonNode number) {
    long value = number.asLong();
    return value > 0 ? value : null;
  }

  private static String text(JsonNode node) {
    String value = node.asText("");
    return value.isEmpty() ? null : value;
  }

  private static Object rate(String ratio) {
    if (!ratio.matches("\\d{1,9}/0*[1-9]\\d{0,8}")) {
      return null;
    }
    String[] parts = ratio.split("/");
    return TagValues.round(Double.parseDouble(parts[0]) / Double.parseDouble(parts[1]));
  }

  private static int degrees(int orientation) {
    return switch (orientation) {
      case 6 -> 90;
      case 3 -> 180;
      case 8 -> 270;
      default -> 0;
    };
  }

  private static String group(MediaType type) {
    return switch (type.mime()) {
      case "video/mp4", "video/quicktime", "video/3gpp", "video/3gpp2", "audio/mp4" -> "QuickTime";
      case "video/x-matroska", "video/webm" -> "Matroska";
      case "video/x-msvideo", "audio/wav" -> "RIFF";
      case "audio/mpeg" -> "ID3";
      case "audio/flac", "audio/ogg" -> "Vorbis";
      default -> "File";
    };
  }
}
