package dev.minsight.insight;

import dev.minsight.events.WakeUp;
import dev.minsight.store.EntityChanged;
import dev.minsight.support.MinsightProperties;
import dev.minsight.support.NudgedThread;
import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import org.springframework.transaction.event.TransactionalEventListener;

/**
 * Decides when to reconcile: after a commit, on a message, when a photo is done and its place is
 * free, and now and then in case all of these were missed. Wake-ups during a cycle merge into one
 * more cycle. One thread, so cycles never overlap.
 */
@Component("wakeUp")
public class ReconcileTrigger implements SmartLifecycle, WakeUp {

  private static final Logger LOG = LoggerFactory.getLogger(ReconcileTrigger.class);

  /** From one cycle to the next, so that a burst of changes gathers into few. */
  private static final long GATHER_MILLIS = 100;

  private static final long RETRY_MILLIS = 1000;

  private final Reconcile reconcile;
  private final Launcher launcher;
  private final Reprocess reprocess;
  private final Pauses pauses;
  private final Pipeline pipeline;
  private final VectorCollections collections;
  private final Cycle cycle;
  private final MinsightProperties settings;
  private final Clock clock;
  private final NudgedThread thread = new NudgedThread("reconcile", GATHER_MILLIS, this::round);

  /** Of the thread alone. */
  private boolean recovered;

  /** By {@link System#nanoTime}, or 0 when one is due. Of the thread alone. */
  private long lastSweep;

  ReconcileTrigger(
      Reconcile reconcile,
      Launcher launcher,
      Reprocess reprocess,
      Pauses pauses,
      Pipeline pipeline,
      VectorCollections collections,
      Cycle cycle,
      MinsightProperties settings,
      Clock clock) {
    this.reconcile = reconcile;
    this.launcher = launcher;
    this.reprocess = reprocess;
    this.pauses = pauses;
    this.pipeline = pipeline;
    this.collections = collections;
    this.cycle = cycle;
    this.settings = settings;
    this.clock = clock;
  }

  /** Asks for a cycle soon. */
  @Override
  public void wakeUp(String reason) {
    LOG.debug("Wake-up: {}", reason);
    thread.nudge();
  }

  @TransactionalEventListener
  void changed(EntityChanged change) {
    wakeUp("entity " + change.entityId());
  }

  @Override
  public void start() {
    if (settings.runs(MinsightProperties.Role.INSIGHT)) {
      recovered = false;
      lastSweep = 0;
      thread.start();
    }
  }

  @Override
  public void stop() {
    thread.stop();
  }

  @Override
  public boolean isRunning() {
    return thread.running();
  }

  @Override
  public int getPhase() {
    return Integer.MAX_VALUE - 300; // before the workers, so that the collections are open
  }

  private long round() {
    try {
      if (!recovered) {
        collections.openAll();
        recovered = true;
      }
      if (System.nanoTime() - lastSweep > settings.pipeline().sweepEvery().toNanos()
          || lastSweep == 0) {
        launcher.sweep(pipeline);
        lastSweep = System.nanoTime();
      }
      once();
      return untilNextLook();
    } catch (RuntimeException e) {
      LOG.warn("Reconciling failed and is tried again: {}", e.toString(), e);
      lastSweep = 0; // our database may have taken what the engine rolled back
      return RETRY_MILLIS;
    }
  }

  private void once() {
    readChanges();
    if (reprocess.nextWindow()) {
      wakeUp("there may be more to process again");
    }
    launcher.launch(pipeline);
  }

  /** Up to what was there at the beginning, so that a cycle ends also while more comes in. */
  private void readChanges() {
    Reconcile.Span span = reconcile.pending();
    if (span.empty()) {
      return;
    }
    long goal = span.to();
    cycle.begins(span.from(), goal);
    long before = reconcile.queuedSoFar();
    try {
      do {
        pipeline.reconcile();
        span = reconcile.pending();
      } while (thread.running() && span.from() < goal);
    } finally {
      cycle.ended(reconcile.queuedSoFar() - before);
    }
    if (!span.empty()) {
      wakeUp("more changes came in");
    }
  }

  /** The next sweep, or earlier the end of a pause. */
  private long untilNextLook() {
    long sweep = settings.pipeline().sweepEvery().toMillis();
    return pauses
        .current()
        .map(Pauses.Pause::expiresAt)
        .map(end -> Math.min(sweep, Math.max(1, end - clock.millis())))
        .orElse(sweep);
  }
}
