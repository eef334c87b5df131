package dev.minsight.media;

import com.drew.lang.RandomAccessReader;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Lets metadata-extractor look into a TIFF file without letting the file choose how much memory
 * that takes: a value larger than the cap is an error, not an allocation.
 */
final class CappedReader extends RandomAccessReader implements Closeable {

  /** Largest single value that is read, in bytes; no tag we use is near it. */
  private static final int CAP = 1 << 20;

  private final FileBytes file;

  CappedReader(Path path) throws IOException {
    file = new FileBytes(path);
  }

  @Override
  public int toUnshiftedOffset(int localOffset) {
    return localOffset;
  }

  @Override
  public byte getByte(int index) throws IOException {
    return (byte) file.u8(index);
  }

  @Override
  public byte[] getBytes(int index, int count) throws IOException {
    if (count > CAP) {
      throw new IOException("a value of " + count + " bytes is more than " + CAP);
    }
    return file.bytes(index, count);
  }

  @Override
  protected void validateIndex(int index, int bytesRequested) throws IOException {
    if (!isValidIndex(index, bytesRequested)) {
      throw new IOException(bytesRequested + " bytes at " + index + " are outside of the file");
    }
  }

  @Override
  protected boolean isValidIndex(int index, int bytesRequested) {
    return index >= 0 && bytesRequested >= 0 && (long) index + bytesRequested <= file.length();
  }

  @Override
  public long getLength() {
    return file.length();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
