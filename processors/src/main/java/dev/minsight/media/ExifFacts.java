package dev.minsight.media;

import com.drew.imaging.tiff.TiffProcessingException;
import com.drew.imaging.tiff.TiffReader;
import com.drew.lang.Rational;
import com.drew.metadata.Directory;
import com.drew.metadata.Metadata;
import com.drew.metadata.exif.ExifIFD0Directory;
import com.drew.metadata.exif.ExifReader;
import com.drew.metadata.exif.ExifSubIFDDirectory;
import com.drew.metadata.exif.ExifTiffHandler;
import com.drew.metadata.exif.GpsDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.OptionalLong;

/**
 * What an EXIF block says, read by metadata-extractor from bounded memory; anything damaged is
 * treated as absent.
 *
 * @param orientation 1..8; 1 if absent or absurd
 * @param createdAtMillis when it was taken, milliseconds since 1970, or null
 * @param latitude degrees, or null
 * @param longitude degrees, or null
 * @param altitude metres, or null
 * @param make camera maker, or null
 * @param model camera model, or null
 */
record ExifFacts(
    int orientation,
    Long createdAtMillis,
    Double latitude,
    Double longitude,
    Double altitude,
    String make,
    String model) {

  static final ExifFacts NONE = new ExifFacts(1, null, null, null, null, null, null);

  private static final byte[] PREFIX = {'E', 'x', 'i', 'f', 0, 0};

  /** Some writers put the JPEG prefix before the TIFF header where it does not belong. */
  static byte[] withoutPrefix(byte[] exif) {
    boolean prefixed =
        exif.length > PREFIX.length
            && Arrays.equals(exif, 0, PREFIX.length, PREFIX, 0, PREFIX.length);
    return prefixed ? Arrays.copyOfRange(exif, PREFIX.length, exif.length) : exif;
  }

  static int orientation(byte[] exif) {
    return of(exif, ZoneId.systemDefault()).orientation;
  }

  /**
   * Reads a block that begins with its TIFF header.
   *
   * @param exif the block, or null
   * @param zone for times that name none
   */
  static ExifFacts of(byte[] exif, ZoneId zone) {
    return exif == null ? NONE : of(metadata(exif), zone);
  }

  /** What metadata-extractor makes of a block; of a damaged one as far as it goes. */
  static Metadata metadata(byte[] exif) {
    Metadata metadata = new Metadata();
    try (CappedReader reader = new CappedReader(exif)) {
      new ExifReader().extract(reader, metadata);
    } catch (IOException | RuntimeException ignored) {
      // damaged EXIF: keep what was read before
    }
    return metadata;
  }

  static ExifFacts ofTiff(Path file) {
    return ofTiff(file, ZoneId.systemDefault());
  }

  /** Reads a TIFF file's own tags. */
  static ExifFacts ofTiff(Path file, ZoneId zone) {
    return of(metadata(file), zone);
  }

  /** What metadata-extractor makes of a TIFF file's tags; of damaged ones as far as they go. */
  static Metadata metadata(Path tiff) {
    Metadata metadata = new Metadata();
    try (CappedReader reader = new CappedReader(tiff)) {
      new TiffReader().processTiff(reader, new ExifTiffHandler(metadata, null, 0), 0);
    } catch (IOException | TiffProcessingException | RuntimeException ignored) {
      // damaged tags: keep what was read before
    }
    return metadata;
  }

  private static ExifFacts of(Metadata metadata, ZoneId zone) {
    Integer turned = null;
    String make = null;
    String model = null;
    for (ExifIFD0Directory directory : metadata.getDirectoriesOfType(ExifIFD0Directory.class)) {
      turned = first(turned, directory.getInteger(ExifIFD0Directory.TAG_ORIENTATION));
      make = first(make, text(directory, ExifIFD0Directory.TAG_MAKE));
      model = first(model, text(directory, ExifIFD0Directory.TAG_MODEL));
    }
    int orientation = turned == null || turned < 1 || turned > 8 ? 1 : turned;
    GpsDirectory gps = metadata.getFirstDirectoryOfType(GpsDirectory.class);
    Double latitude = null;
    Double longitude = null;
    if (gps != null && gps.getGeoLocation() != null && !gps.getGeoLocation().isZero()) {
      latitude = finite(gps.getGeoLocation().getLatitude(), 90);
      longitude = finite(gps.getGeoLocation().getLongitude(), 180);
    }
    return new ExifFacts(
        orientation,
        created(metadata, zone),
        latitude == null || longitude == null ? null : latitude,
        latitude == null || longitude == null ? null : longitude,
        gps == null || latitude == null ? null : altitude(gps),
        make,
        model);
  }

  private static <T> T first(T known, T next) {
    return known != null ? known : next;
  }

  /** DateTimeOriginal, then CreateDate, then DateTime; each with its own zone tag. */
  private static Long created(Metadata metadata, ZoneId zone) {
    ExifSubIFDDirectory sub = metadata.getFirstDirectoryOfType(ExifSubIFDDirectory.class);
    ExifIFD0Directory main = metadata.getFirstDirectoryOfType(ExifIFD0Directory.class);
    OptionalLong found =
        instant(
            sub,
            ExifSubIFDDirectory.TAG_DATETIME_ORIGINAL,
            sub,
            ExifSubIFDDirectory.TAG_TIME_ZONE_ORIGINAL,
            zone);
    if (found.isEmpty()) {
      found =
          instant(
              sub,
              ExifSubIFDDirectory.TAG_DATETIME_DIGITIZED,
              sub,
              ExifSubIFDDirectory.TAG_TIME_ZONE_DIGITIZED,
              zone);
    }
    if (found.isEmpty()) {
      found =
          instant(
              main, ExifIFD0Directory.TAG_DATETIME, sub, ExifSubIFDDirectory.TAG_TIME_ZONE, zone);
    }
    return found.isPresent() ? found.getAsLong() : null;
  }

  private static OptionalLong instant(
      Directory directory, int tag, Directory zoneDirectory, int zoneTag, ZoneId zone) {
    String time = text(directory, tag);
    return time == null
        ? OptionalLong.empty()
        : Timestamps.parse(time, text(zoneDirectory, zoneTag), zone);
  }

  private static String text(Directory directory, int tag) {
    String value = directory == null ? null : directory.getString(tag);
    return value == null || value.isBlank() ? null : value.replace("\0", "").trim();
  }

  private static Double finite(double value, double bound) {
    return Double.isFinite(value) && Math.abs(value) <= bound ? value : null;
  }

  private static Double altitude(GpsDirectory gps) {
    Rational metres = gps.getRational(GpsDirectory.TAG_ALTITUDE);
    if (metres == null || metres.getDenominator() == 0) {
      return null;
    }
    Integer below = gps.getInteger(GpsDirectory.TAG_ALTITUDE_REF);
    return below != null && below == 1 ? -metres.doubleValue() : metres.doubleValue();
  }
}
