package dev.minsight.compute;

import java.time.Clock;
import java.util.function.IntConsumer;

/** Passes on how far a job is: only what is new, and a few times a second at most. */
final class Progress implements IntConsumer {

  private static final long EVERY_MILLIS = 300;

  private final Jobs jobs;
  private final Job job;
  private final Clock clock;
  private int told;
  private long toldAt;

  Progress(Jobs jobs, Job job, Clock clock) {
    this.jobs = jobs;
    this.job = job;
    this.clock = clock;
  }

  @Override
  public void accept(int percent) {
    long now = clock.millis();
    if (now - toldAt < EVERY_MILLIS) {
      return;
    }
    toldAt = now;
    // Said again when nothing is new, too: the answer tells whether the job is still ours.
    told = Math.max(told, percent);
    if (!jobs.progress(job, told)) {
      throw new JobGoneException(job.id());
    }
  }
}
