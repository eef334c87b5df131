package dev.minsight.insight;

import dev.minsight.support.MinsightProperties;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/** Lets {@link DuplicateFinder} work off its queue, in a thread of its own, beside everything. */
@Component
class DuplicateSchedule implements SmartLifecycle {

  private static final Logger LOG = LoggerFactory.getLogger(DuplicateSchedule.class);

  private static final long EVERY_MILLIS = 1_000;

  private final DuplicateFinder finder;
  private final boolean mine;
  private volatile ScheduledExecutorService thread;

  DuplicateSchedule(DuplicateFinder finder, MinsightProperties settings) {
    this.finder = finder;
    this.mine = settings.runs(MinsightProperties.Role.INSIGHT);
  }

  @Override
  public void start() {
    if (!mine) {
      return;
    }
    thread =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread daemon = new Thread(task, "near-duplicates");
              daemon.setDaemon(true);
              return daemon;
            });
    thread.scheduleWithFixedDelay(this::rounds, EVERY_MILLIS, EVERY_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void rounds() {
    try {
      while (isRunning() && finder.round()) {
        LOG.debug("More photos wait for a look at their near-duplicates");
      }
    } catch (RuntimeException e) {
      LOG.warn("Looking for near-duplicates failed and is tried again: {}", e.toString());
    }
  }

  /** Waits for the round under way: it may be writing. */
  @Override
  public void stop() {
    ScheduledExecutorService running = thread;
    thread = null;
    if (running != null) {
      running.shutdown();
      try {
        if (!running.awaitTermination(10, TimeUnit.SECONDS)) {
          running.shutdownNow();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public boolean isRunning() {
    return thread != null;
  }

  /** With reconcile: stopped before the index and the database go. */
  @Override
  public int getPhase() {
    return Integer.MAX_VALUE - 300;
  }
}
