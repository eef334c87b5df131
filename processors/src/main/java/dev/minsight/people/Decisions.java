package dev.minsight.people;

import dev.minsight.support.IdCounter;
import java.time.Clock;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** Who said that a face is whose, when and why. Facts are appended, never changed or removed. */
@Component
public class Decisions {

  private final JdbcClient jdbc;
  private final IdCounter ids;
  private final Clock clock;

  Decisions(JdbcClient jdbc, IdCounter ids, Clock clock) {
    this.jdbc = jdbc;
    this.ids = ids;
    this.clock = clock;
  }

  /**
   * Appends a decision of the machine in the caller's transaction.
   *
   * @param kind {@code matched} or {@code new_person}
   * @param faceId the face
   * @param personId the person
   * @param modelId the model whose vectors were compared
   * @param score cosine similarity, or null for a new person
   * @param matchedFaceId the face it was compared with, or null
   */
  @Transactional(propagation = Propagation.MANDATORY)
  public void byMachine(
      String kind, long faceId, long personId, String modelId, Double score, Long matchedFaceId) {
    String evidence = matchedFaceId == null ? null : "{\"face_id\":" + matchedFaceId + "}";
    append(kind, faceId, personId, modelId, score, evidence);
  }

  /**
   * Appends, in the caller's transaction, that a face went over to another person because the
   * machine found the two to be one.
   *
   * @param faceId the face
   * @param personId the person it belongs to now
   * @param formerPersonId the person it belonged to, who is no more
   * @param modelId the model whose vectors were compared
   * @param link the pair of faces that showed it
   */
  @Transactional(propagation = Propagation.MANDATORY)
  void merged(
      long faceId, long personId, long formerPersonId, String modelId, PersonUnion.Link link) {
    String evidence =
        "{\"former_person_id\":%d,\"face_id\":%d,\"matched_face_id\":%d}"
            .formatted(formerPersonId, link.faceId(), link.matchedFaceId());
    append("merged", faceId, personId, modelId, link.score(), evidence);
  }

  /**
   * @param faceIds faces
   * @return those about which a human has decided anything
   */
  @Transactional(readOnly = true)
  public Set<Long> ofHumans(Collection<Long> faceIds) {
    return faceIds.isEmpty()
        ? Set.of()
        : new HashSet<>(
            jdbc.sql(
                    """
                    SELECT DISTINCT face_id FROM identity_decisions
                    WHERE face_id IN (:ids) AND actor NOT LIKE 'machine:%'""")
                .param("ids", faceIds)
                .query(Long.class)
                .list());
  }

  private void append(
      String kind, long faceId, long personId, String modelId, Double score, String evidence) {
    jdbc.sql(
            """
            INSERT INTO identity_decisions
              (id, kind, face_id, person_id, actor, score, evidence, created_at)
            VALUES (:id, :kind, :face, :person, :actor, :score, :evidence, :now)""")
        .param("id", ids.next("decision"))
        .param("kind", kind)
        .param("face", faceId)
        .param("person", personId)
        .param("actor", "machine:" + modelId)
        .param("score", score)
        .param("evidence", evidence)
        .param("now", clock.millis())
        .update();
  }
}
