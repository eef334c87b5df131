package dev.minsight.insight;

import dev.minsight.ml.ModelSpec;
import java.time.Clock;
import java.util.HashSet;
import java.util.Set;

/** Where the upgrade of one task stands in this process. Used by one thread. */
final class UpgradeState {

  /** Counting takes at most this share of the time. */
  private static final int COUNTING_SHARE = 20;

  private static final long LEAST_MILLIS = 1000;

  private final String task;
  private final ModelSpec target;
  private final Clock clock;
  private long cursor;
  private final Set<Long> failedOnce = new HashSet<>();
  private boolean unsure = true;
  private String reason;
  private UpgradeTable.Counts counts;
  private long firstDone;
  private long begunAt;
  private long countAgainAt;

  UpgradeState(String task, ModelSpec target, Clock clock) {
    this.task = task;
    this.target = target;
    this.clock = clock;
  }

  ModelSpec target() {
    return target;
  }

  /** Photos up to this one were looked at. */
  long cursor() {
    return cursor;
  }

  void cursor(long entityId) {
    cursor = entityId;
  }

  /** Whether there may be something to describe. */
  boolean unsure() {
    return unsure;
  }

  void unsure(boolean value) {
    unsure = value;
  }

  /** Why it waits, or null. */
  void reason(String words) {
    reason = words;
    if (words != null) {
      failedOnce.clear();
    }
  }

  /** Notes that a photo used up its tries, and says whether it had done so before. */
  boolean failedBefore(long entityId) {
    return !failedOnce.add(entityId);
  }

  /** Counts now and then; with millions of photos that takes a while. */
  void count(UpgradeTable table) {
    long now = clock.millis();
    if (counts != null && now < countAgainAt) {
      return;
    }
    long started = System.nanoTime();
    counts = table.counts(task, target.id());
    long tookMillis = (System.nanoTime() - started) / 1_000_000;
    countAgainAt = now + Math.max(LEAST_MILLIS, COUNTING_SHARE * tookMillis);
    if (begunAt == 0) {
      begunAt = now;
      firstDone = counts.done();
    }
  }

  /** Whether the last count found nothing to describe. */
  boolean nothingMissing() {
    return counts != null && counts.missing() == 0;
  }

  /** Counts anew the next time. */
  void changed() {
    countAgainAt = 0;
  }

  /**
   * @param from model that goes on serving, or null
   */
  UpgradeProgress progress(String from) {
    long now = clock.millis();
    UpgradeTable.Counts seen = counts == null ? new UpgradeTable.Counts(0, 0, 0) : counts;
    long made = seen.done() - firstDone;
    Long eta = reason != null || made <= 0 ? null : seen.missing() * (now - begunAt) / made / 1000;
    return new UpgradeProgress(
        task,
        from,
        target.id(),
        seen.done(),
        seen.done() + seen.missing() + seen.failed(),
        seen.failed(),
        eta,
        reason,
        now);
  }
}
