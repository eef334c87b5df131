package dev.minsight.insight;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.minsight.support.ApiException;
import dev.minsight.support.Caller;
import dev.minsight.support.IdCounter;
import dev.minsight.support.NotFoundException;
import dev.minsight.support.Rows;
import dev.minsight.support.Turns;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Processes photos once more: a new generation begins on the same content. What was found before
 * answers until the new results are there, and faces that are found again keep their ids and their
 * persons. A photo that is in work already is left alone.
 *
 * <p>A wish for many photos is a row, carried out a window at a time behind new photos, and goes on
 * after a restart.
 */
@Component
public class Reprocess {

  private static final int WINDOW = 500;

  /** Behind what comes in meanwhile. */
  private static final int BULK_PRIORITY = 7;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final JdbcClient jdbc;
  private final IntelligenceTable table;
  private final Qualification qualification;
  private final Turns turns;
  private final IdCounter ids;
  private final Clock clock;
  private final ObjectProvider<Pipeline> pipeline;
  private final TransactionTemplate write;

  Reprocess(
      JdbcClient jdbc,
      IntelligenceTable table,
      Qualification qualification,
      Turns turns,
      IdCounter ids,
      Clock clock,
      ObjectProvider<Pipeline> pipeline,
      PlatformTransactionManager transactions) {
    this.jdbc = jdbc;
    this.table = table;
    this.qualification = qualification;
    this.turns = turns;
    this.ids = ids;
    this.clock = clock;
    this.pipeline = pipeline;
    this.write = new TransactionTemplate(transactions);
  }

  /**
   * What a wish would do.
   *
   * @param matched files that fit the filter
   * @param queue of them, photos that would be processed again
   * @param inWork of them, photos that are in work or wait already
   * @param trashed of them, photos in the trash
   * @param noPictures of them, files that are no pictures
   */
  public record Outlook(long matched, long queue, long inWork, long trashed, long noPictures) {}

  /**
   * A wish.
   *
   * @param id of the wish
   * @param filter which photos, JSON
   * @param requestedBy who wished it, null for nobody known
   * @param requestedAt ms since epoch
   * @param matched files that fitted at that time
   * @param queued photos queued so far
   * @param skipped files that fitted and were left alone so far
   * @param endedAt ms since epoch when all were looked at, or null
   */
  public record Request(
      long id,
      String filter,
      String requestedBy,
      long requestedAt,
      long matched,
      long queued,
      long skipped,
      Long endedAt) {}

  /** An entity that fits, as far as it matters here. */
  private record Candidate(
      long id, String type, String md5, boolean isDeleted, Long version, Integer generation) {}

  /**
   * Queues one photo again, ahead of bulk wishes.
   *
   * @param entityId the photo
   * @return its state: queued, or as it was if it is in work
   * @throws NotFoundException no such entity
   * @throws ApiException 409 when it is in the trash or no picture
   */
  public Intelligence one(long entityId) {
    Candidate entity =
        candidates(ReprocessFilter.only(entityId), 0, entityId).stream()
            .findFirst()
            .orElseThrow(() -> new NotFoundException("Entity not found"));
    if (entity.isDeleted()) {
      throw new ApiException(409, "Entity " + entityId + " is in the trash; restore it first");
    }
    if (!qualification.covers(entity.type(), entity.md5())) {
      throw new ApiException(
          409,
          "Entity %d is no picture (%s); only pictures are processed%s"
              .formatted(
                  entityId,
                  entity.type() == null ? "a collection" : entity.type(),
                  Qualification.VIDEO.equals(entity.type())
                      ? ", and videos where minsight.pipeline.videos.key-frames is true"
                      : ""));
    }
    List<Intelligence> before =
        Objects.requireNonNull(
            write.execute(
                tx -> {
                  List<Intelligence> queued = queue(List.of(entity), Intelligence.NEW_CONTENT);
                  if (!queued.isEmpty()) {
                    note(ReprocessFilter.only(entityId), 1, entityId, 1);
                  }
                  return queued;
                }));
    endProcesses(before);
    return table.find(entityId).orElseThrow(() -> new NotFoundException("Entity not found"));
  }

  /**
   * @param filter which photos
   * @return what processing them again would mean now
   */
  @Transactional(readOnly = true)
  public Outlook outlook(ReprocessFilter filter) {
    return jdbc.sql(
            """
            SELECT COUNT(*) AS matched,
              COALESCE(SUM(CASE WHEN picture AND NOT trashed AND NOT busy THEN 1 END), 0) AS queue,
              COALESCE(SUM(CASE WHEN picture AND NOT trashed AND busy THEN 1 END), 0) AS in_work,
              COALESCE(SUM(CASE WHEN picture AND trashed THEN 1 END), 0) AS trashed,
              COALESCE(SUM(CASE WHEN NOT picture THEN 1 END), 0) AS no_pictures
            FROM (
              SELECT e.is_deleted AS trashed,
                COALESCE(e.type IN (:covered), FALSE) AND e.md5 IS NOT NULL AS picture,
                COALESCE(i.overall_status IN ('queued', 'processing'), FALSE) AS busy
              FROM entities e LEFT JOIN entity_intelligence i ON i.entity_id = e.id
              WHERE\s"""
                + filter.condition()
                + ") fitting")
        .params(filter.parameters())
        .param("covered", qualification.types())
        .query(Rows.as(Outlook.class))
        .single();
  }

  /**
   * Wishes that photos be processed again; {@link #nextWindow} carries it out.
   *
   * @param filter which photos
   * @return the wish
   */
  public Request request(ReprocessFilter filter) {
    long matched = outlook(filter).matched();
    return Objects.requireNonNull(
        write.execute(
            tx -> {
              long newest =
                  jdbc.sql("SELECT COALESCE(MAX(id), 0) FROM entities").query(Long.class).single();
              return find(note(filter, matched, newest, null)).orElseThrow();
            }));
  }

