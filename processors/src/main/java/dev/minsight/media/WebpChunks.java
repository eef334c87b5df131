package dev.minsight.media;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The parts of a WebP file (RFC 9649) that matter: canvas size, EXIF block and the first frame of
 * an animation, which libwebp's simple decoder refuses unless it is put into a file of its own.
 *
 * @param width canvas width in pixels
 * @param height canvas height in pixels
 * @param exif the EXIF block from its TIFF header on, or null
 * @param frameAt where the first animation frame's payload begins, or -1 for a still picture
 * @param frameLength its length in bytes
 */
record WebpChunks(int width, int height, byte[] exif, long frameAt, long frameLength) {

  /** Offset, duration and flags before a frame's own chunks. */
  private static final int FRAME_HEADER = 16;

  boolean animated() {
    return frameAt >= 0;
  }

  static WebpChunks read(FileBytes bytes, int maxExifBytes) throws IOException {
    int width = 0;
    int height = 0;
    byte[] exif = null;
    long frameAt = -1;
    long frameLength = 0;
    long at = 12;
    while (at + 8 <= bytes.length()) {
      String chunk = bytes.ascii(at, 4);
      long length = bytes.u32le(at + 4);
      long data = at + 8;
      switch (chunk) {
        case "VP8X" -> {
          width = bytes.u24le(data + 4) + 1;
          height = bytes.u24le(data + 7) + 1;
        }
        case "VP8 " -> {
          if (width == 0) {
            width = bytes.u16le(data + 6) & 0x3fff;
            height = bytes.u16le(data + 8) & 0x3fff;
          }
        }
        case "VP8L" -> {
          if (width == 0) {
            long packed = bytes.u32le(data + 1);
            width = (int) (packed & 0x3fff) + 1;
            height = (int) (packed >> 14 & 0x3fff) + 1;
          }
        }
        case "ANMF" -> {
          if (frameAt < 0) {
            frameAt = data;
            frameLength = Math.min(length, bytes.length() - data);
          }
        }
        case "EXIF" -> {
          if (length <= maxExifBytes && data + length <= bytes.length()) {
            exif = ExifFacts.withoutPrefix(bytes.bytes(data, (int) length));
          }
        }
        default -> {
          // colour profile, alpha, XMP, the other frames: not needed
        }
      }
      at = data + length + (length & 1);
    }
    if (width == 0) {
      throw new EOFException("no picture chunk");
    }
    return new WebpChunks(width, height, exif, frameAt, frameLength);
  }

  int frameX(FileBytes bytes) throws IOException {
    return bytes.u24le(frameAt) * 2;
  }

  int frameY(FileBytes bytes) throws IOException {
    return bytes.u24le(frameAt + 3) * 2;
  }

  /**
   * @return the first frame as a still WebP file of its own
   */
  byte[] firstFrame(FileBytes bytes) throws IOException {
    int wide = bytes.u24le(frameAt + 6) + 1;
    int high = bytes.u24le(frameAt + 9) + 1;
    byte[] chunks =
        bytes.bytes(frameAt + FRAME_HEADER, Math.toIntExact(frameLength - FRAME_HEADER));
    boolean alpha = chunks.length > 4 && chunks[0] == 'A' && chunks[1] == 'L';
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.writeBytes("WEBP".getBytes(StandardCharsets.US_ASCII));
    if (alpha) {
      ByteBuffer extended = ByteBuffer.allocate(18).order(ByteOrder.LITTLE_ENDIAN);
      extended.put("VP8X".getBytes(StandardCharsets.US_ASCII)).putInt(10).putInt(0x10);
      put24(extended, wide - 1);
      put24(extended, high - 1);
      body.writeBytes(extended.array());
    }
    body.writeBytes(chunks);
    ByteBuffer file = ByteBuffer.allocate(8 + body.size()).order(ByteOrder.LITTLE_ENDIAN);
    file.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(body.size());
    return file.put(body.toByteArray()).array();
  }

  private static void put24(ByteBuffer buffer, int value) {
    buffer.put((byte) value).put((byte) (value >> 8)).put((byte) (value >> 16));
  }
}
