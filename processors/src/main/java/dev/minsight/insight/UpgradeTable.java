package dev.minsight.insight;

import static java.util.function.Predicate.not;

import dev.minsight.ml.ModelTask;
import dev.minsight.support.Rows;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Which photos a model has still to describe. These are the photos that another model has described
 * as they are now: nothing is noted in advance, so none can be missed, and a restart loses nothing.
 */
@Component
class UpgradeTable {

  /**
   * Photos in the trash count, too: they may be taken out of it. The plus keeps SQLite from the
   * primary key, by which it would read whole vectors; {@code embeddings_models} holds all that is
   * asked for.
   */
  private static final String VECTORS =
      """
      v.entity_id FROM embeddings v
      JOIN entity_intelligence i ON i.entity_id = v.entity_id AND i.processing_md5 = v.md5
      WHERE v.kind = :kind AND v.entity_id > :after
        AND NOT EXISTS (
          SELECT 1 FROM embeddings n
          WHERE n.kind = v.kind AND n.entity_id = v.entity_id AND n.model_id = :model
            AND +n.subject_id = v.subject_id AND n.md5 = v.md5)""";

  /** Photos in work are left alone; their faces are found by the detector that is in use. */
  private static final String DETECTIONS =
      """
      i.entity_id FROM entity_intelligence i
      WHERE i.entity_id > :after AND i.face_detection = 'completed'
        AND i.overall_status IN ('completed', 'failed') AND NOT i.incident
        AND (i.detector IS NULL OR i.detector <> :model)""";

  private static final String NOT_FAILED =
      """

        AND NOT EXISTS (
          SELECT 1 FROM model_upgrade_failures f
          WHERE f.task = :task AND f.model_id = :model AND f.entity_id = i.entity_id
            AND f.md5 = i.processing_md5)""";

  private final JdbcClient jdbc;
  private final Clock clock;

  UpgradeTable(JdbcClient jdbc, Clock clock) {
    this.jdbc = jdbc;
    this.clock = clock;
  }

  /**
   * A photo to be described.
   *
   * @param entityId the photo
   * @param generation its content
   * @param md5 of its content
   * @param type of media
   * @param filePath of its original, relative to the media folder
   */
  record Missing(long entityId, int generation, String md5, String type, String filePath) {}

  /**
   * How many photos there are.
   *
   * @param done described by the model
   * @param missing still to be described
   * @param failed that it cannot describe
   */
  record Counts(long done, long missing, long failed) {}

  /** The next photos after one, in the order of their ids. */
  @Transactional(readOnly = true)
  public List<Missing> missing(String task, String modelId, long after, int limit) {
    // The window first, in the order of the index; what is joined to it is read for it alone.
    return query(
            "SELECT w.entity_id, i.generation, i.processing_md5 AS md5, e.type, e.file_path"
                + " FROM (SELECT DISTINCT ",
            task,
            modelId,
            after,
            " ORDER BY 1 LIMIT "
                + limit
                + ") w JOIN entity_intelligence i ON i.entity_id = w.entity_id"
                + " JOIN entities e ON e.id = w.entity_id ORDER BY w.entity_id")
        .query(Rows.as(Missing.class))
        .list();
  }

  /** Asked within the transaction that lets the model take over. */
  @Transactional(propagation = Propagation.MANDATORY)
  public boolean anyMissing(String task, String modelId) {
    return query("SELECT ", task, modelId, 0, " LIMIT 1").query(Long.class).optional().isPresent();
  }

  @Transactional(readOnly = true)
  public Counts counts(String task, String modelId) {
    long missing =
        query("SELECT COUNT(*) FROM (SELECT DISTINCT ", task, modelId, 0, ") m")
            .query(Long.class)
            .single();
    long failed =
        jdbc.sql(
                """
                SELECT COUNT(*) FROM model_upgrade_failures
                WHERE task = :task AND model_id = :model""")
            .param("task", task)
            .param("model", modelId)
            .query(Long.class)
            .single();
    return new Counts(done(task, modelId), missing, failed);
  }

  private long done(String task, String modelId) {
    if (task.equals(ModelTask.FACE_DETECTION)) {
      return jdbc.sql("SELECT COUNT(*) FROM entity_intelligence WHERE detector = :model")
          .param("model", modelId)
          .query(Long.class)
          .single();
    }
    return jdbc.sql(
            """
            SELECT COUNT(DISTINCT entity_id) FROM embeddings
            WHERE kind = :kind AND model_id = :model""")
        .param("kind", word(task))
        .param("model", modelId)
        .query(Long.class)
        .single();
  }

  /** Notes that a photo cannot be described, so that the others need not wait for it. */
  @Transactional(propagation = Propagation.MANDATORY)
  public void failed(String task, String modelId, long entityId, String md5, String reason) {
    jdbc.sql(
            """
            INSERT INTO model_upgrade_failures (task, model_id, entity_id, md5, reason, failed_at)
            SELECT :task, :model, id, :md5, :reason, :now FROM entities WHERE id = :entity
            ON CONFLICT (task, model_id, entity_id) DO UPDATE SET
              md5 = excluded.md5, reason = excluded.reason, failed_at = excluded.failed_at""")
        .param("task", task)
        .param("model", modelId)
        .param("entity", entityId)
        .param("md5", md5)
        .param("reason", reason)
        .param("now", clock.millis())
        .update();
  }

  /** Lets the photos that failed be tried again. */
  @Transactional
  public void forgetFailures(String task) {
    jdbc.sql("DELETE FROM model_upgrade_failures WHERE task = :task").param("task", task).update();
  }

  /**
   * Removes jobs that describe photos again and have no process: between the two was a crash.
   *
   * @param inWork photos that have such a process
   */
  @Transactional
  public void removeLostJobs(Set<Long> inWork) {
    jdbc
        .sql(
            """
            SELECT DISTINCT entity_id FROM jobs WHERE entity_id IS NOT NULL AND generation IS NULL
              AND status IN ('queued', 'processing')""")
        .query(Long.class)
        .list()
        .stream()
        .filter(not(inWork::contains))
        .forEach(
            entityId ->
                jdbc.sql(
                        """
                        DELETE FROM jobs WHERE entity_id = :id AND generation IS NULL
                          AND status IN ('queued', 'processing')""")
                    .param("id", entityId)
                    .update());
  }

  private JdbcClient.StatementSpec query(
      String select, String task, String modelId, long after, String end) {
    boolean detection = task.equals(ModelTask.FACE_DETECTION);
    JdbcClient.StatementSpec query =
        jdbc.sql(select + (detection ? DETECTIONS : VECTORS) + NOT_FAILED + end)
            .param("task", task)
            .param("model", modelId)
            .param("after", after);
    return detection ? query : query.param("kind", word(task));
  }

  private static String word(String task) {
    return VectorKind.of(task).orElseThrow().word();
  }
}
