package dev.minsight.people;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** The table of faces. */
@Component
public class Faces {

  /** Face ids are {@code entity id * PER_PHOTO + index}, so a photo's faces lie side by side. */
  public static final int PER_PHOTO = 10_000;

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

  private final JdbcClient jdbc;

  Faces(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * Adds a face in the caller's transaction.
   *
   * @param face the face
   */
  @Transactional(propagation = Propagation.MANDATORY)
  public void add(Face face) {
    jdbc.sql(
            """
            INSERT INTO faces (id, entity_id, face_index, md5, model_id, bbox, landmarks, confidence,
              file_path, embedding_status, created_at, known_person_id, time_ms)
            VALUES (:id, :entity, :index, :md5, :model, :bbox, :landmarks, :confidence, :path,
              :status, :created, :person, :time)""")
        .param("id", face.id())
        .param("entity", face.entityId())
        .param("index", face.index())
        .param("md5", face.md5())
        .param("model", face.modelId())
        .param("bbox", write(face.bbox()))
        .param("landmarks", write(face.landmarks()))
        .param("confidence", face.confidence())
        .param("path", face.filePath())
        .param("status", face.embeddingStatus())
        .param("created", face.createdAt())
        .param("person", face.knownPersonId())
        .param("time", face.timeMs())
        .update();
  }

  /**
   * Notes where a face that was found again lies now.
   *
   * @param id of the face
   * @param found what was found this time
   */
  @Transactional(propagation = Propagation.MANDATORY)
  public void foundAgain(long id, Face found) {
    jdbc.sql(
            """
            UPDATE faces SET model_id = :model, bbox = :bbox, landmarks = :landmarks,
              confidence = :confidence, file_path = :path, embedding_status = 'pending'
            WHERE id = :id""")
        .param("model", found.modelId())
        .param("bbox", write(found.bbox()))
        .param("landmarks", write(found.landmarks()))
        .param("confidence", found.confidence())
        .param("path", found.filePath())
        .param("id", id)
        .update();
  }

  /**
   * Removes faces; what is linked to them goes with them.
   *
   * @param ids of faces
   */
  @Transactional(propagation = Propagation.MANDATORY)
  public void remove(Collection<Long> ids) {
    if (!ids.isEmpty()) {
      jdbc.sql("DELETE FROM faces WHERE id IN (:ids)").param("ids", ids).update();
      jdbc.sql("DELETE FROM embeddings WHERE kind = 'face' AND subject_id IN (:ids)")
          .param("ids", ids)
          .update();
    }
  }

  /**
   * @param id of a face
   * @param status of its embedding
   */
  @Transactional(propagation = Propagation.MANDATORY)
  public void embedding(long id, String status) {
    jdbc.sql("UPDATE faces SET embedding_status = :status WHERE id = :id")
        .param("status", status)
        .param("id", id)
        .update();
  }

  /**
   * @param id of a face
   * @param personId whose face it is
   */
  @Transactional(propagation = Propagation.MANDATORY)
  public void assign(long id, long personId) {
    jdbc.sql("UPDATE faces SET known_person_id = :person WHERE id = :id")
        .param("person", personId)
        .param("id", id)
        .update();
  }

  /**
   * @param entityId a photo
   * @return its faces in index order
   */
  @Transactional(readOnly = true)
  public List<Face> ofEntity(long entityId) {
    return jdbc.sql("SELECT * FROM faces WHERE entity_id = :id ORDER BY face_index")
        .param("id", entityId)
        .query(Faces::row)
        .list();
  }

  /**
   * @param entityId a photo
   * @return how far the embedding of each of its faces is, in index order
   */
  @Transactional(readOnly = true)
  public List<String> embeddingStatuses(long entityId) {
    return jdbc.sql("SELECT embedding_status FROM faces WHERE entity_id = :id ORDER BY face_index")
        .param("id", entityId)
        .query(String.class)
        .list();
  }

  /**
   * @param personId a person
   * @return all faces of the person, newest first
   */
  @Transactional(readOnly = true)
  public List<Face> ofPerson(long personId) {
    return ofPerson(personId, Integer.MAX_VALUE, 0);
  }

  /**
   * @param personId a person
   * @param limit most faces
   * @param offset faces before
   * @return the person's faces, newest first
   */
  @Transactional(readOnly = true)
  public List<Face> ofPerson(long personId, int limit, long offset) {
    return jdbc.sql(
            """
            SELECT * FROM faces WHERE known_person_id = :id ORDER BY created_at DESC, id DESC
            LIMIT :limit OFFSET :offset""")
        .param("id", personId)
        .param("limit", limit)
        .param("offset", offset)
        .query(Faces::row)
        .list();
  }

  /**
   * @param id of a face
   * @return the face
   */
  @Transactional(readOnly = true)
  public Optional<Face> find(long id) {
    return jdbc.sql("SELECT * FROM faces WHERE id = :id")
        .param("id", id)
        .query(Faces::row)
        .optional();
  }

  /**
   * @param ids of faces
   * @return those that exist, by id
   */
  @Transactional(readOnly = true)
  public Map<Long, Face> find(Collection<Long> ids) {
    return ids.isEmpty()
        ? Map.of()
        : jdbc
            .sql("SELECT * FROM faces WHERE id IN (:ids)")
            .param("ids", ids)
            .query(Faces::row)
            .list()
            .stream()
            .collect(Collectors.toMap(Face::id, face -> face));
  }

  static Face row(ResultSet row, int number) throws SQLException {
    long person = row.getLong("known_person_id");
    Long personId = row.wasNull() ? null : person;
    long time = row.getLong("time_ms");
    Long timeMs = row.wasNull() ? null : time;
    return new Face(
        row.getLong("id"),
        row.getLong("entity_id"),
        row.getInt("face_index"),
        row.getString("md5"),
        row.getString("model_id"),
        read(row.getString("bbox")),
        read(row.getString("landmarks")),
        row.getDouble("confidence"),
        row.getString("file_path"),
        row.getString("embedding_status"),
        row.getLong("created_at"),
        personId,
        timeMs);
  }

  private static Map<String, Object> read(String json) {
    try {
      return JSON.readValue(json, OBJECT);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a face row holds broken JSON: " + json, e);
    }
  }

  private static String write(Map<String, Object> value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not JSON: " + value, e);
    }
  }
}
