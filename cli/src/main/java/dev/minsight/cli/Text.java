package dev.minsight.cli;

import dev.minsight.sdk.Entity;
import dev.minsight.sdk.Intelligence;
import java.time.Instant;
import java.util.Locale;

/** Wire values as a person reads them. */
final class Text {

  private Text() {}

  /** A dash for what is not known. */
  static String of(Object value) {
    return value == null ? "-" : value.toString();
  }

  static String time(Long epochMillis) {
    return epochMillis == null ? "-" : Instant.ofEpochMilli(epochMillis).toString();
  }

  static String score(double score) {
    return String.format(Locale.ROOT, "%.3f", score);
  }

  static String faces(Intelligence state) {
    Integer count = state.faceCount();
    return count == null ? "" : ", " + count + (count == 1 ? " face" : " faces");
  }

  /**
   * A name for a download: the label's last segment without anything a file system or a shell would
   * take for more than a name, and never one that leaves the folder or hides in it.
   */
  static String fileName(Entity entity, boolean preview) {
    String label = entity.label() == null ? "" : entity.label();
    String name =
        label
            .substring(Math.max(label.lastIndexOf('/'), label.lastIndexOf('\\')) + 1)
            .replaceAll("[\\p{Cntrl}:*?\"<>|]", "_")
            .replaceAll("^[.\\-\\s]+|\\s+$", "");
    if (name.isEmpty() || name.length() > 100) {
      name = "entity-" + entity.id();
    }
    String extension = preview ? "preview.png" : entity.extension();
    boolean has =
        extension == null
            || name.toLowerCase(Locale.ROOT).endsWith("." + extension.toLowerCase(Locale.ROOT));
    return has ? name : name + "." + extension.replaceAll("[^A-Za-z0-9.]", "_");
  }
}
