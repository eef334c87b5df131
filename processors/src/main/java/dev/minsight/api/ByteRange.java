package dev.minsight.api;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One range of bytes of a file, RFC 9110 section 14.
 *
 * @param first index of the first byte, from 0
 * @param last index of the last byte, or less than first when nothing of the file is asked for
 */
record ByteRange(long first, long last) {

  private static final Pattern SINGLE =
      Pattern.compile("\\s*bytes\\s*=\\s*(\\d*)\\s*-\\s*(\\d*)\\s*");

  /** Longer numbers are beyond every file; cut so that they still parse. */
  private static final int MAX_DIGITS = 18;

  /**
   * Reads a Range header.
   *
   * @param header the header, or null
   * @param size of the file, bytes
   * @return the range, cut to the file; unsatisfiable ones are {@link #isEmpty}; null where the
   *     header is to be ignored: absent, malformed, another unit, or several ranges, which a server
   *     may answer with the whole file
   */
  static ByteRange parse(String header, long size) {
    Matcher matcher = header == null ? null : SINGLE.matcher(header);
    if (matcher == null || !matcher.matches()) {
      return null;
    }
    String from = matcher.group(1);
    String to = matcher.group(2);
    if (from.isEmpty() && to.isEmpty()) {
      return null;
    }
    if (from.isEmpty()) {
      return new ByteRange(Math.max(0, size - Math.min(size, number(to))), size - 1);
    }
    long first = number(from);
    long last = to.isEmpty() ? Long.MAX_VALUE : number(to);
    return last < first ? null : new ByteRange(first, Math.min(last, size - 1));
  }

  private static long number(String digits) {
    return digits.length() > MAX_DIGITS ? Long.MAX_VALUE : Long.parseLong(digits);
  }

  /** Whether no byte of the file is asked for. */
  boolean isEmpty() {
    return length() <= 0;
  }

  /** Bytes. */
  long length() {
    return last - first + 1;
  }
}
