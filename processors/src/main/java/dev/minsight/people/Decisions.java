package dev.minsight.people;

import dev.minsight.support.IdCounter;
import java.time.Clock;
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
        .param("evidence", matchedFaceId == null ? null : "{\"face_id\":" + matchedFaceId + "}")
        .param("now", clock.millis())
        .update();
  }
}
