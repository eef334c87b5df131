package dev.minsight.compute.plugins;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Finds tags by their name alone, in whatever group they are.
 *
 * @param tags by {@code Group:Tag} or {@code Tag}
 */
record TypedTags(Map<String, Object> tags) {

  /**
   * Groups that go before others, the best first: the signs of places are in the first only, and
   * the container knows the size better than EXIF, which editors leave as it was.
   */
  private static final List<String> GROUPS =
      List.of("Composite", "File", "PNG", "GIF", "RIFF", "QuickTime", "EXIF");

  private Object find(String name) {
    return Stream.concat(
            Stream.concat(
                Stream.of(tags.get(name)),
                GROUPS.stream().map(group -> tags.get(group + ":" + name))),
            tags.entrySet().stream()
                .filter(tag -> tag.getKey().endsWith(":" + name))
                .filter(tag -> !tag.getKey().startsWith("MakerNotes:"))
                .map(Map.Entry::getValue))
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  /**
   * @return the tag as text; a number in decimal; null if it is blank or not there
   */
  String text(String name) {
    Object value = find(name);
    String text = value == null ? "" : value.toString().strip();
    return text.isEmpty() ? null : text;
  }

  /**
   * @return the tag as a number, or null
   */
  Double number(String name) {
    Object value = find(name);
    if (value instanceof Number number) {
      return number.doubleValue();
    }
    return null;
  }

  /**
   * @return the tag as a whole number, the first of a list; null if it is none
   */
  Integer whole(String name) {
    Object value = find(name);
    if (value instanceof Number number && number.longValue() == (int) number.longValue()) {
      return number.intValue();
    }
    String text = String.valueOf(value);
    return text.matches("\\d{1,9}( .*)?") ? Integer.valueOf(text.split(" ")[0]) : null;
  }
}
