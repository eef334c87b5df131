package dev.minsight.compute;

import java.time.Clock;
import java.util.function.IntConsumer;

/** Passes on how far a job is: only what is new, and a few times a second at most. */
final class Progress implements IntConsumer {

  private static final long EVERY_MILLIS = 300;

  private final WorkSource source;
  private final Assigned assigned;
  private final Clock clock;
  private int told;
  private long toldAt;

  Progress(WorkSource source, Assigned assigned, Clock clock) {
    this.source = source;
    this.assigned = assigned;
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
    if (!source.progress(assigned, told)) {
      throw new JobGoneException(assigned.job().id());
    }
  }
}
