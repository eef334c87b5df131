package dev.minsight.compute.plugins;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.minsight.media.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** What a file is, in the one word that {@code media_type} has for it. */
enum MediaKind {
  /** A still or animated picture. */
  @JsonProperty("image")
  IMAGE,
  /** A moving picture. */
  @JsonProperty("video")
  VIDEO,
  /** Sound. */
  @JsonProperty("audio")
  AUDIO,
  /** A text. */
  @JsonProperty("text")
  TEXT,
  /** A text that is one address of the web and nothing else. */
  @JsonProperty("url")
  URL,
  /** Anything else. */
  @JsonProperty("file")
  FILE;

  /** Longer addresses work nowhere, bytes. */
  private static final int MAX_URL = 8 * 1024;

  private static final Pattern ADDRESS =
      Pattern.compile("(https?|ftp)://[^\\s/?#]+\\S*", Pattern.CASE_INSENSITIVE);

  /**
   * @param file the file
   * @param type what its bytes are
   * @return its kind
   * @throws IOException if it cannot be read
   */
  static MediaKind of(Path file, MediaType type) throws IOException {
    return switch (type.kind()) {
      case "image" -> IMAGE;
      case "video" -> VIDEO;
      case "audio" -> AUDIO;
      case "text" -> isAddress(file) ? URL : TEXT;
      default -> FILE;
    };
  }

  private static boolean isAddress(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] head = in.readNBytes(MAX_URL + 1);
      return head.length <= MAX_URL
          && ADDRESS.matcher(new String(head, StandardCharsets.UTF_8).strip()).matches();
    }
  }
}
