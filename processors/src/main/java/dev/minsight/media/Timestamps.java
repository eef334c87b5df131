package dev.minsight.media;

import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the times that cameras write: {@code 2008:10:22 16:28:39} with or without a zone, and
 * {@code 2019-07-24T11:25:53+0300}.
 */
final class Timestamps {

  private static final Pattern TIME =
      Pattern.compile(
          "(\\d{4})[:\\-/.](\\d{1,2})[:\\-/.](\\d{1,2})[ T](\\d{1,2}):(\\d{2})(?::(\\d{2}))?"
              + "(?:\\.\\d+)?\\s*(Z|[+-]\\d{2}:?\\d{2})?");

  private static final Pattern OFFSET = Pattern.compile("Z|[+-]\\d{2}:?\\d{2}");

  private Timestamps() {}

  /**
   * Reads a time.
   *
   * @param text the time
   * @param offset its zone if written apart, or null
   * @param zone for a time without any zone
   * @return milliseconds since 1970, always positive; empty for what is no real time: unset clocks
   *     (zero, 1904) and dates that do not exist
   */
  static OptionalLong parse(String text, String offset, ZoneId zone) {
    Matcher match = TIME.matcher(text.trim());
    if (!match.matches()) {
      return OptionalLong.empty();
    }
    try {
      LocalDateTime time =
          LocalDateTime.of(
              number(match, 1),
              number(match, 2),
              number(match, 3),
              number(match, 4),
              number(match, 5),
              match.group(6) == null ? 0 : number(match, 6));
      long millis = time.atZone(zoneOf(match.group(7), offset, zone)).toInstant().toEpochMilli();
      return millis > 0 ? OptionalLong.of(millis) : OptionalLong.empty();
    } catch (DateTimeException e) {
      return OptionalLong.empty();
    }
  }

  private static ZoneId zoneOf(String inText, String apart, ZoneId otherwise) {
    if (inText != null) {
      return ZoneOffset.of(inText);
    }
    return apart != null && OFFSET.matcher(apart.trim()).matches()
        ? ZoneOffset.of(apart.trim())
        : otherwise;
  }

  private static int number(Matcher match, int group) {
    return Integer.parseInt(match.group(group));
  }
}
