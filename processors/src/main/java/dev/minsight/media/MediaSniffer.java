package dev.minsight.media;

import dev.minsight.support.RetryableException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.mime.MimeTypes;

/**
 * Tells a file's type from its first bytes, never from its name.
 *
 * <p>Tika's magic numbers do the bulk. What they get wrong for our purposes is decided here: the
 * brands of the ISO base media family (HEIC, AVIF, QuickTime, MP4, 3GP), WebM against Matroska, and
 * mime names that differ from those clients of the reference know.
 */
public final class MediaSniffer {

  /** Enough for every magic number, an ftyp box and a text sample; Tika reads no more either. */
  private static final int HEAD_BYTES = 64 * 1024;

  private static final byte[] JPEG = {(byte) 0xff, (byte) 0xd8, (byte) 0xff};

  /** Tika's name to the name that libmagic, and so the reference, uses. */
  private static final Map<String, String> SPELLINGS =
      Map.ofEntries(
          Map.entry("audio/vnd.wave", "audio/wav"),
          Map.entry("audio/x-wav", "audio/wav"),
          Map.entry("audio/x-flac", "audio/flac"),
          Map.entry("audio/x-aac", "audio/aac"),
          Map.entry("audio/vorbis", "audio/ogg"),
          Map.entry("audio/opus", "audio/ogg"),
          Map.entry("audio/speex", "audio/ogg"),
          Map.entry("application/ogg", "audio/ogg"),
          Map.entry("video/theora", "video/ogg"),
          Map.entry("video/x-msvideo", "video/x-msvideo"),
          Map.entry("application/x-matroska", "video/x-matroska"),
          Map.entry("application/mp4", "video/mp4"),
          Map.entry("image/x-ms-bmp", "image/bmp"),
          Map.entry("image/apng", "image/png"));

  private MediaSniffer() {}

  /** Loads Tika's table (about a quarter of a second) when first needed. */
  private static final class Magic {
    static final MimeTypes TABLE = MimeTypes.getDefaultMimeTypes();
  }

  /**
   * Sniffs a file.
   *
   * @param file any file, of any length, with any name
   * @return its type; {@code application/octet-stream} for empty and unknown files
   * @throws RetryableException if the file cannot be read
   */
  public static MediaType sniff(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return sniff(in.readNBytes(HEAD_BYTES));
    } catch (IOException e) {
      throw new RetryableException("cannot read " + file.getFileName() + ": " + e.getMessage(), e);
    }
  }

  /**
   * Sniffs bytes.
   *
   * @param head the first bytes of a file, at best 64 KiB
   * @return the type
   */
  static MediaType sniff(byte[] head) {
    if (head.length == 0) {
      return MediaType.UNKNOWN;
    }
    String mime = commonPicture(head);
    if (mime == null) {
      mime = isoMedia(head);
    }
    if (mime == null) {
      mime = byMagic(head);
    }
    if (mime.equals("video/x-matroska") || mime.equals("video/webm")) {
      mime = matroskaDocType(head);
    }
    return MediaType.of(mime);
  }

  /** What nearly every file is; Tika says the same of them, after comparing with all it knows. */
  private static String commonPicture(byte[] head) {
    if (startsWith(head, JPEG)) {
      return "image/jpeg";
    }
    return startsWith(head, Png.SIGNATURE) ? "image/png" : null;
  }

  private static boolean startsWith(byte[] head, byte[] magic) {
    return head.length >= magic.length
        && Arrays.equals(head, 0, magic.length, magic, 0, magic.length);
  }

  private static String byMagic(byte[] head) {
    if (isTransportStream(head)) {
      return "video/mp2t";
    }
    try {
      String found =
          Magic.TABLE
              .detect(new ByteArrayInputStream(head), new Metadata())
              .getBaseType()
              .toString();
      return SPELLINGS.getOrDefault(found, found);
    } catch (IOException e) {
      throw new IllegalStateException("reading from memory failed", e);
    }
  }

  /** ISO/IEC 14496-12: the first box is {@code ftyp} with a brand; old QuickTime has none. */
  private static String isoMedia(byte[] head) {
    String box = ascii(head, 4, 4);
    if (!box.equals("ftyp")) {
      boolean quickTime =
          switch (box) {
            case "moov", "mdat", "wide", "pnot" -> true;
            default -> false;
          };
      return quickTime ? "video/quicktime" : null;
    }
    String major = ascii(head, 8, 4);
    int end = Math.min(head.length, boxLength(head));
    StringBuilder compatible = new StringBuilder();
    for (int at = 16; at + 4 <= end; at += 4) {
      compatible.append(ascii(head, at, 4)).append(' ');
    }
    return brand(major, compatible.toString());
  }

  private static String brand(String major, String compatible) {
    return switch (major) {
      case "heic", "heix", "heim", "heis", "hevc", "hevx" -> "image/heic";
      case "avif", "avis" -> "image/avif";
      // "some still picture in HEIF": the codec is named among the compatible brands
      case "mif1", "msf1", "mif2", "miaf", "MiHE" -> {
        if (compatible.contains("avif") || compatible.contains("avis")) {
          yield "image/avif";
        }
        yield compatible.contains("hei") ? "image/heic" : "image/heif";
      }
      case "qt  " -> "video/quicktime";
      case "crx " -> "image/x-canon-cr3";
      case "jp2 " -> "image/jp2";
      case "jpx " -> "image/jpx";
      case "M4A ", "M4B ", "M4P ", "F4A ", "F4B " -> "audio/mp4";
      default -> {
        if (major.startsWith("3g2")) {
          yield "video/3gpp2";
        }
        yield major.startsWith("3gp") || major.startsWith("3ge") ? "video/3gpp" : "video/mp4";
      }
    };
  }

  private static int boxLength(byte[] head) {
    return (head[0] & 0x7f) << 24
        | (head[1] & 0xff) << 16
        | (head[2] & 0xff) << 8
        | (head[3] & 0xff);
  }

  /** EBML element DocType (id 0x4282): "webm" or "matroska". */
  private static String matroskaDocType(byte[] head) {
    for (int i = 4; i + 7 < Math.min(head.length, 256); i++) {
      if ((head[i] & 0xff) == 0x42 && (head[i + 1] & 0xff) == 0x82) {
        return ascii(head, i + 3, 4).equals("webm") ? "video/webm" : "video/x-matroska";
      }
    }
    return "video/x-matroska";
  }

  /** ISO/IEC 13818-1: packets of 188 bytes, each beginning with the sync byte 0x47. */
  private static boolean isTransportStream(byte[] head) {
    int packets = Math.min(head.length / 188, 5);
    for (int i = 0; i < packets; i++) {
      if (head[i * 188] != 0x47) {
        return false;
      }
    }
    return packets >= 3;
  }

  private static String ascii(byte[] bytes, int from, int length) {
    return from + length > bytes.length
        ? ""
        : new String(bytes, from, length, StandardCharsets.ISO_8859_1);
  }
}
