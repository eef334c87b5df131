package dev.minsight.media;

import dev.minsight.support.RetryableException;
import dev.minsight.support.UnprocessableMediaException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import javax.imageio.ImageReader;

/**
 * Reads the size, EXIF block and orientation of a picture from its header, in small bounded steps:
 * nothing is inflated, no length in the file is trusted with memory.
 */
final class PictureHeaders {

  private final MediaLimits limits;
  private final Ffmpeg ffmpeg;

  PictureHeaders(MediaLimits limits, Ffmpeg ffmpeg) {
    this.limits = limits;
    this.ffmpeg = ffmpeg;
  }

  /**
   * Reads a header.
   *
   * @throws UnprocessableMediaException if the header is damaged, or the type has none (SVG)
   * @throws RetryableException if the file cannot be read at all
   */
  PictureHeader read(Path file, MediaType type) {
    if (type.mime().equals("image/svg+xml")) {
      throw new UnprocessableMediaException("the file is an SVG drawing and has no pixels");
    }
    try {
      PictureHeader header = parse(file, type);
      if (header.width() > 0 && header.height() > 0) {
        return header;
      }
      throw damaged(type, null);
    } catch (EOFException e) {
      throw damaged(type, e);
    } catch (NoSuchFileException e) {
      throw new RetryableException("the file " + file.getFileName() + " is not there", e);
    } catch (IOException e) {
      throw new RetryableException("cannot read " + file.getFileName() + ": " + e.getMessage(), e);
    }
  }

  private static UnprocessableMediaException damaged(MediaType type, Exception cause) {
    return new UnprocessableMediaException(
        "the file begins like " + Guard.article(type) + " but its header is damaged", cause);
  }

  private PictureHeader parse(Path file, MediaType type) throws IOException {
    return switch (type.mime()) {
      case "image/jpeg" -> jpeg(file);
      case "image/png" -> png(file);
      case "image/gif" -> gif(file);
      case "image/bmp" -> bmp(file);
      case "image/webp" -> webp(file);
      case "image/tiff" -> tiff(file, type);
      case "image/heic", "image/heif", "image/avif" -> HeifHeader.read(file, limits);
      case "image/jp2", "image/jpx" -> jp2(file);
      default -> probed(file, type);
    };
  }

  private static PictureHeader jpeg(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      JpegScan.Info info = JpegScan.header(in);
      int orientation = ExifFacts.orientation(info.exif());
      return new PictureHeader(
          info.width(), info.height(), orientation, info.exif(), info.components(), -1);
    }
  }

  /** W3C PNG, section 5: length, type, data, CRC; only eXIf is ever read, texts never. */
  private PictureHeader png(Path file) throws IOException {
    try (FileBytes bytes = new FileBytes(file)) {
      if (!bytes.ascii(12, 4).equals("IHDR")) {
        throw new EOFException("no IHDR");
      }
      int width = side(bytes.u32(16));
      int height = side(bytes.u32(20));
      byte[] exif = null;
      long at = 33;
      while (exif == null && at + 8 <= bytes.length()) {
        long length = bytes.u32(at);
        String chunk = bytes.ascii(at + 4, 4);
        if (chunk.equals("IEND")) {
          break;
        }
        boolean whole = at + 8 + length <= bytes.length();
        if (chunk.equals("eXIf") && whole && length <= limits.maxTextChunkBytes()) {
          exif = bytes.bytes(at + 8, (int) length);
        }
        at += 12 + length;
      }
      return PictureHeader.of(width, height, exif);
    }
  }

  /** The logical screen; encoders that leave it empty mean the first frame. */
  private static PictureHeader gif(Path file) throws IOException {
    try (FileBytes bytes = new FileBytes(file)) {
      int width = bytes.u16le(6);
      int height = bytes.u16le(8);
      // A picture needs at least a screen descriptor and one more block.
      bytes.u8(13);
      return PictureHeader.of(width, height, null);
    }
  }

  private static PictureHeader bmp(Path file) throws IOException {
    try (FileBytes bytes = new FileBytes(file)) {
      if (bytes.u32le(14) == 12) {
        return PictureHeader.of(bytes.u16le(18), bytes.u16le(20), null);
      }
      // a negative height means "first row on top"
      return PictureHeader.of(side(bytes.u32le(18)), Math.abs((int) bytes.u32le(22)), null);
    }
  }

  private PictureHeader webp(Path file) throws IOException {
    try (FileBytes bytes = new FileBytes(file)) {
      WebpChunks chunks = WebpChunks.read(bytes, limits.maxTextChunkBytes());
      return PictureHeader.of(chunks.width(), chunks.height(), chunks.exif());
    }
  }

  private static PictureHeader tiff(Path file, MediaType type) throws IOException {
    try (ImageIoSource.Open open = ImageIoSource.open(file, type)) {
      ImageReader reader = open.reader();
      int orientation = ExifFacts.ofTiff(file).orientation();
      return new PictureHeader(reader.getWidth(0), reader.getHeight(0), orientation, null, 0, -1);
    } catch (IOException | RuntimeException e) {
      if (Files.isReadable(file)) {
        throw damaged(type, e);
      }
      throw e;
    }
  }

  /** ISO/IEC 15444-1 annex I: the image header box inside the JP2 header box. */
  private static PictureHeader jp2(Path file) throws IOException {
    try (FileBytes bytes = new FileBytes(file)) {
      long at = 0;
      for (int boxes = 0; boxes < 100; boxes++) {
        long length = bytes.u32(at);
        String box = bytes.ascii(at + 4, 4);
        if (box.equals("ihdr")) {
          return PictureHeader.of(side(bytes.u32(at + 12)), side(bytes.u32(at + 8)), null);
        }
        if (length < 8 && !box.equals("jp2h")) {
          break;
        }
        at += box.equals("jp2h") ? 8 : length;
      }
      throw new EOFException("no image header box");
    }
  }

  /** Rarer formats (PSD, ICO, PNM …): what ffprobe says. */
  private PictureHeader probed(Path file, MediaType type) {
    MediaFacts facts;
    try {
      facts = VideoFacts.probe(ffmpeg, file, type);
    } catch (UnprocessableMediaException e) {
      throw new UnprocessableMediaException(
          "pictures of type " + type.mime() + " cannot be read here", e);
    }
    if (facts.width() == null || facts.height() == null) {
      throw new UnprocessableMediaException(
          "pictures of type " + type.mime() + " cannot be read here");
    }
    return PictureHeader.of(facts.width(), facts.height(), null);
  }

  /** A side that does not fit an int is certainly too large; keep it large and positive. */
  private static int side(long claimed) {
    return (int) Math.min(claimed, Integer.MAX_VALUE);
  }
}
