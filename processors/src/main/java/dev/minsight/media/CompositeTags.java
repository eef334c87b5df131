package dev.minsight.media;

import java.util.Locale;

/** What follows from several tags together, as ExifTool's group {@code Composite}. */
final class CompositeTags {

  private CompositeTags() {}

  /**
   * Adds what follows from the tags that are there.
   *
   * @param width of the picture as stored, or null
   * @param height of the picture as stored, or null
   */
  static void add(TagMap tags, Integer width, Integer height) {
    if (width != null && height != null) {
      tags.add("Composite", "ImageSize", width + " " + height);
      tags.add("Composite", "Megapixels", TagValues.round((double) width * height / 1e6));
    }
    Double aperture = tags.number("EXIF:FNumber");
    if (aperture == null) {
      aperture = tags.number("EXIF:ApertureValue");
    }
    if (aperture != null && aperture > 0) {
      tags.add("Composite", "Aperture", TagValues.round(aperture));
    }
    Double seconds = tags.number("EXIF:ExposureTime");
    if (seconds == null) {
      seconds = tags.number("EXIF:ShutterSpeedValue");
    }
    if (seconds != null && seconds > 0) {
      tags.add("Composite", "ShutterSpeed", TagValues.round(seconds));
    }
    addPlace(tags);
  }

  /** EXIF keeps the sign apart: south, west and below the sea are negative. */
  private static void addPlace(TagMap tags) {
    Double latitude = signed(tags, "GPSLatitude", "S", 90);
    Double longitude = signed(tags, "GPSLongitude", "W", 180);
    if (latitude != null && longitude != null) {
      tags.add("Composite", "GPSLatitude", latitude);
      tags.add("Composite", "GPSLongitude", longitude);
    }
    Double altitude = tags.number("EXIF:GPSAltitude");
    if (altitude != null) {
      boolean below = Double.valueOf(1).equals(tags.number("EXIF:GPSAltitudeRef"));
      tags.add("Composite", "GPSAltitude", TagValues.round(below ? -altitude : altitude));
    }
    String date = text(tags, "EXIF:GPSDateStamp");
    String time = text(tags, "EXIF:GPSTimeStamp");
    if (date != null && time != null) {
      tags.add("Composite", "GPSDateTime", date + " " + time + "Z");
    }
    Object north = tags.get("Composite:GPSLatitude");
    Object east = tags.get("Composite:GPSLongitude");
    if (north != null && east != null) {
      tags.add("Composite", "GPSPosition", north + " " + east);
    }
  }

  private static Double signed(TagMap tags, String name, String negative, int bound) {
    Double value = tags.number("EXIF:" + name);
    String side = text(tags, "EXIF:" + name + "Ref");
    if (value == null || side == null || value > bound) {
      return null;
    }
    return side.toUpperCase(Locale.ROOT).startsWith(negative) ? -value : value;
  }

  private static String text(TagMap tags, String key) {
    return tags.get(key) instanceof String text && !text.isBlank() ? text.strip() : null;
  }
}
