package dev.minsight.events;

import dev.minsight.support.Turns;
import jakarta.persistence.EntityManager;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.ExchangeException;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.component.jpa.TransactionStrategy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The judgement behind {@code routes/outbox.camel.yaml}: when the outbox is looked at, in which
 * transaction, and what becomes of each message.
 *
 * <p>A batch is read, and sent, in a read-only transaction, which holds no lock that a writer waits
 * for, however slow the broker is. What the broker acknowledged is deleted afterwards in one short
 * write transaction. A crash between the two sends the batch again: at least once, as MQTT's QoS 1.
 * Of several nodes on one database one relays at a time, so messages keep their order.
 *
 * <p>The route polls often and cheaply: without a reason to look, a poll ends here and touches no
 * database. All methods but {@link #wake} are called by the route's one thread.
 */
@Component("outboxRelay")
class OutboxRelay implements TransactionStrategy {

  private static final Logger LOG = LoggerFactory.getLogger(OutboxRelay.class);

  /** Delayed messages, and those of other nodes, are found this much late at most. */
  private static final long LOOK_AGAIN_NANOS = Duration.ofMillis(500).toNanos();

  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

  private final MqttConnection connection;
  private final EntityManager entities;
  private final TransactionTemplate readOnly;
  private final TransactionTemplate writing;
  private final Turns turns;
  private final Clock clock;

  private final AtomicBoolean woken = new AtomicBoolean(true);
  private long lastLook = System.nanoTime();

  private final List<Long> acknowledged = new ArrayList<>();
  private final Set<String> refusedTopics = new HashSet<>();
  private boolean brokerLost;

  OutboxRelay(
      MqttConnection connection,
      EntityManager entities,
      PlatformTransactionManager transactions,
      Turns turns,
      Clock clock) {
    this.connection = connection;
    this.entities = entities;
    this.readOnly = new TransactionTemplate(transactions);
    this.readOnly.setReadOnly(true);
    // Apart from the read-only transaction that is open around it.
    this.writing = new TransactionTemplate(transactions);
    this.writing.setPropagationBehavior(TransactionTemplate.PROPAGATION_REQUIRES_NEW);
    this.turns = turns;
    this.clock = clock;
  }

  /** There is something to send; any thread may say so. */
  void wake() {
    woken.set(true);
  }

  @Override
  public void executeInTransaction(Runnable readAndSend) {
    if (!worthLooking()) {
      return;
    }
    acknowledged.clear();
    refusedTopics.clear();
    brokerLost = false;
    readOnly.executeWithoutResult(
        status -> {
          if (!turns.tryTake("outbox-relay")) {
            return; // another node is at it
          }
          try {
            readAndSend.run();
          } finally {
            deleteAcknowledged();
          }
        });
  }

  /** Whether a message of the batch may be tried: not after an earlier one of its topic failed. */
  public boolean maySend(@ExchangeProperty("message") OutboxMessage message) {
    return !brokerLost && !refusedTopics.contains(message.getTopic());
  }

  /** The broker has the message. */
  public void sent(@ExchangeProperty("message") OutboxMessage message) {
    acknowledged.add(message.getId());
  }

  /** The broker does not have the message, or did not say so. */
  public void failed(
      @ExchangeProperty("message") OutboxMessage message, @ExchangeException Exception failure) {
    if (!connection.isConnected()) {
      brokerLost = true;
      return;
    }
    refusedTopics.add(message.getTopic());
    Duration pause = pauseAfter(message.getAttempts() + 1);
    if (message.getAttempts() == 0) {
      LOG.warn(
          "The MQTT broker did not take message {} to {}; it is tried again: {}",
          message.getId(),
          message.getTopic(),
          failure.getMessage());
    }
    putOff(message.getId(), pause);
  }

  private boolean worthLooking() {
    if (!connection.isConnected()) {
      return false;
    }
    long now = System.nanoTime();
    if (!woken.getAndSet(false) && now - lastLook < LOOK_AGAIN_NANOS) {
      return false;
    }
    lastLook = now;
    return true;
  }

  private void deleteAcknowledged() {
    if (acknowledged.isEmpty()) {
      return;
    }
    writing.executeWithoutResult(
        status -> {
          turns.take(Outbox.TURN);
          entities
              .createQuery("delete from OutboxMessage message where message.id in :ids")
              .setParameter("ids", acknowledged)
              .executeUpdate();
        });
    wake(); // there may be more than one batch
  }

  private void putOff(long id, Duration pause) {
    writing.executeWithoutResult(
        status ->
            entities
                .createQuery(
                    "update OutboxMessage message set message.attempts = message.attempts + 1,"
                        + " message.notBefore = :later where message.id = :id")
                .setParameter("later", clock.millis() + pause.toMillis())
                .setParameter("id", id)
                .executeUpdate());
  }

  /** 1 s, 2 s, 4 s, … up to five minutes. */
  private static Duration pauseAfter(int attempts) {
    Duration doubled = Duration.ofSeconds(1L << Math.min(attempts - 1, 20));
    return doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
  }
}
