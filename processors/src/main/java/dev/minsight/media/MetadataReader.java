package dev.minsight.media;

import dev.minsight.support.RetryableException;
import dev.minsight.support.UnprocessableMediaException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/**
 * Lists everything a file says about itself, named and valued as {@code exiftool -G -n} does:
 * {@code EXIF:Make}, {@code Composite:GPSLatitude}, numbers as numbers. What ExifTool knows of
 * where a file lies is left out. Damaged metadata never throws; what could be read is there.
 */
public final class MetadataReader {

  private final PictureHeaders headers;
  private final Ffmpeg ffmpeg;

  /**
   * @param limits how much is read
   * @param ffmpeg asked about videos, sounds and rare picture formats
   */
  public MetadataReader(MediaLimits limits, Ffmpeg ffmpeg) {
    this.headers = new PictureHeaders(limits, ffmpeg);
    this.ffmpeg = ffmpeg;
  }

  /**
   * Reads a file's tags.
   *
   * @param file the file
   * @param type what {@link MediaSniffer} made of it
   * @return values by {@code Group:Tag}, numbers or texts, bounded in number and length; empty for
   *     an empty file
   * @throws IOException if the file cannot be read
   */
  public Map<String, Object> read(Path file, MediaType type) throws IOException {
    TagMap tags = new TagMap();
    long size = Files.size(file);
    if (size == 0) {
      return tags.all();
    }
    tags.add("File", "FileSize", size);
    if (!type.equals(MediaType.UNKNOWN)) {
      tags.add("File", "FileType", type.spokenName());
      tags.add("File", "FileTypeExtension", type.extension().toUpperCase(Locale.ROOT));
      tags.add("File", "MIMEType", type.mime());
    }
    try {
      if (type.isImage()) {
        picture(file, type, tags);
      } else if (type.isVideo() || type.isAudio()) {
        VideoTags.add(ffmpeg, file, type, tags);
      }
    } catch (UnprocessableMediaException | RetryableException e) {
      if (Thread.currentThread().isInterrupted()) {
        throw e;
      }
      // what is damaged, or cannot be asked, says nothing more
    }
    return tags.all();
  }

  private void picture(Path file, MediaType type, TagMap tags) throws IOException {
    boolean jpeg = type.mime().equals("image/jpeg");
    byte[] exif = jpeg ? addJpeg(file, tags) : null;
    PictureHeader header = null;
    try {
      header = headers.read(file, type);
      exif = header.exif();
      String group = group(type);
      tags.add(group, "ImageWidth", (long) header.width());
      tags.add(group, "ImageHeight", (long) header.height());
    } catch (UnprocessableMediaException ignored) {
      // no size, but perhaps EXIF in front of the damage
    }
    if (type.mime().equals("image/tiff")) {
      PictureTags.add(ExifFacts.metadata(file), tags);
    } else if (exif != null) {
      PictureTags.add(ExifFacts.metadata(exif), tags);
    }
    if (jpeg) {
      addSegments(file, tags);
    }
    CompositeTags.add(
        tags,
        header == null ? null : Integer.valueOf(header.width()),
        header == null ? null : Integer.valueOf(header.height()));
  }

  private static void addSegments(Path jpeg, TagMap tags) throws IOException {
    try {
      PictureTags.addSegments(jpeg, tags);
    } catch (EOFException ignored) {
      // cut off within its metadata
    }
  }

  /** The EXIF block, or null. */
  private static byte[] addJpeg(Path file, TagMap tags) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      JpegScan.Info info = JpegScan.header(in);
      if (info.components() > 0) {
        tags.add("File", "ColorComponents", (long) info.components());
      }
      return info.exif();
    }
  }

  /** Where ExifTool finds the size. */
  private static String group(MediaType type) {
    return switch (type.mime()) {
      case "image/png" -> "PNG";
      case "image/gif" -> "GIF";
      case "image/webp" -> "RIFF";
      case "image/heic", "image/heif", "image/avif" -> "QuickTime";
      case "image/tiff" -> "EXIF";
      case "image/jp2", "image/jpx" -> "Jpeg2000";
      default -> "File";
    };
  }
}
