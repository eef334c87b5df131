package dev.minsight.media;

import java.io.IOException;
import java.nio.file.Path;

/** The segments of a JPEG file before its first scan (ITU-T T.81 annex B), in which metadata is. */
final class JpegSegments {

  private JpegSegments() {}

  /** Takes a segment. */
  @FunctionalInterface
  interface Taker {
    /**
     * @param payload of the segment, behind its length
     * @throws IOException if it cannot be read
     */
    void take(byte[] payload) throws IOException;
  }

  /**
   * Reads the segments of one kind. A damaged file is read up to its damage.
   *
   * @param file the file
   * @param wanted the second byte of their marker, for example 0xe1
   * @param maxBytes no more is read of them altogether
   * @param taker takes each
   * @throws IOException if the file cannot be read, or ends within a segment
   */
  static void read(Path file, int wanted, int maxBytes, Taker taker) throws IOException {
    try (FileBytes bytes = new FileBytes(file)) {
      long at = 2;
      int left = maxBytes;
      while (at + 4 <= bytes.length() && bytes.u8(at) == 0xff) {
        int marker = bytes.u8(at + 1);
        if (marker == 0xff) {
          at++; // a fill byte
          continue;
        }
        int length = bytes.u16(at + 2);
        left -= marker == wanted ? length : 0;
        if (marker == 0xda || marker == 0xd9 || length < 2 || left < 0) {
          return;
        }
        if (marker == wanted) {
          taker.take(bytes.bytes(at + 4, length - 2));
        }
        at += 2 + length;
      }
    }
  }
}
