package dev.minsight.media;

import dev.minsight.support.RetryableException;
import dev.minsight.support.UnprocessableMediaException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * The identity of a file's content, by which duplicates are found: the store's opaque {@code md5}.
 *
 * <p>For pictures 128 hex digits (SHA-512) that do not change when only metadata is edited, for
 * everything else 32 (MD5 of the bytes). What exactly is digested, and why, is told in {@code
 * docs/decisions/0005-content-digest.md}.
 */
public final class ContentDigest {

  private final ImageDecoder decoder;

  /**
   * @param decoder for pictures other than JPEG; its limits and pixel budget apply
   */
  public ContentDigest(ImageDecoder decoder) {
    this.decoder = decoder;
  }

  /**
   * Digests a file.
   *
   * @param file the file
   * @param type what {@link MediaSniffer} made of it
   * @return lower-case hex: 128 digits for images, 32 for everything else
   * @throws RetryableException if the file cannot be read, or needs ffmpeg and there is none
   */
  public String of(Path file, MediaType type) {
    try {
      if (!type.isImage()) {
        return FileDigest.hex(file, "MD5");
      }
      byte[] content = type.mime().equals("image/jpeg") ? ofJpeg(file) : ofPixels(file, type);
      return content != null ? hex(content) : FileDigest.hex(file, "SHA-512");
    } catch (IOException e) {
      throw new RetryableException("cannot read " + file.getFileName() + ": " + e.getMessage(), e);
    }
  }

  /** Null if the walk found no frame or no scan. */
  private static byte[] ofJpeg(Path file) throws IOException {
    MessageDigest digest = FileDigest.begin("SHA-512");
    try (InputStream in = Files.newInputStream(file)) {
      JpegScan.Info info = JpegScan.whole(in, Integer.MAX_VALUE, digest::update);
      return info.hasFrame() && info.scans() > 0 ? digest.digest() : null;
    }
  }

  /** Null if the picture cannot be decoded. */
  private byte[] ofPixels(Path file, MediaType type) {
    MessageDigest digest = FileDigest.begin("SHA-512");
    try {
      decoder.readStored(file, type, new DigestSink(digest));
      return digest.digest();
    } catch (UnprocessableMediaException e) {
      return null;
    }
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  /** Width, height, then every row; the size first, so that shape is part of the content. */
  private record DigestSink(MessageDigest digest) implements RowSink {
    @Override
    public void start(int width, int height) {
      digest.update(ByteBuffer.allocate(8).putInt(width).putInt(height).array());
    }

    @Override
    public void row(byte[] rgba) {
      digest.update(rgba);
    }
  }
}
