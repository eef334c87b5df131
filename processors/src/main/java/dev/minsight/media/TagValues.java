package dev.minsight.media;

import com.drew.lang.Rational;
import com.drew.metadata.StringValue;
import java.lang.reflect.Array;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Turns values of metadata-extractor into what ExifTool prints with {@code -n}: numbers as numbers,
 * lists of numbers as text with blanks between, bytes that are no text as their number.
 */
final class TagValues {

  /** Members of a list that are shown; no list of numbers that means something is longer. */
  private static final int MAX_MEMBERS = 64;

  private TagValues() {}

  /**
   * @param name ExifTool's name of the tag
   * @param value as read
   * @return a number, a text, or null for nothing
   */
  static Object of(String name, Object value) {
    if (value == null) {
      return null;
    }
    return switch (name) {
      case "ExifVersion", "FlashpixVersion", "InteropVersion" -> version(value);
      case "UserComment", "GPSProcessingMethod", "GPSAreaInformation" -> comment(value);
      case "XPTitle", "XPComment", "XPAuthor", "XPKeywords", "XPSubject" ->
          bytes(value) == null
              ? plain(value)
              : text(new String(bytes(value), StandardCharsets.UTF_16LE));
      case "GPSLatitude", "GPSLongitude", "GPSDestLatitude", "GPSDestLongitude" -> degrees(value);
      case "GPSTimeStamp" -> clock(value);
      case "ComponentsConfiguration", "GPSVersionID" -> members(value);
      // APEX, EXIF 2.32 annex C: logarithms of what is shown
      case "ShutterSpeedValue" -> power(value, -1);
      case "ApertureValue", "MaxApertureValue" -> power(value, 0.5);
      default -> plain(value);
    };
  }

  /** A value whose tag needs nothing special. */
  static Object plain(Object value) {
    if (value == null) {
      return null;
    }
    if (value instanceof Boolean) {
      return value;
    }
    if (value instanceof Number number) {
      return number(number);
    }
    if (value instanceof byte[] bytes) {
      return bytes.length == 1 ? (Object) (bytes[0] & 0xffL) : readable(bytes);
    }
    if (value.getClass().isArray()) {
      return members(value);
    }
    return value instanceof StringValue string ? text(decode(string)) : text(value.toString());
  }

  /** Whole numbers without a point; fractions to ten digits, as ExifTool rounds them. */
  static Object number(Number number) {
    if (number instanceof Rational ratio && ratio.getDenominator() == 0) {
      return ratio.getNumerator() == 0 ? "undef" : "inf";
    }
    double value = number.doubleValue();
    if (!Double.isFinite(value)) {
      return Double.isNaN(value) ? "undef" : "inf";
    }
    boolean whole = value == Math.rint(value) && Math.abs(value) < 1L << 53;
    return whole ? (Object) (long) value : round(value);
  }

  static Object round(double value) {
    if (!Double.isFinite(value)) {
      return "inf";
    }
    double rounded = Double.parseDouble(String.format(Locale.ROOT, "%.10g", value));
    boolean whole = rounded == Math.rint(rounded) && Math.abs(rounded) < 1L << 53;
    return whole ? (Object) (long) rounded : (Object) rounded;
  }

  private static Object power(Object value, double factor) {
    return plain(value) instanceof Number apex
        ? round(Math.pow(2, factor * apex.doubleValue()))
        : plain(value);
  }

  private static Object members(Object array) {
    if (!array.getClass().isArray()) {
      return plain(array);
    }
    int length = Array.getLength(array);
    List<String> members = new ArrayList<>();
    for (int i = 0; i < Math.min(length, MAX_MEMBERS); i++) {
      Object member = Array.get(array, i);
      members.add(String.valueOf(member instanceof Byte b ? b & 0xff : plain(member)));
    }
    if (length == 1) {
      return plain(Array.get(array, 0));
    }
    return String.join(" ", members) + (length > MAX_MEMBERS ? " ..." : "");
  }

  /** Text if every byte is printable ASCII, up to the first zero. */
  private static String readable(byte[] bytes) {
    int end = 0;
    while (end < bytes.length && bytes[end] >= ' ' && bytes[end] < 127) {
      end++;
    }
    boolean rest = end > 0;
    for (int i = end; i < bytes.length; i++) {
      rest &= bytes[i] == 0;
    }
    return rest
        ? new String(bytes, 0, end, StandardCharsets.US_ASCII)
        : "(Binary data " + bytes.length + " bytes)";
  }

  /** Four digits, which look like a number and are none. */
  private static Object version(Object value) {
    byte[] digits = bytes(value);
    return digits == null ? plain(value) : readable(digits);
  }

  /** EXIF 2.32, section 4.6.5: eight bytes name the characters that follow. */
  private static Object comment(Object value) {
    byte[] bytes = bytes(value);
    if (bytes == null || bytes.length < 8) {
      return plain(value);
    }
    Charset charset =
        new String(bytes, 0, 7, StandardCharsets.ISO_8859_1).equals("UNICODE")
            ? StandardCharsets.UTF_16
            : StandardCharsets.UTF_8;
    return text(new String(bytes, 8, bytes.length - 8, charset));
  }

  private static Object degrees(Object value) {
    if (!(value instanceof Rational[] parts) || parts.length == 0) {
      return plain(value);
    }
    double sum = 0;
    double unit = 1;
    for (Rational part : parts) {
      sum += part.getDenominator() == 0 ? 0 : part.doubleValue() / unit;
      unit *= 60;
    }
    // to a millimetre on the ground; more would be noise of the division
    return parts[0].getDenominator() == 0 ? null : Math.round(sum * 1e8) / 1e8;
  }

  private static Object clock(Object value) {
    if (!(value instanceof Rational[] parts) || parts.length != 3) {
      return plain(value);
    }
    StringBuilder time = new StringBuilder();
    for (Rational part : parts) {
      if (!(number(part) instanceof Number amount)) {
        return null;
      }
      String digits =
          amount instanceof Long whole
              ? String.format(Locale.ROOT, "%02d", whole)
              : (amount.doubleValue() < 10 ? "0" : "") + amount;
      time.append(time.isEmpty() ? "" : ":").append(digits);
    }
    return time.toString();
  }

  private static byte[] bytes(Object value) {
    if (value instanceof byte[] bytes) {
      return bytes;
    }
    return value instanceof StringValue string ? string.getBytes() : null;
  }

  /** UTF-8 where it is, which EXIF does not allow and everybody writes; else Latin 1. */
  private static String decode(StringValue string) {
    String utf8 = new String(string.getBytes(), StandardCharsets.UTF_8);
    return utf8.indexOf('\ufffd') < 0
        ? utf8
        : new String(string.getBytes(), StandardCharsets.ISO_8859_1);
  }

  private static String text(String value) {
    int zero = value.indexOf('\0');
    return (zero < 0 ? value : value.substring(0, zero)).stripTrailing();
  }
}
