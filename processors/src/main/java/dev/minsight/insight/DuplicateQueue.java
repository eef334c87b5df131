package dev.minsight.insight;

import dev.minsight.support.Rows;
import dev.minsight.support.Turns;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** The photos that wait to be compared; triggers on the table of vectors put them in. */
@Component
class DuplicateQueue {

  private final JdbcClient jdbc;
  private final Turns turns;
  private final Clock clock;

  DuplicateQueue(JdbcClient jdbc, Turns turns, Clock clock) {
    this.jdbc = jdbc;
    this.turns = turns;
    this.clock = clock;
  }

  /**
   * A line of the queue.
   *
   * @param entityId the photo
   * @param turn grows with each new vector of it
   */
  record Due(long entityId, long turn) {}

  /** Photos with new vectors of a model, the longest due first. */
  @Transactional(readOnly = true)
  public List<Due> due(String model, int most) {
    return jdbc.sql(
            """
            SELECT entity_id, turn FROM duplicate_queue
            WHERE model_id = :model AND due_at <= :now ORDER BY due_at, entity_id LIMIT :most""")
        .param("model", model)
        .param("now", clock.millis())
        .param("most", most)
        .query(Rows.as(Due.class))
        .list();
  }

  /**
   * Those of the photos whose vectors are still there, and stay until the transaction ends: first
   * the photos' rows are held, as whoever deletes photos does, then the vectors.
   */
  @Transactional(propagation = Propagation.MANDATORY)
  public Collection<Long> hold(Collection<Long> ids, String model) {
    jdbc.sql("SELECT id FROM entities WHERE id IN (:ids) ORDER BY id" + turns.forUpdate())
        .param("ids", ids)
        .query(Long.class)
        .list();
    return new TreeSet<>(
        jdbc.sql(
                """
                SELECT subject_id FROM embeddings
                WHERE kind = :kind AND model_id = :model AND subject_id IN (:ids)
                  AND subject_id = entity_id ORDER BY subject_id"""
                    + turns.forUpdate())
            .param("kind", VectorKind.DINO.word())
            .param("model", model)
            .param("ids", ids)
            .query(Long.class)
            .list());
  }

  /** Asks again after a while. */
  @Transactional(propagation = Propagation.MANDATORY)
  public void postpone(Due due, String model, long millis) {
    jdbc.sql(
            """
            UPDATE duplicate_queue SET due_at = :at
            WHERE model_id = :model AND entity_id = :id AND turn = :turn""")
        .param("at", clock.millis() + millis)
        .param("model", model)
        .param("id", due.entityId())
        .param("turn", due.turn())
        .update();
  }

  /** Takes a line off; false when another vector came while this one was looked at. */
  @Transactional(propagation = Propagation.MANDATORY)
  public boolean done(Due due, String model) {
    return jdbc.sql(
                """
                DELETE FROM duplicate_queue
                WHERE model_id = :model AND entity_id = :id AND turn = :turn""")
            .param("model", model)
            .param("id", due.entityId())
            .param("turn", due.turn())
            .update()
        == 1;
  }
}
