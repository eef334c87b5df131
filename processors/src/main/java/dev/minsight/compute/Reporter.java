package dev.minsight.compute;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Reports the results of jobs of the API on a thread of its own, and together: one report costs
 * little more than another. While more work is in line it waits a moment for company.
 */
final class Reporter {

  /** Short beside what a client notices, long beside a quick job, milliseconds. */
  private static final long MOMENT_MILLIS = 15;

  private static final int MOST = 32;
  private static final long LONGEST_CLOSE_MILLIS = 10_000;
  private static final Assigned END = new Assigned(null, null);

  private final BlockingQueue<Assigned> finished = new LinkedBlockingQueue<>();
  private final BooleanSupplier moreInLine;
  private final Consumer<List<Assigned>> report;
  private final Thread thread;

  /**
   * @param threads makes its thread
   * @param moreInLine whether work waits for a thread
   * @param report reports results; does not fail
   */
  Reporter(ThreadFactory threads, BooleanSupplier moreInLine, Consumer<List<Assigned>> report) {
    this.moreInLine = moreInLine;
    this.report = report;
    this.thread = threads.newThread(this::run);
    thread.start();
  }

  void add(Assigned done) {
    finished.add(done);
  }

  /** Reports what is left, and ends. */
  void close() throws InterruptedException {
    finished.add(END);
    thread.join(LONGEST_CLOSE_MILLIS);
  }

  private void run() {
    try {
      for (boolean open = true; open; ) {
        List<Assigned> batch = new ArrayList<>();
        batch.add(finished.take());
        if (moreInLine.getAsBoolean()) {
          TimeUnit.MILLISECONDS.sleep(MOMENT_MILLIS);
        }
        finished.drainTo(batch, MOST - 1);
        open = !batch.remove(END);
        if (!batch.isEmpty()) {
          report.accept(batch);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
