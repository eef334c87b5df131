package dev.minsight.media;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Collects tags as {@code Group:Tag}, the first of a name winning, and stops when there is more
 * than any honest file has: a file must not choose the size of an answer.
 */
final class TagMap {

  private static final int MAX_TAGS = 2_000;

  /** Longest text of one tag, in characters; longer ones are cut. */
  private static final int MAX_TEXT = 8_192;

  /** All texts together, in characters. */
  private static final int MAX_TEXTS = 256 * 1024;

  private final Map<String, Object> tags = new LinkedHashMap<>();
  private int texts;

  /**
   * Adds a tag.
   *
   * @param group for example {@code EXIF}
   * @param name for example {@code Make}
   * @param value a number, a text, or null for nothing
   */
  void add(String group, String name, Object value) {
    String key = group + ":" + name;
    if (value == null || tags.size() >= MAX_TAGS || name.isEmpty() || tags.containsKey(key)) {
      return;
    }
    Object kept = value;
    if (value instanceof String text) {
      kept = text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) + "..." : text;
      texts += ((String) kept).length();
    }
    texts += key.length();
    if (texts <= MAX_TEXTS) {
      tags.put(key, kept);
    }
  }

  /**
   * @return the value of a tag, or null
   */
  Object get(String key) {
    return tags.get(key);
  }

  /**
   * @return the value of a tag if it is a number, or null
   */
  Double number(String key) {
    return tags.get(key) instanceof Number number ? number.doubleValue() : null;
  }

  /**
   * @return all, in the order they came in
   */
  Map<String, Object> all() {
    return Collections.unmodifiableMap(tags);
  }
}
