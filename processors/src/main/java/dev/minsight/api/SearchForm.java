package dev.minsight.api;

import dev.minsight.insight.PhotoFilter;
import dev.minsight.insight.PhotoFilter.Box;
import dev.minsight.insight.PhotoFilter.Circle;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.List;

/** The parameters that every search has: which photos may be found. */
final class SearchForm {

  private static final List<String> TYPES = List.of("image", "video", "audio", "text", "file");

  /** Nobody looks for more people on one photo; each costs a condition. */
  private static final int MOST_PERSONS = 20;

  private static final double NEAR_KILOMETRES = 10;

  /** Half the way round the earth. */
  private static final double FARTHEST_KILOMETRES = 20_016;

  private SearchForm() {}

  /**
   * Reads from, to, bbox, near, radius_km, type, mime_type, parent_id, person_id, include_deleted;
   * mistakes are noted in the form.
   */
  static PhotoFilter filter(Form query) {
    Long from = instant(query, "from", false);
    Long to = instant(query, "to", true);
    if (from != null && to != null && from > to) {
      query.wrong("to", "value_error", "to is before from", query.text("to").orElse(null));
    }
    String type = query.text("type").orElse(null);
    if (type != null && !TYPES.contains(type)) {
      query.notOneOf("type", TYPES, type);
    }
    Long parentId =
        query.text("parent_id").isEmpty()
            ? null
            : (Long) query.number("parent_id", 1, 1, Long.MAX_VALUE);
    return new PhotoFilter(
        from,
        to,
        box(query),
        near(query),
        type,
        query.text("mime_type").orElse(null),
        parentId,
        query.numbers("person_id", MOST_PERSONS).stream().distinct().toList(),
        query.flag("include_deleted").orElse(false));
  }

  /** Milliseconds since 1970, an ISO 8601 instant, or a day (UTC), whose end may be meant. */
  private static Long instant(Form query, String name, boolean end) {
    String sent = query.text(name).map(String::strip).orElse(null);
    if (sent == null) {
      return null;
    }
    try {
      if (sent.matches("[+-]?\\d{1,18}")) {
        return Long.valueOf(sent);
      }
      if (sent.length() <= "2026-01-01".length()) {
        LocalDate day = LocalDate.parse(sent);
        Instant start = (end ? day.plusDays(1) : day).atStartOfDay(ZoneOffset.UTC).toInstant();
        return start.toEpochMilli() - (end ? 1 : 0);
      }
      return OffsetDateTime.parse(sent).toInstant().toEpochMilli();
    } catch (DateTimeParseException | ArithmeticException e) {
      query.wrong(
          name,
          "datetime_parsing",
          "Input should be milliseconds since 1970, a day such as 2026-01-31, or an instant such as"
              + " 2026-01-31T18:00:00Z",
          sent);
      return null;
    }
  }

  private static Box box(Form query) {
    String sent = query.text("bbox").orElse(null);
    double[] at = sent == null ? null : numbers(sent, 4);
    if (sent == null) {
      return null;
    }
    if (at == null || !isPlace(at[1], at[0]) || !isPlace(at[3], at[2]) || at[1] > at[3]) {
      query.wrong(
          "bbox",
          "value_error",
          "Input should be west,south,east,north in degrees, south not above north",
          sent);
      return null;
    }
    return new Box(at[0], at[1], at[2], at[3]);
  }

  private static Circle near(Form query) {
    double kilometres = query.decimal("radius_km", NEAR_KILOMETRES, 0, FARTHEST_KILOMETRES);
    String sent = query.text("near").orElse(null);
    if (sent == null) {
      query
          .text("radius_km")
          .ifPresent(
              radius -> query.wrong("near", "missing", "Field required with radius_km", null));
      return null;
    }
    double[] at = numbers(sent, 2);
    if (at == null || !isPlace(at[0], at[1])) {
      query.wrong("near", "value_error", "Input should be latitude,longitude in degrees", sent);
      return null;
    }
    return new Circle(at[0], at[1], kilometres);
  }

  private static boolean isPlace(double latitude, double longitude) {
    return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180;
  }

  /** Null unless there are so many numbers, all of them finite. */
  private static double[] numbers(String list, int count) {
    String[] parts = list.split(",", -1);
    double[] numbers = new double[parts.length];
    try {
      for (int i = 0; i < parts.length; i++) {
        numbers[i] = Double.parseDouble(parts[i].strip());
        if (!Double.isFinite(numbers[i])) {
          return null;
        }
      }
    } catch (NumberFormatException e) {
      return null;
    }
    return parts.length == count ? numbers : null;
  }
}
