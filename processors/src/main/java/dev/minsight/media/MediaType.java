package dev.minsight.media;

import java.util.Locale;
import java.util.Map;

/**
 * What a file is, as its bytes tell.
 *
 * @param mime lower case, without parameters, for example {@code image/jpeg}
 * @param kind {@code image}, {@code video}, {@code audio}, {@code text} or {@code file}
 * @param extension the usual file name extension, without the dot
 */
public record MediaType(String mime, String kind, String extension) {

  /** Extensions that are not simply the mime subtype: section 7 of the store's contract. */
  private static final Map<String, String> EXTENSIONS =
      Map.ofEntries(
          Map.entry("image/jpeg", "jpg"),
          Map.entry("image/svg+xml", "svg"),
          Map.entry("video/quicktime", "mov"),
          Map.entry("video/x-msvideo", "avi"),
          Map.entry("video/x-matroska", "mkv"),
          Map.entry("video/3gpp", "3gp"),
          Map.entry("audio/mpeg", "mp3"),
          Map.entry("text/plain", "txt"));

  private static final Map<String, String> FALLBACKS =
      Map.of("image", "jpg", "video", "mp4", "audio", "mp3", "text", "txt", "file", "bin");

  /** Bytes nobody knows. */
  public static final MediaType UNKNOWN = of("application/octet-stream");

  /**
   * Names kind and extension of a mime type.
   *
   * @param mime a mime type; parameters are dropped, upper case is lowered
   * @return the type; a mime type without a subtype gets the kind's usual extension
   */
  public static MediaType of(String mime) {
    String bare = mime.split(";", 2)[0].trim().toLowerCase(Locale.ROOT);
    int slash = bare.indexOf('/');
    String kind =
        switch (slash < 0 ? bare : bare.substring(0, slash)) {
          case "image" -> "image";
          case "video" -> "video";
          case "audio" -> "audio";
          case "text" -> "text";
          default -> "file";
        };
    String subtype = slash < 0 ? "" : bare.substring(slash + 1).replaceAll("[^a-z0-9.+-]", "");
    String extension =
        EXTENSIONS.getOrDefault(bare, subtype.isEmpty() ? FALLBACKS.get(kind) : subtype);
    return new MediaType(bare, kind, extension);
  }

  /**
   * @return whether this is a still picture (or an animation, of which the first frame counts)
   */
  public boolean isImage() {
    return kind.equals("image");
  }

  /**
   * @return whether this is a moving picture
   */
  public boolean isVideo() {
    return kind.equals("video");
  }

  /**
   * @return whether this is sound only
   */
  public boolean isAudio() {
    return kind.equals("audio");
  }

  /**
   * @return the name a person would use, for messages: {@code GIF}, {@code JPEG}, {@code HEIC}
   */
  String spokenName() {
    String subtype = mime.substring(mime.indexOf('/') + 1).replaceFirst("^x-|^vnd\\.", "");
    return subtype.equals("svg+xml") ? "SVG" : subtype.toUpperCase(Locale.ROOT);
  }
}
