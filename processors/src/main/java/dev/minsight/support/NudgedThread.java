package dev.minsight.support;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Does rounds of work on a thread of its own: the next one at a nudge, or when the time is up that
 * the last one said. Rounds never overlap, and nudges during a round and soon after it merge into
 * one more; a nudge after a quiet time is answered at once.
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
   * @param gatherMillis the least time from the end of a round to the next
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
    long end = System.nanoTime();
    try {
      nudges.tryAcquire(mostMillis, TimeUnit.MILLISECONDS);
      if (running) {
        // Not at all where the time is up already.
        TimeUnit.NANOSECONDS.sleep(gatherMillis * 1_000_000 - (System.nanoTime() - end));
      }
      nudges.drainPermits();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      running = false;
    }
  }
}
