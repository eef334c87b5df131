package dev.minsight.ml;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Stops runs that take too long: the runtime looks at a flag between two nodes of the graph. */
final class Deadline implements AutoCloseable {

  private final Duration limit;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "minsight-inference-limit");
            thread.setDaemon(true);
            return thread;
          });

  Deadline(Duration limit) {
    this.limit = limit;
  }

  Duration limit() {
    return limit;
  }

  Watch watch(OrtSession.RunOptions options) {
    Watch watch = new Watch(options);
    watch.alarm = clock.schedule(watch::expire, limit.toMillis(), TimeUnit.MILLISECONDS);
    return watch;
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }

  /** Watches one run. Its options must outlive it: the flag is native memory. */
  static final class Watch implements AutoCloseable {

    private final OrtSession.RunOptions options;
    private Future<?> alarm;
    private boolean over;

    private Watch(OrtSession.RunOptions options) {
      this.options = options;
    }

    /** The run has ended; too late to stop it. */
    synchronized void done() {
      over = true;
    }

    private synchronized void expire() {
      if (over) {
        return;
      }
      try {
        options.setTerminate(true);
      } catch (OrtException e) {
        throw new IllegalStateException("a run could not be stopped", e);
      }
    }

    @Override
    public void close() {
      alarm.cancel(false);
      done();
    }
  }
}
