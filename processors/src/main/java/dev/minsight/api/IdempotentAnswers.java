package dev.minsight.api;

import dev.minsight.support.Chore;
import dev.minsight.support.MinsightProperties;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Who works on which Idempotency-Key, and what was answered. A claim is a lease that its process
 * extends while it works, so that a crash frees the key: whether the work was done is then unknown,
 * and the next request with that key does it (again).
 */
@Component
class IdempotentAnswers implements Chore {

  private static final Logger LOG = LoggerFactory.getLogger(IdempotentAnswers.class);

  /** Three times the pause between two extensions: two of them may be late. */
  static final Duration LEASE = Duration.ofSeconds(30);

  private final JdbcClient jdbc;
  private final Clock clock;
  private final Duration keep;
  private final String holder = UUID.randomUUID().toString();
  private final Set<String> working = ConcurrentHashMap.newKeySet();

  IdempotentAnswers(JdbcClient jdbc, Clock clock, MinsightProperties settings) {
    this.jdbc = jdbc;
    this.clock = clock;
    this.keep = settings.api().idempotencyKeep();
  }

  /** What is known of a key when a request with it comes in. */
  sealed interface Found permits Mine, Busy, Different, Answered {}

  /** Nobody worked on it; now this request does. */
  record Mine() implements Found {}

  /** Another request works on it. */
  record Busy() implements Found {}

  /** It was used with other content. */
  record Different() implements Found {}

  /**
   * It was answered before.
   *
   * @param status HTTP status
   * @param contentType of the body, null without one
   * @param etag of what was answered, or null
   * @param body text of the answer, or null
   */
  record Answered(int status, String contentType, String etag, String body) implements Found {}

  private record Row(String fingerprint, long leaseUntil, Answered answer, long expiresAt) {}

  /**
   * Claims a key for the calling request, or says why that is not possible.
   *
   * @param id hash of caller, operation and key
   * @param fingerprint hash of what is sent
   */
  @Transactional
  public Found claim(String id, String fingerprint) {
    long now = clock.millis();
    long lease = now + LEASE.toMillis();
    int inserted =
        jdbc.sql(
                """
                INSERT INTO idempotent_answers (id, fingerprint, holder, lease_until, expires_at)
                VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING""")
            .params(id, fingerprint, holder, lease, now + keep.toMillis())
            .update();
    if (inserted == 1) {
      return mine(id);
    }
    Row row = row(id);
    if (row.expiresAt() <= now || row.answer() == null && row.leaseUntil() <= now) {
      return takeOver(id, fingerprint, row, lease) ? mine(id) : new Busy();
    }
    if (!row.fingerprint().equals(fingerprint)) {
      return new Different();
    }
    return row.answer() == null ? new Busy() : row.answer();
  }

  private Found mine(String id) {
    working.add(id);
    return new Mine();
  }

  private Row row(String id) {
    return jdbc.sql("SELECT * FROM idempotent_answers WHERE id = ?")
        .param(id)
        .query(
            (rs, n) -> {
              int status = rs.getInt("status");
              Answered answer =
                  rs.wasNull()
                      ? null
                      : new Answered(
                          status,
                          rs.getString("content_type"),
                          rs.getString("etag"),
                          rs.getString("body"));
              return new Row(
                  rs.getString("fingerprint"),
                  rs.getLong("lease_until"),
                  answer,
                  rs.getLong("expires_at"));
            })
        .single();
  }

  private boolean takeOver(String id, String fingerprint, Row row, long lease) {
    return jdbc.sql(
                """
                UPDATE idempotent_answers SET fingerprint = ?, holder = ?, lease_until = ?,
                  status = NULL, content_type = NULL, etag = NULL, body = NULL, expires_at = ?
                WHERE id = ? AND lease_until = ? AND expires_at = ?""")
            .params(
                fingerprint,
                holder,
                lease,
                clock.millis() + keep.toMillis(),
                id,
                row.leaseUntil(),
                row.expiresAt())
            .update()
        == 1;
  }

  /** Keeps the answer of a claim. */
  @Transactional
  public void answer(String id, Answered answer) {
    working.remove(id);
    jdbc.sql(
            """
            UPDATE idempotent_answers SET status = ?, content_type = ?, etag = ?, body = ?,
              expires_at = ?
            WHERE id = ? AND holder = ? AND status IS NULL""")
        .params(
            answer.status(),
            answer.contentType(),
            answer.etag(),
            answer.body(),
            clock.millis() + keep.toMillis(),
            id,
            holder)
        .update();
  }

  /** Gives a claim back without an answer: the next request with the key does the work. */
  @Transactional
  public void release(String id) {
    working.remove(id);
    jdbc.sql("DELETE FROM idempotent_answers WHERE id = ? AND holder = ? AND status IS NULL")
        .params(id, holder)
        .update();
  }

  /** Says that this process is still alive and at work. */
  @Scheduled(fixedDelay = 10_000)
  void extend() {
    for (String id : working) {
      try {
        jdbc.sql(
                """
                UPDATE idempotent_answers SET lease_until = ?
                WHERE id = ? AND holder = ? AND status IS NULL""")
            .params(clock.millis() + LEASE.toMillis(), id, holder)
            .update();
      } catch (RuntimeException e) {
        LOG.warn("An Idempotency-Key in work could not be extended: {}", e.toString());
      }
    }
  }

  /** Forgets what was kept long enough. */
  @Override
  @Transactional
  public long run() {
    return jdbc.sql("DELETE FROM idempotent_answers WHERE expires_at <= ?")
        .param(clock.millis())
        .update();
  }

  @Override
  public String name() {
    return "kept-answers";
  }
}