  /** Notes a wish; one that is carried out already when it says how many were queued. */
  private long note(ReprocessFilter filter, long matched, long upTo, Integer queued) {
    long id = ids.next("reprocess");
    long now = clock.millis();
    jdbc.sql(
            """
            INSERT INTO reprocess_requests (id, filter, requested_by, requested_at, matched, up_to,
              next_after, queued, ended_at)
            VALUES (:id, :filter, :by, :now, :matched, :up, :after, :queued, :ended)""")
        .param("id", id)
        .param("filter", json(filter))
        .param("by", Caller.current().userId())
        .param("now", now)
        .param("matched", matched)
        .param("up", upTo)
        .param("after", queued == null ? 0 : upTo)
        .param("queued", queued == null ? 0 : queued)
        .param("ended", queued == null ? null : now)
        .update();
    return id;
  }

  private Optional<Request> find(long id) {
    return jdbc.sql("SELECT * FROM reprocess_requests WHERE id = :id")
        .param("id", id)
        .query(Rows.as(Request.class))
        .optional();
  }

  /**
   * @param limit most to return
   * @return wishes, newest first
   */
  @Transactional(readOnly = true)
  public List<Request> newest(int limit) {
    return jdbc.sql("SELECT * FROM reprocess_requests ORDER BY id DESC LIMIT :limit")
        .param("limit", limit)
        .query(Rows.as(Request.class))
        .list();
  }

  /**
   * @return wishes that are being carried out, oldest first
   */
  @Transactional(readOnly = true)
  public List<Request> open() {
    return jdbc.sql("SELECT * FROM reprocess_requests WHERE ended_at IS NULL ORDER BY id")
        .query(Rows.as(Request.class))
        .list();
  }

  /** A wish that is being carried out. */
  private record Open(long id, String filter, long upTo, long nextAfter) {}

  /**
   * Carries on with the oldest wish.
   *
   * @return whether there may be more to do
   */
  public boolean nextWindow() {
    List<Intelligence> queued = write.execute(tx -> carryOn());
    if (queued == null) {
      return false;
    }
    endProcesses(queued);
    return true;
  }

  /** The rows of the next window as they were, or null when there is no wish to carry out. */
  private List<Intelligence> carryOn() {
    Open open =
        jdbc.sql(
                """
                SELECT id, filter, up_to, next_after FROM reprocess_requests
                WHERE ended_at IS NULL ORDER BY id LIMIT 1"""
                    + turns.forUpdate())
            .query(Rows.as(Open.class))
            .optional()
            .orElse(null);
    if (open == null) {
      return null;
    }
    List<Candidate> some = candidates(filter(open.filter()), open.nextAfter(), open.upTo());
    List<Intelligence> queued = queue(some, BULK_PRIORITY);
    boolean last = some.size() < WINDOW;
    long cursor = last ? open.upTo() : some.get(some.size() - 1).id();
    jdbc.sql(
            """
            UPDATE reprocess_requests SET next_after = :cursor, queued = queued + :queued,
              skipped = skipped + :skipped, ended_at = :ended WHERE id = :id""")
        .param("cursor", cursor)
        .param("queued", queued.size())
        .param("skipped", some.size() - queued.size())
        .param("ended", last ? clock.millis() : null)
        .param("id", open.id())
        .update();
    return queued;
  }

  private List<Candidate> candidates(ReprocessFilter filter, long after, long upTo) {
    return jdbc.sql(
            """
            SELECT e.id, e.type, e.md5, e.is_deleted, i.generation,
              (SELECT MAX(v.transaction_id) FROM entities_version v WHERE v.id = e.id) AS version
            FROM entities e LEFT JOIN entity_intelligence i ON i.entity_id = e.id
            WHERE e.id > :after AND e.id <= :up_to AND\s"""
                + filter.condition()
                + " ORDER BY e.id LIMIT :window")
        .params(filter.parameters())
        .param("after", after)
        .param("up_to", upTo)
        .param("window", WINDOW)
        .query(Rows.as(Candidate.class))
        .list();
  }

  /** Queues those that may be; returns their rows as they were. */
  private List<Intelligence> queue(List<Candidate> some, int priority) {
    turns.take("reconcile"); // a change of the content is seen before or after, not in between
    Map<Long, Intelligence> known = table.hold(some.stream().map(Candidate::id).toList());
    List<Intelligence> before = new ArrayList<>();
    for (Candidate entity : some) {
      Intelligence row = known.get(entity.id());
      if (qualification.covers(entity.type(), entity.md5())
          && !entity.isDeleted()
          && (row == null || row.terminal())) {
        table.queue(entity.id(), entity.md5(), entity.version(), priority);
        before.add(row == null ? table.find(entity.id()).orElseThrow() : row);
      }
    }
    return before;
  }

  /** Processes that waited for somebody to retry a step are in nobody's way any more. */
  private void endProcesses(List<Intelligence> before) {
    before.stream()
        .filter(Intelligence::incident)
        .forEach(
            row -> pipeline.ifAvailable(engine -> engine.cancel(row.entityId(), row.generation())));
  }

  private static String json(ReprocessFilter filter) {
    try {
      return JSON.writeValueAsString(filter);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not JSON: " + filter, e);
    }
  }

  private static ReprocessFilter filter(String json) {
    try {
      return JSON.readValue(json, ReprocessFilter.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a row of reprocess_requests holds broken JSON: " + json, e);
    }
  }
}
