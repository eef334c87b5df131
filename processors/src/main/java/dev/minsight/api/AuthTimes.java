package dev.minsight.api;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Times of the auth service: UTC without a zone, to the microsecond, as the reference has them. */
final class AuthTimes {

  private static final DateTimeFormatter NAIVE_UTC =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS").withZone(ZoneOffset.UTC);

  private AuthTimes() {}

  /** Null stays null. */
  static String naive(Instant instant) {
    return instant == null ? null : NAIVE_UTC.format(instant);
  }
}
