package dev.minsight.insight;

import java.util.List;

/**
 * Which photos a search may find; all conditions must hold, null leaves one out.
 *
 * @param from earliest create_date, milliseconds since 1970
 * @param to latest create_date, milliseconds since 1970
 * @param box within which it was taken
 * @param near around which it was taken
 * @param type image, video, audio, text or file
 * @param mimeType exact
 * @param parentId collection it lies in, directly or further below
 * @param personIds persons who are all to be seen in it; empty for anybody
 * @param includeDeleted whether what is in the trash, itself or with a collection above it, may be
 *     found
 */
public record PhotoFilter(
    Long from,
    Long to,
    Box box,
    Circle near,
    String type,
    String mimeType,
    Long parentId,
    List<Long> personIds,
    boolean includeDeleted) {

  /** Everything that is not in the trash. */
  public static final PhotoFilter LIVE =
      new PhotoFilter(null, null, null, null, null, null, null, List.of(), false);

  /**
   * A part of the map, degrees; north and east positive. West beyond east crosses the date line
   * (RFC 7946 section 5.2).
   *
   * @param west -180..180
   * @param south -90..90
   * @param east -180..180
   * @param north -90..90, not below south
   */
  public record Box(double west, double south, double east, double north) {}

  /**
   * A place and what is around it.
   *
   * @param latitude degrees, -90..90
   * @param longitude degrees, -180..180
   * @param kilometres 0 or more
   */
  public record Circle(double latitude, double longitude, double kilometres) {}

  /**
   * @return whether every photo fits that is not in the trash, or every one
   */
  boolean isOpen() {
    return withDeleted(false).equals(LIVE);
  }

  /** The same, with what is in the trash or without. */
  PhotoFilter withDeleted(boolean deleted) {
    return new PhotoFilter(
        from, to, box, near, type, mimeType, parentId, List.copyOf(personIds), deleted);
  }
}
