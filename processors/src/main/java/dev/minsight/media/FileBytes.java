package dev.minsight.media;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Reads numbers anywhere in a file, in small pages; reading past the end is an EOFException. */
final class FileBytes implements Closeable {

  private static final int PAGE = 8 * 1024;

  private final FileChannel channel;
  private final long length;
  private final ByteBuffer page = ByteBuffer.allocate(PAGE).limit(0);
  private long pageStart;

  FileBytes(Path file) throws IOException {
    channel = FileChannel.open(file, StandardOpenOption.READ);
    length = channel.size();
  }

  long length() {
    return length;
  }

  int u8(long at) throws IOException {
    if (at < 0 || at >= length) {
      throw new EOFException("byte " + at + " of " + length);
    }
    if (at < pageStart || at >= pageStart + page.limit()) {
      page.clear();
      pageStart = at;
      while (page.hasRemaining() && channel.read(page, pageStart + page.position()) > 0) {
        continue;
      }
      page.flip();
      if (page.limit() == 0) {
        throw new EOFException("byte " + at + " of " + length);
      }
    }
    return page.get((int) (at - pageStart)) & 0xff;
  }

  int u16(long at) throws IOException {
    return u8(at) << 8 | u8(at + 1);
  }

  long u32(long at) throws IOException {
    return (long) u16(at) << 16 | u16(at + 2);
  }

  int u16le(long at) throws IOException {
    return u8(at) | u8(at + 1) << 8;
  }

  int u24le(long at) throws IOException {
    return u16le(at) | u8(at + 2) << 16;
  }

  long u32le(long at) throws IOException {
    return u16le(at) | (long) u16le(at + 2) << 16;
  }

  String ascii(long at, int count) throws IOException {
    return new String(bytes(at, count), StandardCharsets.ISO_8859_1);
  }

  byte[] bytes(long at, int count) throws IOException {
    if (at < 0 || count < 0 || at + count > length) {
      throw new EOFException(count + " bytes at " + at + " of " + length);
    }
    ByteBuffer buffer = ByteBuffer.allocate(count);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, at + buffer.position()) < 0) {
        throw new EOFException(count + " bytes at " + at + " of " + length);
      }
    }
    return buffer.array();
  }

  /**
   * @return a reader that starts at the given place and walks on
   */
  Cursor from(long at) {
    return new Cursor(at);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  /** Reads big-endian numbers one after another. */
  final class Cursor {
    private long at;

    private Cursor(long at) {
      this.at = at;
    }

    long position() {
      return at;
    }

    /** Reads an unsigned number of 0 to 8 bytes. */
    long number(int bytes) throws IOException {
      long value = 0;
      for (int i = 0; i < bytes; i++) {
        value = value << 8 | FileBytes.this.u8(at++);
      }
      return value;
    }

    int u8() throws IOException {
      return (int) number(1);
    }

    int u16() throws IOException {
      return (int) number(2);
    }

    long u32() throws IOException {
      return number(4);
    }

    void skip(long bytes) {
      at += bytes;
    }
  }
}
