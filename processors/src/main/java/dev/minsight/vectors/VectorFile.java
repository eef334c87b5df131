package dev.minsight.vectors;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;

/**
 * A vector file open for appending. Not thread-safe.
 *
 * <p>It is a {@link RandomAccessFile} and not a channel, because a channel closes itself under the
 * thread that writes when that thread is interrupted, and index writers are pooled threads.
 */
final class VectorFile implements Closeable {

  private final RandomAccessFile file;
  private long end;
  private long unsynced;

  /**
   * @param path an existing vector file
   * @param end bytes of it that are good; what follows is cut off
   */
  VectorFile(Path path, long end) throws IOException {
    this.file = new RandomAccessFile(path.toFile(), "rw");
    this.end = end;
    try {
      if (file.length() > end) {
        file.setLength(end);
        file.getFD().sync();
      }
      file.seek(end);
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  /**
   * Appends a whole record, or leaves the file as it was.
   *
   * @throws IOException the record was not written; the file is as before
   * @throws RebuildNeededException neither written nor undone: the file's end is in doubt
   */
  void append(byte[] record) throws IOException, RebuildNeededException {
    try {
      file.write(record);
    } catch (IOException e) {
      try {
        file.setLength(end);
        file.seek(end);
      } catch (IOException again) {
        e.addSuppressed(again);
        throw new RebuildNeededException("its file cannot be written: " + e.getMessage());
      }
      throw e;
    }
    end += record.length;
    unsynced += record.length;
  }

  /**
   * @return bytes the file has, as far as it was written by us
   */
  long end() {
    return end;
  }

  /**
   * @return bytes appended since the last {@link #sync}
   */
  long unsynced() {
    return unsynced;
  }

  /** Waits until the disk has everything. */
  void sync() throws IOException {
    if (unsynced > 0) {
      file.getFD().sync();
      unsynced = 0;
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
