package dev.minsight.vectors;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * The bytes of a vector file, big-endian:
 *
 * <pre>
 * header  magic "MIVX" | format 2 (int) | dimension (int) | generation (long) | sequence (long)
 *         | base records (long) | model id length (short) | model id (UTF-8) | CRC32C of all before (int)
 * record  type (byte: 1 upsert, 2 delete) | id (long) | CRC32C of both (int)
 *         and for an upsert: dimension floats | CRC32C of head and floats (int)
 * </pre>
 *
 * <p>The head of a record has a checksum of its own, because its type says how long the record is:
 * only then can "the file ends inside this record" be told from "this record is damaged".
 */
final class VectorRecords {

  static final byte UPSERT = 1;
  static final byte DELETE = 2;
  static final int HEAD_BYTES = 1 + Long.BYTES + Integer.BYTES;

  /** Bytes of a header before the model id. */
  static final int HEADER_FIXED_BYTES = 3 * Integer.BYTES + 3 * Long.BYTES + Short.BYTES;

  static final int MAGIC = 0x4D495658;
  static final int FORMAT = 2;

  private VectorRecords() {}

  static byte[] header(CollectionSpec spec, LogId id, long baseRecords) {
    byte[] model = spec.modelId().getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes = ByteBuffer.allocate(HEADER_FIXED_BYTES + model.length + Integer.BYTES);
    bytes.putInt(MAGIC).putInt(FORMAT).putInt(spec.dimension());
    bytes.putLong(id.generation()).putLong(id.sequence()).putLong(baseRecords);
    bytes.putShort((short) model.length).put(model);
    return bytes.putInt(crc(bytes.array(), bytes.position())).array();
  }

  static byte[] upsert(long id, float[] unit) {
    ByteBuffer bytes = ByteBuffer.allocate(HEAD_BYTES + bodyBytes(unit.length));
    putHead(bytes, UPSERT, id);
    bytes.asFloatBuffer().put(unit);
    bytes.position(HEAD_BYTES + unit.length * Float.BYTES);
    return bytes.putInt(crc(bytes.array(), bytes.position())).array();
  }

  static byte[] delete(long id) {
    ByteBuffer bytes = ByteBuffer.allocate(HEAD_BYTES);
    putHead(bytes, DELETE, id);
    return bytes.array();
  }

  /**
   * @return bytes of an upsert after its head
   */
  static int bodyBytes(int dimension) {
    return dimension * Float.BYTES + Integer.BYTES;
  }

  /** Checksum of the first {@code length} bytes. */
  static int crc(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }

  private static void putHead(ByteBuffer bytes, byte type, long id) {
    bytes.put(type).putLong(id);
    bytes.putInt(crc(bytes.array(), bytes.position()));
  }
}
