package dev.minsight.insight;

import dev.minsight.support.Rows;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** The vectors themselves; the indexes are built from here. */
@Component
public class Embeddings {

  /** Of ids, so that their sum stays far from the end of 64 bits; a prime. */
  private static final long MODULUS = 1_000_003;

  private final JdbcClient jdbc;
  private final Clock clock;

  Embeddings(JdbcClient jdbc, Clock clock) {
    this.jdbc = jdbc;
    this.clock = clock;
  }

  /**
   * A stored vector.
   *
   * @param subjectId face, or {@link PictureId}
   * @param vector of length 1
   */
  public record Stored(long subjectId, float[] vector) {}

  @Transactional(propagation = Propagation.MANDATORY)
  void save(
      VectorKind kind, long subjectId, String modelId, long entityId, String md5, float[] vector) {
    jdbc.sql(
            """
            INSERT INTO embeddings (kind, subject_id, model_id, entity_id, md5, vector, created_at)
            VALUES (:kind, :subject, :model, :entity, :md5, :vector, :now)
            ON CONFLICT (kind, subject_id, model_id) DO UPDATE SET
              md5 = excluded.md5, vector = excluded.vector, created_at = excluded.created_at""")
        .param("kind", kind.word())
        .param("subject", subjectId)
        .param("model", modelId)
        .param("entity", entityId)
        .param("md5", md5)
        .param("vector", bytes(vector))
        .param("now", clock.millis())
        .update();
  }

  /** Removes the vectors of an entity that were made of another content than this. */
  @Transactional(propagation = Propagation.MANDATORY)
  void removeOlder(long entityId, String md5) {
    jdbc.sql("DELETE FROM embeddings WHERE entity_id = :id AND md5 <> :md5")
        .param("id", entityId)
        .param("md5", md5)
        .update();
  }

  /** Removes the vectors a model made of an entity. */
  @Transactional(propagation = Propagation.MANDATORY)
  void removeOfEntity(VectorKind kind, long entityId, String modelId) {
    jdbc.sql("DELETE FROM embeddings WHERE kind = :kind AND entity_id = :id AND model_id = :model")
        .param("kind", kind.word())
        .param("id", entityId)
        .param("model", modelId)
        .update();
  }

  /**
   * @param entityId an entity
   * @return ids of its vectors of whole pictures; see {@link PictureId}
   */
  @Transactional(readOnly = true)
  List<Long> pictures(long entityId) {
    return jdbc.sql(
            """
            SELECT DISTINCT subject_id FROM embeddings
            WHERE kind IN ('clip', 'dino') AND entity_id = :id ORDER BY subject_id""")
        .param("id", entityId)
        .query(Long.class)
        .list();
  }

  /** Whether a vector of this model and content is stored. */
  @Transactional(readOnly = true)
  boolean has(VectorKind kind, long subjectId, String modelId, String md5) {
    return jdbc.sql(
            """
            SELECT EXISTS (SELECT 1 FROM embeddings WHERE kind = :kind AND subject_id = :subject
              AND model_id = :model AND md5 = :md5)""")
        .param("kind", kind.word())
        .param("subject", subjectId)
        .param("model", modelId)
        .param("md5", md5)
        .query(Boolean.class)
        .single();
  }

  @Transactional(propagation = Propagation.MANDATORY)
  void removeOfEntity(long entityId) {
    jdbc.sql("DELETE FROM embeddings WHERE entity_id = :id").param("id", entityId).update();
  }

  /** Removes what other models than this made of a photo's faces: they saw other crops. */
  @Transactional(propagation = Propagation.MANDATORY)
  void removeOtherFaceVectors(long entityId, String modelId) {
    jdbc.sql(
            """
            DELETE FROM embeddings
            WHERE kind = 'face' AND entity_id = :id AND model_id <> :model""")
        .param("id", entityId)
        .param("model", modelId)
        .update();
  }

  /**
   * A vector that lies beside one of the model in use.
   *
   * @param entityId its photo
   * @param subjectId entity or face
   */
  record Former(long entityId, long subjectId) {}

  /** Vectors of a model that lie beside those of the one in use, in the order of their photos. */
  @Transactional(readOnly = true)
  public List<Former> former(
      VectorKind kind, String modelId, String inUse, long afterEntity, int most) {
    // The plus keeps SQLite from the primary key, by which it would read whole vectors.
    return jdbc.sql(
            """
            SELECT o.entity_id, o.subject_id FROM embeddings o JOIN embeddings n
              ON n.kind = o.kind AND n.entity_id = o.entity_id AND n.model_id = :inUse
              AND +n.subject_id = o.subject_id AND n.md5 = o.md5
            WHERE o.kind = :kind AND o.model_id = :model AND o.entity_id > :after
            ORDER BY o.entity_id LIMIT :most""")
        .param("kind", kind.word())
        .param("model", modelId)
        .param("inUse", inUse)
        .param("after", afterEntity)
        .param("most", most)
        .query(Rows.as(Former.class))
        .list();
  }

