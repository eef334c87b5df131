package dev.minsight.support;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Does rounds of work on a thread of its own: the next one soon after a nudge, or when the time is
 * up that the last one said. Rounds never overlap, and nudges during a round merge into one more.
 */
public final class NudgedThread {

  private final String name;
  private final long gatherMillis;
  private final LongSupplier round;
  private final Semaphore nudges = new Semaphore(0);
  private volatile boolean running;
  private Thread thread;

  /**
   * @param name of the thread
   * @param gatherMillis how long after a nudge others are waited for
   * @param round does the work; must not throw. Returns after how many milliseconds the next one is
   *     due without a nudge
   */
  public NudgedThread(String name, long gatherMillis, LongSupplier round) {
    this.name = name;
    this.gatherMillis = gatherMillis;
    this.round = round;
  }

  /** Begins with a round at once. */
  public void start() {
    running = true;
    thread = new Thread(this::run, name);
    thread.setDaemon(true);
    thread.start();
  }

  /** Asks for a round soon. */
  public void nudge() {
    if (nudges.availablePermits() == 0) {
      nudges.release();
    }
  }

  /** Lets the round at hand end, which should look at {@link #running} when it is long. */
  public void stop() {
    running = false;
    nudge();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * @return whether it was started and neither stopped nor interrupted
   */
  public boolean running() {
    return running;
  }

  private void run() {
    while (running) {
      await(round.getAsLong());
    }
  }

  private void await(long mostMillis) {
    try {
      nudges.tryAcquire(mostMillis, TimeUnit.MILLISECONDS);
      if (running) {
        TimeUnit.MILLISECONDS.sleep(gatherMillis);
      }
      nudges.drainPermits();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      running = false;
    }
  }
}
