package dev.minsight.events;

import dev.minsight.support.IdCounter;
import dev.minsight.support.Turns;
import jakarta.persistence.EntityManager;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Messages that leave if, and only if, the change they tell of is committed (the transactional
 * outbox pattern, microservices.io/patterns/data/transactional-outbox.html). Every method needs the
 * caller's transaction and fails without one. Delivery is at least once, in the order of writing
 * for each topic.
 *
 * <p>The rows are written at the end of the transaction, in one go: every writer needs the table's
 * {@link #TURN} and the counter's row, so they come last and are held for no longer than the commit
 * takes. Taken earlier they would let two transactions wait for each other (PostgreSQL).
 */
@Component
public class Outbox {

  /** Far above any payload of the contract; a larger one is a mistake. */
  static final int MAX_PAYLOAD_CHARS = 65_536;

  static final int MAX_TOPIC_CHARS = 255;

  /** Taken by whoever writes or deletes several rows; see {@link Turns}. */
  static final String TURN = "outbox";

  private static final String INSERT =
      """
      INSERT INTO outbox (id, topic, payload, retained, coalesce_key, not_before, created_at)
      VALUES (?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (coalesce_key) DO UPDATE SET id = excluded.id, topic = excluded.topic,
        payload = excluded.payload, retained = excluded.retained, attempts = 0,
        created_at = excluded.created_at, not_before =\s""";

  private static final String NEW_TIME = "excluded.not_before";

  private static final String EARLIER_TIME =
      """
      CASE WHEN outbox.not_before < excluded.not_before THEN outbox.not_before
        ELSE excluded.not_before END""";

  private final JdbcClient jdbc;
  private final IdCounter ids;
  private final Turns turns;
  private final EntityManager entities;
  private final OutboxRelay relay;
  private final Clock clock;

  Outbox(
      JdbcClient jdbc,
      IdCounter ids,
      Turns turns,
      EntityManager entities,
      OutboxRelay relay,
      Clock clock) {
    this.jdbc = jdbc;
    this.ids = ids;
    this.turns = turns;
    this.entities = entities;
    this.relay = relay;
    this.clock = clock;
  }

  /** A row to be written, or, without a topic, the row of a key to be deleted. */
  private record Change(
      String topic,
      String payload,
      boolean retained,
      String key,
      long notBefore,
      long createdAt,
      boolean keepEarlierTime) {}

  /**
   * Sends a message once the transaction is committed.
   *
   * @param topic where to; no wildcards
   * @param payload what; null or empty clears a retained topic
   * @param retained whether the broker keeps it for later subscribers
   */
  @Transactional(propagation = Propagation.MANDATORY)
  public void publish(String topic, String payload, boolean retained) {
    write(topic, payload, retained, null, Duration.ZERO, false);
  }

  /**
   * As {@link #publish}, and takes the place of the message with the same key that still waits, so
   * that of several snapshots only the newest leaves; when is what the newest says.
   *
   * @param key what the message is about, at most 255 characters
   * @param topic where to; no wildcards
   * @param payload what; null or empty clears a retained topic
   * @param retained whether the broker keeps it for later subscribers
   * @param delay how long to wait after now; zero for at once
   */
  @Transactional(propagation = Propagation.MANDATORY)
  public void publishLatest(
      String key, String topic, String payload, boolean retained, Duration delay) {
    write(topic, payload, retained, key, delay, false);
  }

  /**
   * As {@link #publishLatest}, for snapshots that come in quick succession: the first waits so
   * long, those that follow meanwhile take its place and its time, and one message tells them all.
   *
   * @param key what the message is about, at most 255 characters
   * @param topic where to; no wildcards
   * @param payload what; null or empty clears a retained topic
   * @param retained whether the broker keeps it for later subscribers
   * @param pause how long to gather, not zero
   */
  @Transactional(propagation = Propagation.MANDATORY)
  public void publishGathered(
      String key, String topic, String payload, boolean retained, Duration pause) {
    write(topic, payload, retained, key, pause, true);
  }

  /**
   * Sends a message some time after the transaction is committed.
   *
   * @param topic where to; no wildcards
   * @param payload what; null or empty clears a retained topic
   * @param retained whether the broker keeps it for later subscribers
   * @param delay how long to wait after now
   */
  @Transactional(propagation = Propagation.MANDATORY)
  public void publishLater(String topic, String payload, boolean retained, Duration delay) {
    write(topic, payload, retained, null, delay, false);
  }

  /**
   * Takes back a message that still waits; one that has left already cannot be.
   *
   * @param key the key it was published under
   */
  @Transactional(propagation = Propagation.MANDATORY)
  public void cancel(String key) {
    pending().changes.add(new Change(null, null, false, key, 0, 0, false));
  }

  private void write(
      String topic,
      String payload,
      boolean retained,
      String key,
      Duration delay,
      boolean keepEarlierTime) {
    check(topic, payload, key, delay);
    long now = clock.millis();
    Pending pending = pending();
    pending.changes.add(
        new Change(topic, payload, retained, key, now + delay.toMillis(), now, keepEarlierTime));
    pending.due |= delay.isZero();
  }

  /** What the transaction has to say so far; found among its synchronizations. */
  private Pending pending() {
    for (TransactionSynchronization known :
        TransactionSynchronizationManager.getSynchronizations()) {
      if (known instanceof Pending pending) {
        return pending;
      }
    }
    Pending pending = new Pending();
    TransactionSynchronizationManager.registerSynchronization(pending);
    return pending;
  }

  private final class Pending implements TransactionSynchronization {

    private final List<Change> changes = new ArrayList<>();
    private boolean due;

    @Override
    public void beforeCommit(boolean readOnly) {
      entities.flush(); // its rows come before those that everybody shares
      turns.take(TURN);
      int messages = (int) changes.stream().filter(change -> change.topic() != null).count();
      long id = messages == 0 ? 0 : ids.next("outbox", messages);
      for (Change change : changes) {
        if (change.topic() == null) {
          jdbc.sql("DELETE FROM outbox WHERE coalesce_key = ?").param(change.key()).update();
        } else {
          insert(id++, change);
        }
      }
    }

    @Override
    public void afterCommit() {
      if (due) {
        relay.wake();
      }
    }
  }

  /** No key is null in the database, and nulls never collide. */
  private void insert(long id, Change change) {
    jdbc.sql(INSERT + (change.keepEarlierTime() ? EARLIER_TIME : NEW_TIME))
        .params(
            id,
            change.topic(),
            change.payload(),
            change.retained(),
            change.key(),
            change.notBefore(),
            change.createdAt())
        .update();
  }

  /** What no broker takes must not get into the queue in front of all others. */
  private static void check(String topic, String payload, String key, Duration delay) {
    if (topic.isBlank()
        || topic.length() > MAX_TOPIC_CHARS
        || topic.chars().anyMatch(c -> c == '+' || c == '#' || c == 0)) {
      throw new IllegalArgumentException(
          "topic '%s': 1 to %d characters without + and #".formatted(topic, MAX_TOPIC_CHARS));
    }
    if (payload != null && payload.length() > MAX_PAYLOAD_CHARS) {
      throw new IllegalArgumentException(
          "a message of %d characters to %s; at most %d"
              .formatted(payload.length(), topic, MAX_PAYLOAD_CHARS));
    }
    if (key != null && (key.isBlank() || key.length() > MAX_TOPIC_CHARS)) {
      throw new IllegalArgumentException(
          "key '%s': 1 to %d characters".formatted(key, MAX_TOPIC_CHARS));
    }
    if (delay.isNegative()) {
      throw new IllegalArgumentException("a delay of " + delay);
    }
  }
}
