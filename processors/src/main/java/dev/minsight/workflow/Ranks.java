package dev.minsight.workflow;

import dev.minsight.support.MinsightProperties;
import org.springframework.stereotype.Component;

/**
 * The engine's priority of a job: high numbers first. Ours is low-is-urgent, and must not let the
 * rest starve, so a job counts as if it had been handed in later the less urgent it is: the order
 * is by creation time plus a fixed wait for each step of priority (earliest virtual deadline
 * first).
 */
@Component
class Ranks {

  private final long stepMillis;

  Ranks(MinsightProperties settings) {
    this.stepMillis = settings.compute().priorityStep().toMillis();
  }

  /**
   * @param priority 0 most urgent, 10 least
   * @param createdAt ms since epoch
   */
  long of(int priority, long createdAt) {
    return -(createdAt + priority * stepMillis);
  }
}
