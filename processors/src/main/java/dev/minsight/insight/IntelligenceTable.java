package dev.minsight.insight;

import dev.minsight.support.Rows;
import dev.minsight.support.Turns;
import java.time.Clock;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** The table {@code entity_intelligence}; rows change by column, so writers do not lose updates. */
@Component
public class IntelligenceTable {

  private final JdbcClient jdbc;
  private final Clock clock;
  private final Turns turns;

  IntelligenceTable(JdbcClient jdbc, Clock clock, Turns turns) {
    this.jdbc = jdbc;
    this.clock = clock;
    this.turns = turns;
  }

  /**
   * @param entityId an entity
   * @return its row
   */
  @Transactional(readOnly = true)
  public Optional<Intelligence> find(long entityId) {
    return jdbc.sql("SELECT * FROM entity_intelligence WHERE entity_id = :id")
        .param("id", entityId)
        .query(Rows.as(Intelligence.class))
        .optional();
  }

  /**
   * @param entityIds entities
   * @return the rows that exist, by entity
   */
  @Transactional(readOnly = true)
  public Map<Long, Intelligence> find(Collection<Long> entityIds) {
    return entityIds.isEmpty()
        ? Map.of()
        : jdbc
            .sql("SELECT * FROM entity_intelligence WHERE entity_id IN (:ids)")
            .param("ids", entityIds)
            .query(Rows.as(Intelligence.class))
            .list()
            .stream()
            .collect(Collectors.toMap(Intelligence::entityId, Function.identity()));
  }

  /**
   * As {@link #find(Collection)}; until the transaction ends, nobody else begins another generation
   * of these entities or notes anything about them. Locked in the order of their ids.
   */
  @Transactional(propagation = Propagation.MANDATORY)
  Map<Long, Intelligence> hold(Collection<Long> entityIds) {
    return entityIds.isEmpty()
        ? Map.of()
        : jdbc
            .sql(
                "SELECT * FROM entity_intelligence WHERE entity_id IN (:ids) ORDER BY entity_id"
                    + turns.forUpdate())
            .param("ids", entityIds)
            .query(Rows.as(Intelligence.class))
            .list()
            .stream()
            .collect(Collectors.toMap(Intelligence::entityId, Function.identity()));
  }

  /**
   * Asked before anything is written about a content: is it still the entity's, and in work? The
   * work on a photo that went to the trash counts for nothing. The answer holds until the
   * transaction ends.
   */
  @Transactional(propagation = Propagation.MANDATORY)
  Optional<Intelligence> hold(long entityId, int generation) {
    return Optional.ofNullable(hold(List.of(entityId)).get(entityId))
        .filter(row -> row.generation() == generation && row.launchedAt() != null);
  }

  /**
   * @return number of entities by overall status
   */
  @Transactional(readOnly = true)
  public Map<String, Long> counts() {
    Map<String, Long> counts = new LinkedHashMap<>();
    for (String status :
        List.of(
            Intelligence.QUEUED,
            Intelligence.PROCESSING,
            Intelligence.COMPLETED,
            Intelligence.FAILED)) {
      counts.put(status, 0L);
    }
    jdbc.sql("SELECT overall_status, COUNT(*) FROM entity_intelligence GROUP BY overall_status")
        .query((row, n) -> counts.put(row.getString(1), row.getLong(2)))
        .list();
    return counts;
  }

  /**
   * Begins a new generation, for new content or for the same once more; what was known of the old
   * one is forgotten.
   */
  @Transactional(propagation = Propagation.MANDATORY)
  void queue(long entityId, String md5, long version, int priority) {
    jdbc.sql(
            """
            INSERT INTO entity_intelligence (entity_id, generation, overall_status, face_detection,
              clip_embedding, dino_embedding, processing_md5, processing_version, priority,
              updated_at)
            VALUES (:id, 1, 'queued', 'pending', 'pending', 'pending', :md5, :version, :priority,
              :now)
            ON CONFLICT (entity_id) DO UPDATE SET
              generation = entity_intelligence.generation + 1, overall_status = 'queued',
              face_detection = 'pending', clip_embedding = 'pending', dino_embedding = 'pending',
              face_count = NULL, processing_md5 = :md5, processing_version = :version,
              error_message = NULL, launched_at = NULL, process_id = NULL, incident = FALSE,
              withdrawn = FALSE, priority = :priority, updated_at = :now""")
        .param("id", entityId)
        .param("md5", md5)
        .param("version", version)
        .param("priority", priority)
        .param("now", clock.millis())
        .update();
  }

  /** Notes whether a photo is in the trash; there it keeps its state, and waits if it waited. */
  @Transactional(propagation = Propagation.MANDATORY)
  void withdraw(long entityId, boolean withdrawn) {
    jdbc.sql(
            """
            UPDATE entity_intelligence SET withdrawn = :withdrawn
            WHERE entity_id = :id AND withdrawn <> :withdrawn""")
        .param("withdrawn", withdrawn)
        .param("id", entityId)
        .update();
  }

