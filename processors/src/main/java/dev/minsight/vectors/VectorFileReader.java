package dev.minsight.vectors;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads a vector file back and decides how far it can be trusted.
 *
 * <p>A file that ends inside a record was cut by a crash while appending: everything before is
 * good, and the owner cuts the rest off. Anything else that does not fit its checksum is damage,
 * and so is an end inside the base (the part that was complete when the file got its name): then
 * nothing of the file is used.
 */
final class VectorFileReader {

  private static final int BUFFER_BYTES = 1 << 20;

  private final CollectionSpec spec;
  private LogId id;
  private long base;
  private long records;

  private VectorFileReader(CollectionSpec spec) {
    this.spec = spec;
  }

  /** Takes what a file tells, oldest write first. */
  interface Sink {

    void upsert(long id, float[] unit);

    void delete(long id);
  }

  /**
   * Reads only the beginning of a file.
   *
   * @param path an existing file
   * @param spec what it must hold
   * @return which log it is
   */
  static LogId id(Path path, CollectionSpec spec) throws IOException, RebuildNeededException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(path))) {
      VectorFileReader reader = new VectorFileReader(spec);
      reader.header(in);
      return reader.id;
    }
  }

  /**
   * Replays a file.
   *
   * @param path an existing file
   * @param spec what it must hold
   * @param sink receives the writes
   * @return bytes of the file that are good; less than its length when the tail is torn
   */
  static long read(Path path, CollectionSpec spec, Sink sink)
      throws IOException, RebuildNeededException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(path), BUFFER_BYTES)) {
      VectorFileReader reader = new VectorFileReader(spec);
      long good = reader.header(in);
      byte[] buffer =
          new byte[VectorRecords.HEAD_BYTES + VectorRecords.bodyBytes(spec.dimension())];
      int read;
      while ((read = reader.record(in, buffer, sink)) > 0) {
        good += read;
        reader.records++;
      }
      if (reader.records < reader.base) {
        throw new RebuildNeededException(
            "the file ends after %d of at least %d records".formatted(reader.records, reader.base));
      }
      return good;
    }
  }

  private long header(InputStream in) throws IOException, RebuildNeededException {
    byte[] fixed = in.readNBytes(VectorRecords.HEADER_FIXED_BYTES);
    if (fixed.length < VectorRecords.HEADER_FIXED_BYTES) {
      throw new RebuildNeededException("the file ends inside its header");
    }
    ByteBuffer bytes = ByteBuffer.wrap(fixed);
    if (bytes.getInt() != VectorRecords.MAGIC || bytes.getInt() != VectorRecords.FORMAT) {
      throw new RebuildNeededException("the file is not a vector file of this version");
    }
    int dimension = bytes.getInt();
    id = new LogId(bytes.getLong(), bytes.getLong());
    base = bytes.getLong();
    int modelBytes = Short.toUnsignedInt(bytes.getShort());
    byte[] rest = in.readNBytes(modelBytes + Integer.BYTES);
    if (rest.length < modelBytes + Integer.BYTES) {
      throw new RebuildNeededException("the file ends inside its header");
    }
    byte[] checked = ByteBuffer.allocate(fixed.length + rest.length).put(fixed).put(rest).array();
    int end = checked.length - Integer.BYTES;
    if (ByteBuffer.wrap(checked).getInt(end) != VectorRecords.crc(checked, end)) {
      throw new RebuildNeededException("the file's header is damaged");
    }
    String model = new String(rest, 0, modelBytes, StandardCharsets.UTF_8);
    if (!model.equals(spec.modelId()) || dimension != spec.dimension()) {
      throw new RebuildNeededException(
          "it holds vectors of model %s (%d numbers), but %s (%d numbers) is in use"
              .formatted(model, dimension, spec.modelId(), spec.dimension()));
    }
    return checked.length;
  }

  /** Returns the record's bytes, or 0 where the file ends, be it inside a record or between two. */
  private int record(InputStream in, byte[] buffer, Sink sink)
      throws IOException, RebuildNeededException {
    int head = VectorRecords.HEAD_BYTES;
    if (in.readNBytes(buffer, 0, head) < head) {
      return 0;
    }
    ByteBuffer bytes = ByteBuffer.wrap(buffer);
    byte type = bytes.get();
    long id = bytes.getLong();
    if (bytes.getInt() != VectorRecords.crc(buffer, head - Integer.BYTES)
        || (type != VectorRecords.UPSERT && type != VectorRecords.DELETE)) {
      throw damaged();
    }
    if (type == VectorRecords.DELETE) {
      sink.delete(id);
      return head;
    }
    int body = VectorRecords.bodyBytes(spec.dimension());
    if (in.readNBytes(buffer, head, body) < body) {
      return 0;
    }
    int end = head + body - Integer.BYTES;
    if (bytes.getInt(end) != VectorRecords.crc(buffer, end)) {
      throw damaged();
    }
    float[] unit = new float[spec.dimension()];
    bytes.position(head).asFloatBuffer().get(unit);
    sink.upsert(id, unit);
    return head + body;
  }

  private RebuildNeededException damaged() {
    return new RebuildNeededException("record %d of the file is damaged".formatted(records + 1));
  }
}
