package dev.minsight.store;

import dev.minsight.support.Rows;
import java.time.Clock;
import java.util.Optional;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * What became of the streams that were asked for. Every change says what it believes to change, and
 * one of two who believe the same is told that the other was first; so a video is encoded once,
 * however many ask, on all nodes.
 */
@Component
class StreamRows {

  static final String MAKING = "making";
  static final String READY = "ready";
  static final String FAILED = "failed";

  private final JdbcClient jdbc;
  private final Clock clock;
  private final ObjectProvider<StreamMaker> maker;

  StreamRows(JdbcClient jdbc, Clock clock, ObjectProvider<StreamMaker> maker) {
    this.jdbc = jdbc;
    this.clock = clock;
    this.maker = maker;
  }

  /**
   * A row.
   *
   * @param jobId null until the job is known
   * @param state {@link #MAKING}, {@link #READY} or {@link #FAILED}
   * @param reason of a failure
   * @param createdAt ms since epoch; tells one wish from the next
   */
  record Row(long entityId, String jobId, String state, String reason, long createdAt) {

    boolean is(String other) {
      return state.equals(other);
    }
  }

  @Transactional(readOnly = true)
  public Optional<Row> find(long entityId) {
    return jdbc.sql("SELECT * FROM streams WHERE entity_id = :id")
        .param("id", entityId)
        .query(Rows.as(Row.class))
        .optional();
  }

  /** The first wish for a stream; empty if somebody was first, or the entity is gone. */
  @Transactional
  public Optional<Row> wish(long entityId) {
    long now = clock.millis();
    int added =
        jdbc.sql(
                """
                INSERT INTO streams (entity_id, state, created_at)
                SELECT id, 'making', :now FROM entities WHERE id = :id
                ON CONFLICT (entity_id) DO NOTHING""")
            .param("id", entityId)
            .param("now", now)
            .update();
    return wished(added, entityId, now);
  }

  /** Another wish instead of one that came to nothing; empty if somebody was first. */
  @Transactional
  public Optional<Row> wishAgain(Row before) {
    long now = Math.max(clock.millis(), before.createdAt() + 1);
    int changed =
        jdbc.sql(
                """
                UPDATE streams SET state = 'making', job_id = NULL, reason = NULL, created_at = :now
                WHERE entity_id = :id AND created_at = :before""")
            .param("id", before.entityId())
            .param("before", before.createdAt())
            .param("now", now)
            .update();
    return wished(changed, before.entityId(), now);
  }

  private static Optional<Row> wished(int rows, long entityId, long now) {
    return rows == 1 ? Optional.of(new Row(entityId, null, MAKING, null, now)) : Optional.empty();
  }

  /** Notes the job of a wish; if nobody wishes it any more, the job is called off. */
  @Transactional
  public void begun(Row wish, String jobId) {
    int noted =
        jdbc.sql(
                """
                UPDATE streams SET job_id = :job
                WHERE entity_id = :id AND created_at = :wished AND job_id IS NULL""")
            .param("id", wish.entityId())
            .param("wished", wish.createdAt())
            .param("job", jobId)
            .update();
    if (noted == 0) {
      withdraw(jobId);
    }
  }

  /** Notes how a wish ended. */
  @Transactional
  public void ended(Row wish, String state, String reason) {
    jdbc.sql(
            """
            UPDATE streams SET state = :state, reason = :reason
            WHERE entity_id = :id AND created_at = :wished""")
        .param("id", wish.entityId())
        .param("wished", wish.createdAt())
        .param("state", state)
        .param("reason", reason)
        .update();
  }

  /** Takes a wish back for which there is no job. */
  @Transactional
  public void unwish(Row wish) {
    jdbc.sql(
            """
            DELETE FROM streams
            WHERE entity_id = :id AND created_at = :wished AND job_id IS NULL""")
        .param("id", wish.entityId())
        .param("wished", wish.createdAt())
        .update();
  }

  /** Forgets an entity's stream and calls its job off, in the caller's transaction. */
  @Transactional(propagation = Propagation.MANDATORY)
  public void forget(long entityId) {
    jdbc.sql("DELETE FROM streams WHERE entity_id = :id RETURNING job_id")
        .param("id", entityId)
        .query((row, n) -> Optional.ofNullable(row.getString(1)))
        .list()
        .forEach(job -> job.ifPresent(this::withdraw));
  }

  private void withdraw(String jobId) {
    maker.ifAvailable(jobs -> jobs.withdraw(jobId));
  }
}