  /**
   * Rows that wait for a place, most urgent first. Photos that were moved to the trash since the
   * last look are left out like those before.
   *
   * @param newestFirst whether of equally urgent ones the newest come first, else the oldest
   * @param limit most rows
   */
  @Transactional(readOnly = true)
  public List<Intelligence> waiting(boolean newestFirst, int limit) {
    return jdbc.sql(
            """
            SELECT i.* FROM entity_intelligence i JOIN entities e ON e.id = i.entity_id
            WHERE i.overall_status = 'queued' AND i.launched_at IS NULL AND NOT i.withdrawn
              AND NOT e.is_deleted
            ORDER BY i.priority, i.entity_id\s"""
                + (newestFirst ? "DESC LIMIT :limit" : "LIMIT :limit"))
        .param("limit", limit)
        .query(Rows.as(Intelligence.class))
        .list();
  }

  /** Rows whose process runs, or should. */
  @Transactional(readOnly = true)
  public List<Intelligence> launched() {
    return jdbc.sql(
            """
            SELECT * FROM entity_intelligence
            WHERE overall_status IN ('queued', 'processing') AND launched_at IS NOT NULL""")
        .query(Rows.as(Intelligence.class))
        .list();
  }

  @Transactional(readOnly = true)
  public int inFlight() {
    return jdbc.sql(
            """
            SELECT COUNT(*) FROM entity_intelligence
            WHERE overall_status IN ('queued', 'processing') AND launched_at IS NOT NULL""")
        .query(Integer.class)
        .single();
  }

  @Transactional(propagation = Propagation.MANDATORY)
  void launched(long entityId) {
    jdbc.sql("UPDATE entity_intelligence SET launched_at = :now WHERE entity_id = :id")
        .param("now", clock.millis())
        .param("id", entityId)
        .update();
  }

  /** Puts a row back among the waiting; its process is gone. */
  @Transactional(propagation = Propagation.MANDATORY)
  void relaunch(long entityId) {
    jdbc.sql(
            """
            UPDATE entity_intelligence SET overall_status = 'queued', launched_at = NULL,
              face_detection = 'pending', clip_embedding = 'pending', dino_embedding = 'pending',
              error_message = NULL, process_id = NULL, incident = FALSE, updated_at = :now
            WHERE entity_id = :id""")
        .param("now", clock.millis())
        .param("id", entityId)
        .update();
  }

  @Transactional(propagation = Propagation.MANDATORY)
  void process(long entityId, String processId) {
    jdbc.sql("UPDATE entity_intelligence SET process_id = :process WHERE entity_id = :id")
        .param("process", processId)
        .param("id", entityId)
        .update();
  }

  @Transactional(propagation = Propagation.MANDATORY)
  void step(long entityId, Step step, String status) {
    jdbc.sql(
            "UPDATE entity_intelligence SET "
                + step.taskType()
                + " = :status, updated_at = :now WHERE entity_id = :id")
        .param("status", status)
        .param("now", clock.millis())
        .param("id", entityId)
        .update();
  }

  /**
   * Notes that steps are in work, and so the photo, unless another step failed: its reason then
   * stays to be seen.
   */
  @Transactional(propagation = Propagation.MANDATORY)
  void began(long entityId, Collection<Step> steps, boolean otherFailed) {
    String columns =
        steps.stream()
            .map(step -> step.taskType() + " = 'processing', ")
            .collect(Collectors.joining());
    String overall =
        otherFailed
            ? ""
            : "overall_status = 'processing', incident = FALSE, error_message = NULL, ";
    jdbc.sql(
            "UPDATE entity_intelligence SET "
                + columns
                + overall
                + "updated_at = :now WHERE entity_id = :id")
        .param("now", clock.millis())
        .param("id", entityId)
        .update();
  }

  @Transactional(propagation = Propagation.MANDATORY)
  void overall(long entityId, String status, String error, boolean incident) {
    jdbc.sql(
            """
            UPDATE entity_intelligence SET overall_status = :status, error_message = :error,
              incident = :incident, updated_at = :now
            WHERE entity_id = :id""")
        .param("status", status)
        .param("error", error)
        .param("incident", incident)
        .param("now", clock.millis())
        .param("id", entityId)
        .update();
  }

  /** Notes which model looked for the faces of the content. */
  @Transactional(propagation = Propagation.MANDATORY)
  void detector(long entityId, String modelId) {
    jdbc.sql("UPDATE entity_intelligence SET detector = :model WHERE entity_id = :id")
        .param("model", modelId)
        .param("id", entityId)
        .update();
  }

  @Transactional(propagation = Propagation.MANDATORY)
  void faceCount(long entityId, int count) {
    jdbc.sql("UPDATE entity_intelligence SET face_count = :count WHERE entity_id = :id")
        .param("count", count)
        .param("id", entityId)
        .update();
  }

  /** Notes that the content in work is done. */
  @Transactional(propagation = Propagation.MANDATORY)
  void oneFaceLess(long entityId) {
    jdbc.sql(
            """
            UPDATE entity_intelligence SET face_count = face_count - 1, updated_at = :now
            WHERE entity_id = :id AND face_count > 0""")
        .param("now", clock.millis())
        .param("id", entityId)
        .update();
  }

  @Transactional(propagation = Propagation.MANDATORY)
  void completed(long entityId) {
    jdbc.sql(
            """
            UPDATE entity_intelligence SET overall_status = 'completed', error_message = NULL,
              incident = FALSE,
              processed_md5 = processing_md5, processed_version = processing_version,
              updated_at = :now
            WHERE entity_id = :id""")
        .param("now", clock.millis())
        .param("id", entityId)
        .update();
  }
}