  /** Removes vectors of a model. */
  @Transactional
  public void remove(VectorKind kind, String modelId, List<Former> vectors) {
    jdbc.sql(
            """
            DELETE FROM embeddings
            WHERE kind = :kind AND model_id = :model AND subject_id IN (:subjects)""")
        .param("kind", kind.word())
        .param("model", modelId)
        .param("subjects", vectors.stream().map(Former::subjectId).toList())
        .update();
  }

  /** The models that made vectors of a kind. */
  @Transactional(readOnly = true)
  public List<String> models(VectorKind kind) {
    return jdbc.sql("SELECT DISTINCT model_id FROM embeddings WHERE kind = :kind")
        .param("kind", kind.word())
        .query(String.class)
        .list();
  }

  /**
   * @param kind of vector
   * @param subjectId entity or face
   * @return the newest vector of any model
   */
  @Transactional(readOnly = true)
  public Optional<float[]> newest(VectorKind kind, long subjectId) {
    return jdbc.sql(
            """
            SELECT vector FROM embeddings WHERE kind = :kind AND subject_id = :subject
            ORDER BY created_at DESC LIMIT 1""")
        .param("kind", kind.word())
        .param("subject", subjectId)
        .query((row, n) -> floats(row.getBytes(1)))
        .optional();
  }

  /**
   * @param kind of vector
   * @param subjectId entity or face
   * @param modelId whose vector
   * @return the vector as it was saved
   */
  @Transactional(readOnly = true)
  Optional<float[]> find(VectorKind kind, long subjectId, String modelId) {
    return jdbc.sql(
            """
            SELECT vector FROM embeddings
            WHERE kind = :kind AND subject_id = :subject AND model_id = :model""")
        .param("kind", kind.word())
        .param("subject", subjectId)
        .param("model", modelId)
        .query((row, n) -> floats(row.getBytes(1)))
        .optional();
  }

  /**
   * @param entityIds entities
   * @return model of each vector: entity, kind, model
   */
  @Transactional(readOnly = true)
  public List<Served> models(Collection<Long> entityIds) {
    return entityIds.isEmpty()
        ? List.of()
        : jdbc.sql(
                "SELECT DISTINCT entity_id, kind, model_id FROM embeddings WHERE entity_id IN (:ids)")
            .param("ids", entityIds)
            .query(Rows.as(Served.class))
            .list();
  }

  /**
   * Which model served.
   *
   * @param entityId entity
   * @param kind of vector
   * @param modelId model
   */
  public record Served(long entityId, String kind, String modelId) {}

  @Transactional(readOnly = true)
  public long count(VectorKind kind, String modelId) {
    return jdbc.sql("SELECT COUNT(*) FROM embeddings WHERE kind = :kind AND model_id = :model")
        .param("kind", kind.word())
        .param("model", modelId)
        .query(Long.class)
        .single();
  }

  /** The same of ids held elsewhere. */
  static long checksum(LongStream subjectIds) {
    return subjectIds.map(id -> id % MODULUS).sum();
  }

  /**
   * @return a sum over the ids of those whose vectors of a model are stored; with {@link #count} it
   *     tells an index that lacks one and has another too many from one that is true
   */
  @Transactional(readOnly = true)
  public long checksum(VectorKind kind, String modelId) {
    return jdbc.sql(
            """
            SELECT COALESCE(SUM(subject_id % :modulus), 0) FROM embeddings
            WHERE kind = :kind AND model_id = :model""")
        .param("modulus", MODULUS)
        .param("kind", kind.word())
        .param("model", modelId)
        .query(Long.class)
        .single();
  }

  /** All vectors of a kind and model; the caller closes the stream within its transaction. */
  @Transactional(propagation = Propagation.MANDATORY)
  Stream<Stored> all(VectorKind kind, String modelId) {
    return jdbc
        .sql(
            """
            SELECT subject_id, vector FROM embeddings
            WHERE kind = :kind AND model_id = :model ORDER BY subject_id""")
        .param("kind", kind.word())
        .param("model", modelId)
        .query((row, n) -> new Stored(row.getLong(1), floats(row.getBytes(2))))
        .stream();
  }

  private static byte[] bytes(float[] vector) {
    ByteBuffer buffer = ByteBuffer.allocate(vector.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    buffer.asFloatBuffer().put(vector);
    return buffer.array();
  }

  private static float[] floats(byte[] bytes) {
    float[] vector = new float[bytes.length / 4];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(vector);
    return vector;
  }
}
