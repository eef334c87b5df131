package dev.minsight.media;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Walks the segments of a JPEG stream (ITU-T T.81 annex B) once, from SOI to the first EOI, without
 * decoding. One walk serves three masters: the header (size, EXIF), the guard (number of scans) and
 * the content digest, which is handed every byte that determines the pixels.
 *
 * <p>What follows the first EOI (a preview, a motion photo's video, a ZIP) is not looked at.
 */
final class JpegScan {

  /** Takes the bytes that determine the pixels, in file order. */
  @FunctionalInterface
  interface PixelBytes {
    void take(byte[] bytes, int from, int length);
  }

  /**
   * What a walk found.
   *
   * @param width stored width in pixels, 0 if there was no frame header
   * @param height stored height in pixels
   * @param components 1 grey, 3 colour, 4 CMYK
   * @param scans scans seen; when stopped at the first, 1
   * @param adobeTransform how Adobe's segment says the colours were mixed (2: YCCK); -1 without one
   * @param exif the first EXIF block, from its TIFF header on, or null
   * @param length bytes from SOI to the end of the walk
   * @param complete whether EOI was reached
   */
  record Info(
      int width,
      int height,
      int components,
      int scans,
      int adobeTransform,
      byte[] exif,
      long length,
      boolean complete) {

    boolean hasFrame() {
      return width > 0 && height > 0;
    }
  }

  private static final int SOI = 0xd8;
  private static final int EOI = 0xd9;
  private static final int SOS = 0xda;
  private static final int APP0 = 0xe0;
  private static final int APP1 = 0xe1;
  private static final int APP14 = 0xee;
  private static final int APP15 = 0xef;
  private static final int COM = 0xfe;
  private static final byte[] EXIF = {'E', 'x', 'i', 'f', 0, 0};
  private static final byte[] ADOBE = {'A', 'd', 'o', 'b', 'e'};

  private final InputStream in;
  private final int maxScans;
  private final PixelBytes pixels;
  private final byte[] buffer = new byte[64 * 1024];
  private final byte[] segment = new byte[64 * 1024];
  private int position;
  private int end;
  private long consumed;

  private int width;
  private int height;
  private int components;
  private int scans;
  private int adobeTransform = -1;
  private byte[] exif;

  private JpegScan(InputStream in, int maxScans, PixelBytes pixels) {
    this.in = in;
    this.maxScans = maxScans;
    this.pixels = pixels;
  }

  /** Reads up to the first scan: size and EXIF. */
  static Info header(InputStream in) throws IOException {
    return new JpegScan(in, 0, (bytes, from, length) -> {}).walk();
  }

  /**
   * Reads up to EOI.
   *
   * @param maxScans the walk stops at the scan after this many
   */
  static Info whole(InputStream in, int maxScans, PixelBytes pixels) throws IOException {
    return new JpegScan(in, maxScans, pixels).walk();
  }

  private Info walk() throws IOException {
    if (read() != 0xff || read() != SOI) {
      return info(false);
    }
    int marker = nextMarker();
    while (marker >= 0 && marker != EOI) {
      if (isBare(marker)) {
        marker = nextMarker();
        continue;
      }
      int length = readSegment();
      if (length < 0) {
        return info(false);
      }
      note(marker, length);
      if (marker == SOS && ++scans > maxScans) {
        return info(false);
      }
      if (determinesPixels(marker, length)) {
        emit(marker);
        pixels.take(segment, 0, length);
      }
      marker = marker == SOS ? entropy() : nextMarker();
    }
    return info(marker == EOI);
  }

  private Info info(boolean complete) {
    return new Info(
        width,
        height,
        components,
        scans,
        adobeTransform,
        exif,
        consumed - (end - position),
        complete);
  }

  private void note(int marker, int length) {
    // SOF0..SOF15 without DHT (C4), JPG (C8) and DAC (CC)
    boolean frame =
        marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
    if (frame && length >= 8 && width == 0) {
      height = (segment[3] & 0xff) << 8 | segment[4] & 0xff;
      width = (segment[5] & 0xff) << 8 | segment[6] & 0xff;
      components = segment[7] & 0xff;
    } else if (marker == APP1 && exif == null && startsWith(EXIF, length)) {
      exif = Arrays.copyOfRange(segment, 2 + EXIF.length, length);
    } else if (marker == APP14 && startsWith(ADOBE, length) && length >= 14) {
      adobeTransform = segment[13] & 0xff;
    }
  }

  /** Everything but comments and application data; Adobe's tells how to read the colours. */
  private boolean determinesPixels(int marker, int length) {
    if (marker == APP14) {
      return startsWith(ADOBE, length);
    }
    return marker != COM && (marker < APP0 || marker > APP15);
  }

  private boolean startsWith(byte[] prefix, int length) {
    return length >= 2 + prefix.length
        && Arrays.equals(segment, 2, 2 + prefix.length, prefix, 0, prefix.length);
  }

  /** Markers without a length: TEM, restart markers, a stray SOI. */
  private static boolean isBare(int marker) {
    return marker == 0x01 || marker >= 0xd0 && marker <= SOI;
  }

  /** Skips to the next marker as libjpeg does: garbage and fill bytes between are no part of it. */
  private int nextMarker() throws IOException {
    int value = read();
    while (value >= 0) {
      while (value >= 0 && value != 0xff) {
        value = read();
      }
      while (value == 0xff) {
        value = read();
      }
      if (value > 0) {
        return value;
      }
    }
    return -1;
  }

  /** Reads a segment, its two length bytes first, into {@link #segment}; -1 if it is cut off. */
  private int readSegment() throws IOException {
    int high = read();
    int low = read();
    int length = high << 8 | low;
    if (high < 0 || low < 0 || length < 2) {
      return -1;
    }
    segment[0] = (byte) high;
    segment[1] = (byte) low;
    int have = 2;
    while (have < length) {
      if (position == end && !fill()) {
        return -1;
      }
      int count = Math.min(length - have, end - position);
      System.arraycopy(buffer, position, segment, have, count);
      position += count;
      have += count;
    }
    return length;
  }

  /**
   * Passes on entropy-coded bytes, stuffed zeros and restarts included; returns the marker after.
   */
  private int entropy() throws IOException {
    while (position < end || fill()) {
      int from = position;
      while (position < end && buffer[position] != (byte) 0xff) {
        position++;
      }
      pixels.take(buffer, from, position - from);
      if (position == end) {
        continue;
      }
      position++;
      int next = read();
      while (next == 0xff) {
        next = read();
      }
      if (next > 0 && (next < 0xd0 || next > 0xd7)) {
        return next;
      }
      if (next < 0) {
        return -1;
      }
      emit(next);
    }
    return -1;
  }

  private void emit(int marker) {
    pixels.take(new byte[] {(byte) 0xff, (byte) marker}, 0, 2);
  }

  private int read() throws IOException {
    return position < end || fill() ? buffer[position++] & 0xff : -1;
  }

  private boolean fill() throws IOException {
    position = 0;
    end = Math.max(0, in.read(buffer));
    consumed += end;
    return end > 0;
  }
}
