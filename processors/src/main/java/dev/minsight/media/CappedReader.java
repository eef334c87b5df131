package dev.minsight.media;

import com.drew.lang.RandomAccessReader;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Lets metadata-extractor look into a TIFF file or an EXIF block without letting either choose how
 * much memory that takes: a value larger than the cap is an error, not an allocation, and so are
 * thousands of values that all point at the same bytes.
 */
final class CappedReader extends RandomAccessReader implements Closeable {

  /** Largest single value that is read, in bytes; no tag we use is near it. */
  private static final int CAP = 1 << 20;

  /** All values together, in bytes; real pictures' take a few hundred thousand. */
  private static final long TOTAL = 16 << 20;

  private final FileBytes file;
  private final byte[] block;
  private long left = TOTAL;

  CappedReader(Path path) throws IOException {
    file = new FileBytes(path);
    block = null;
  }

  CappedReader(byte[] exif) {
    file = null;
    block = exif;
  }

  @Override
  public int toUnshiftedOffset(int localOffset) {
    return localOffset;
  }

  @Override
  public byte getByte(int index) throws IOException {
    spend(1);
    if (file != null) {
      return (byte) file.u8(index);
    }
    validateIndex(index, 1);
    return block[index];
  }

  @Override
  public byte[] getBytes(int index, int count) throws IOException {
    if (count > CAP) {
      throw new IOException("a value of " + count + " bytes is more than " + CAP);
    }
    spend(count);
    if (file != null) {
      return file.bytes(index, count);
    }
    validateIndex(index, count);
    return Arrays.copyOfRange(block, index, index + count);
  }

  private void spend(int bytes) throws IOException {
    left -= bytes;
    if (left < 0) {
      throw new IOException("the values of all tags together are more than " + TOTAL + " bytes");
    }
  }

  @Override
  protected void validateIndex(int index, int bytesRequested) throws IOException {
    if (!isValidIndex(index, bytesRequested)) {
      throw new EOFException(bytesRequested + " bytes at " + index + " are outside of the file");
    }
  }

  @Override
  protected boolean isValidIndex(int index, int bytesRequested) {
    return index >= 0 && bytesRequested >= 0 && (long) index + bytesRequested <= getLength();
  }

  @Override
  public long getLength() {
    return file == null ? block.length : file.length();
  }

  @Override
  public void close() throws IOException {
    if (file != null) {
      file.close();
    }
  }
}
