package dev.minsight.ml;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Vectors as NumPy files: format 1.0, little-endian float32, C order, one axis, byte for byte what
 * {@code numpy.save} writes.
 *
 * @see <a href="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html">the
 *     format</a>
 */
public final class Npy {

  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};

  /** Magic, two version bytes and the two bytes of the header's length. */
  private static final int PREFIX = MAGIC.length + 4;

  /** The data starts at a multiple of this, so that it can be mapped into memory. */
  private static final int ALIGNMENT = 64;

  private static final Pattern HEADER =
      Pattern.compile(
          "\\{'descr': '<f4', 'fortran_order': False, 'shape': \\((\\d{1,9}),\\), \\} *\\n");

  private Npy() {}

  /**
   * @param vector the values
   * @return the content of the file
   */
  public static byte[] write(float[] vector) {
    String header = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + vector.length + ",), }";
    int unpadded = PREFIX + header.length() + 1;
    int start = (unpadded + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    ByteBuffer file =
        ByteBuffer.allocate(start + vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    file.put(MAGIC).put((byte) 1).put((byte) 0).putShort((short) (start - PREFIX));
    file.put((header + " ".repeat(start - unpadded) + "\n").getBytes(StandardCharsets.US_ASCII));
    for (float value : vector) {
      file.putFloat(value);
    }
    return file.array();
  }

  /**
   * @param file the content of a file as {@link #write} or {@code numpy.save} makes it
   * @return the values
   * @throws IllegalArgumentException if it is no such file
   */
  public static float[] read(byte[] file) {
    ByteBuffer buffer = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    byte[] magic = new byte[MAGIC.length];
    if (file.length < PREFIX || !Arrays.equals(take(buffer, magic), MAGIC)) {
      throw new IllegalArgumentException("not a NumPy file");
    }
    if (buffer.get() != 1 || buffer.get() != 0) {
      throw new IllegalArgumentException("not a NumPy file of format 1.0");
    }
    int headerLength = Short.toUnsignedInt(buffer.getShort());
    if (headerLength > buffer.remaining()) {
      throw new IllegalArgumentException("a NumPy file that ends in its header");
    }
    String header = new String(take(buffer, new byte[headerLength]), StandardCharsets.US_ASCII);
    Matcher shape = HEADER.matcher(header);
    if (!shape.matches()) {
      throw new IllegalArgumentException("not a one-dimensional float32 array: " + header.strip());
    }
    int length = Integer.parseInt(shape.group(1));
    if (buffer.remaining() != (long) length * Float.BYTES) {
      throw new IllegalArgumentException(
          length + " values announced, " + buffer.remaining() + " bytes present");
    }
    float[] vector = new float[length];
    buffer.asFloatBuffer().get(vector);
    return vector;
  }

  private static byte[] take(ByteBuffer buffer, byte[] into) {
    buffer.get(into);
    return into;
  }
}
