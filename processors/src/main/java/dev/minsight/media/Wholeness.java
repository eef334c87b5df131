package dev.minsight.media;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * Tells a whole picture or film from one whose copy was cut short, by walking its structure without
 * decoding: JPEG up to its end marker, PNG by its chunks and their check sums (ISO/IEC 15948), RIFF
 * (WebP, AVI) and ISO media (HEIC, AVIF, MP4, MOV; ISO/IEC 14496-12) by the lengths they declare.
 *
 * <p>Decoders show a cut picture as far as it goes, which is right for what was kept already; where
 * a file comes in, a cut one is better copied again. What is not known to be cut passes.
 */
public final class Wholeness {

  private static final long PNG_SIGNATURE = 0x89504e470d0a1a0aL;
  private static final int IEND = 0x49454e44;

  /** More scans than any picture has, so that the walk reaches the end marker. */
  private static final int ALL_SCANS = 10_000;

  private Wholeness() {}

  /**
   * Looks for damage that decoding would pass over.
   *
   * @param file a regular file
   * @return what is wrong with it, in plain words; empty when nothing is known to be
   * @throws IOException if it cannot be read
   */
  public static Optional<String> objection(Path file) throws IOException {
    long size = Files.size(file);
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 64 * 1024))) {
      in.mark(16);
      byte[] head = in.readNBytes(16);
      in.reset();
      if (head.length < 16) {
        return Optional.empty();
      }
      if ((head[0] & 0xff) == 0xff && (head[1] & 0xff) == 0xd8 && (head[2] & 0xff) == 0xff) {
        return jpeg(in);
      }
      if (longAt(head, 0) == PNG_SIGNATURE) {
        return png(in);
      }
      if (text(head, 0).equals("RIFF")) {
        return riff(head, size);
      }
      return text(head, 4).equals("ftyp") ? boxes(in, size) : Optional.empty();
    }
  }

  private static Optional<String> jpeg(InputStream in) throws IOException {
    boolean complete = JpegScan.whole(in, ALL_SCANS, (bytes, from, length) -> {}).complete();
    return complete ? Optional.empty() : cut("JPEG picture");
  }

  private static Optional<String> png(DataInputStream in) throws IOException {
    in.readLong();
    byte[] buffer = new byte[64 * 1024];
    try {
      while (true) {
        long left = Integer.toUnsignedLong(in.readInt());
        int type = in.readInt();
        CRC32 sum = new CRC32();
        for (int shift = 24; shift >= 0; shift -= 8) {
          sum.update(type >>> shift & 0xff);
        }
        while (left > 0) {
          int read = in.read(buffer, 0, (int) Math.min(left, buffer.length));
          if (read < 0) {
            return cut("PNG picture");
          }
          sum.update(buffer, 0, read);
          left -= read;
        }
        if (in.readInt() != (int) sum.getValue()) {
          return Optional.of("the PNG picture is damaged: a check sum in it is wrong");
        }
        if (type == IEND) {
          return Optional.empty();
        }
      }
    } catch (EOFException e) {
      return cut("PNG picture");
    }
  }

  private static Optional<String> riff(byte[] head, long size) {
    long declared = 8 + Integer.toUnsignedLong(Integer.reverseBytes((int) longAt(head, 0)));
    String form = text(head, 8);
    // Films over 4 GB declare what they like.
    if (form.equals("WEBP")) {
      return declared > size ? cut("WebP picture") : Optional.empty();
    }
    return form.equals("AVI ") && declared > size && size < 1L << 31
        ? cut("AVI film")
        : Optional.empty();
  }

  private static Optional<String> boxes(DataInputStream in, long size) throws IOException {
    long at = 0;
    try {
      while (at < size) {
        long length = Integer.toUnsignedLong(in.readInt());
        in.readInt();
        long header = 8;
        if (length == 1) {
          length = in.readLong();
          header = 16;
        }
        if (length == 0) {
          return Optional.empty(); // to the end of the file
        }
        if (length < header) {
          return Optional.empty(); // padding after the last box, as some cameras leave
        }
        if (at + length > size) {
          return cut("file (HEIC, AVIF, MP4 or MOV)");
        }
        in.skipNBytes(length - header);
        at += length;
      }
      return Optional.empty();
    } catch (EOFException e) {
      return Optional.empty(); // a few bytes after the last box
    }
  }

  private static Optional<String> cut(String what) {
    return Optional.of(
        "the "
            + what
            + " ends too early (it is truncated); copy it again, or upload"
            + " it if it is no better where it came from");
  }

  private static String text(byte[] bytes, int from) {
    return new String(bytes, from, 4, StandardCharsets.ISO_8859_1);
  }

  private static long longAt(byte[] bytes, int from) {
    return ByteBuffer.wrap(bytes).getLong(from);
  }
}
