package dev.minsight.sdk;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;

/**
 * Waits for the work on an entity by asking again and again: at once, after 1 s, then half as long
 * again each time up to 10 s (the polling rule of the contract). A server that goes away meanwhile
 * is waited for as well; one that never answered is an error at once.
 */
final class CompletionWait {

  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

  /** The time that passes, replaced in tests. */
  interface Clock {
    long nanoTime();

    void sleep(Duration pause) throws InterruptedException;
  }

  /** The machine's own. */
  static final Clock SYSTEM =
      new Clock() {
        @Override
        public long nanoTime() {
          return System.nanoTime();
        }

        @Override
        public void sleep(Duration pause) throws InterruptedException {
          Thread.sleep(pause.toMillis());
        }
      };

  private final IntelligenceClient intelligence;
  private final Clock clock;

  CompletionWait(IntelligenceClient intelligence, Clock clock) {
    this.intelligence = intelligence;
    this.clock = clock;
  }

  Intelligence await(long entityId, Duration timeout) {
    long start = clock.nanoTime();
    Duration pause = FIRST_PAUSE;
    String lastStatus = "not looked at";
    ApiException away = null;
    boolean answered = false;
    while (true) {
      try {
        Optional<Intelligence> state = intelligence.get(entityId);
        answered = true;
        away = null;
        if (state.isPresent()) {
          lastStatus = state.get().overallStatus();
          if (state.get().completed()) {
            return state.get();
          }
          if (state.get().failed()) {
            throw new ProcessingFailedException(entityId, state.get());
          }
        }
      } catch (ApiException e) {
        if (!answered || !e.retryable()) {
          throw e;
        }
        away = e;
      }
      Duration left = timeout.minusNanos(clock.nanoTime() - start);
      if (left.isNegative() || left.isZero()) {
        throw away != null ? away : new WaitTimedOutException(entityId, lastStatus, timeout);
      }
      sleep(pause.compareTo(left) < 0 ? pause : left);
      Duration longer = pause.multipliedBy(3).dividedBy(2);
      pause = longer.compareTo(LONGEST_PAUSE) < 0 ? longer : LONGEST_PAUSE;
    }
  }

  private void sleep(Duration pause) {
    try {
      clock.sleep(pause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while waiting for an entity");
    }
  }
}
