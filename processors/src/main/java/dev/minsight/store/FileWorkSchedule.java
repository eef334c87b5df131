package dev.minsight.store;

import dev.minsight.support.MinsightProperties;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Does the file work that a crash or an absent disk left over: at start, and every minute. At start
 * of the only server on its database, uploads that were announced are dead.
 */
@Component
class FileWorkSchedule implements SmartLifecycle {

  private static final Logger LOG = LoggerFactory.getLogger(FileWorkSchedule.class);
  private static final Duration EVERY = Duration.ofMinutes(1);

  private final FileWork work;
  private final boolean alone;
  private final boolean mine;
  private ScheduledExecutorService thread;

  FileWorkSchedule(
      FileWork work,
      MinsightProperties settings,
      @Value("${spring.datasource.url}") String database) {
    this.work = work;
    this.mine = settings.runs(MinsightProperties.Role.STORE);
    this.alone = database.startsWith("jdbc:sqlite:"); // a home, and so the file, has one server
  }

  @Override
  public void start() {
    if (!mine) {
      return;
    }
    if (alone) {
      work.finishDue(true);
    }
    thread =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread daemon = new Thread(task, "file-work");
              daemon.setDaemon(true);
              return daemon;
            });
    thread.scheduleWithFixedDelay(this::round, 0, EVERY.toSeconds(), TimeUnit.SECONDS);
  }

  private void round() {
    try {
      work.finishDue(false);
    } catch (RuntimeException e) {
      LOG.warn("File work failed and is tried again: {}", e.toString());
    }
  }

  @Override
  public void stop() {
    if (thread != null) {
      thread.shutdownNow();
      thread = null;
    }
  }

  @Override
  public boolean isRunning() {
    return thread != null;
  }

  /** Before anything can upload or drop a file. */
  @Override
  public int getPhase() {
    return Integer.MIN_VALUE + 1000;
  }
}
