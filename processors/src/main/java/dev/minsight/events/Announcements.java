package dev.minsight.events;

import java.time.Duration;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * What the house tells the world, each with the retention and timing that clients rely on. Every
 * method belongs into the transaction of the change it tells of, and fails without one.
 */
@Component
public class Announcements {

  /** A finished entity's status stays this long for clients that come late, then it is cleared. */
  static final Duration KEEP_TERMINAL_STATUS = Duration.ofSeconds(60);

  /**
   * An entity's steps end in quick succession; its snapshots on the way gather this long, the last
   * one does not wait.
   */
  static final Duration GATHER_STATUS = Duration.ofMillis(250);

  private final Outbox outbox;
  private final Topics topics;

  Announcements(Outbox outbox, Topics topics) {
    this.outbox = outbox;
    this.topics = topics;
  }

  /**
   * Something happened to a job.
   *
   * @param event what
   */
  @Transactional(propagation = Propagation.MANDATORY)
  public void job(JobEvent event) {
    outbox.publish(Topics.JOB_EVENTS, event.json(), false);
  }

  /**
   * Tells it once more, for clients that begin to listen only after they submitted.
   *
   * @param event what
   * @param delay how long from now
   */
  @Transactional(propagation = Propagation.MANDATORY)
  public void jobAgain(JobEvent event, Duration delay) {
    outbox.publishLater(Topics.JOB_EVENTS, event.json(), false, delay);
  }

  /**
   * The work on an entity has come further. Of snapshots that still wait only the newest leaves,
   * {@link #GATHER_STATUS} after the first of them at the latest; a terminal one leaves at once and
   * is cleared {@link #KEEP_TERMINAL_STATUS} later unless a newer one is told.
   *
   * @param status how far
   */
  @Transactional(propagation = Propagation.MANDATORY)
  public void entity(EntityStatus status) {
    String topic = topics.entityStatus(status.entityId());
    if (status.terminal()) {
      outbox.publishLatest(topic, topic, status.json(), true, Duration.ZERO);
      outbox.publishLatest(clearKey(topic), topic, null, true, KEEP_TERMINAL_STATUS);
    } else {
      outbox.publishGathered(topic, topic, status.json(), true, GATHER_STATUS);
      outbox.cancel(clearKey(topic));
    }
  }

  /**
   * The entity is new, has a new file, or is gone: what is retained about it is no longer true. The
   * first status of the new content, when it follows at once, says so too and spares this message.
   *
   * @param entityId id of the entity
   */
  @Transactional(propagation = Propagation.MANDATORY)
  public void clearEntity(long entityId) {
    String topic = topics.entityStatus(entityId);
    outbox.publishGathered(topic, topic, null, true, GATHER_STATUS);
    outbox.cancel(clearKey(topic));
  }

  /**
   * New media, or media whose file was replaced.
   *
   * @param item which
   */
  @Transactional(propagation = Propagation.MANDATORY)
  public void item(StoreItem item) {
    outbox.publish(topics.items(), item.json(), false);
  }

  private static String clearKey(String topic) {
    return "clear:" + topic;
  }
}
