package dev.minsight.auth;

import dev.minsight.support.MinsightProperties.Login;
import java.time.Clock;
import java.time.Duration;

/**
 * The failed logins of one kind: of a user from an address, or of an address. After some free
 * failures each further one doubles the wait before the next try.
 *
 * <p>Tries that run at the same time are let in only as far as all of them may fail; the others
 * stand in line until those have ended. So guessing in parallel gives no more guesses than guessing
 * one after the other, and a user with the right password who logs in often at once is let in.
 */
final class FailureCount {

  private final int free;
  private final Login rules;
  private final Clock clock;
  private int failures;
  private int running;
  private long lastFailure;
  private long closedUntil;

  /**
   * @param free failures before the first wait
   */
  FailureCount(int free, Login rules, Clock clock) {
    this.free = free;
    this.rules = rules;
    this.clock = clock;
  }

  /**
   * Begins a try, or tells how long to wait. What was begun must {@link #end}.
   *
   * @return zero when the try may begin
   */
  synchronized Duration begin() throws InterruptedException {
    while (true) {
      long now = clock.millis();
      if (now - lastFailure >= rules.forgetAfter().toMillis() && now >= closedUntil) {
        failures = 0;
      }
      if (now < closedUntil) {
        return Duration.ofMillis(closedUntil - now);
      }
      if (running < Math.max(1, free - failures)) {
        running++;
        return Duration.ZERO;
      }
      wait();
    }
  }

  /** Ends a try that {@link #begin} let in. */
  synchronized void end() {
    running--;
    notifyAll();
  }

  /**
   * Counts a failure of a try that has not ended yet.
   *
   * @return how many failures it makes
   */
  synchronized int failed() {
    failures++;
    lastFailure = clock.millis();
    if (failures >= free) {
      // 2^30 times anything that makes sense is longer than the longest wait
      long wait = rules.firstWait().toMillis() << Math.min(30, failures - free);
      closedUntil = lastFailure + Math.min(wait, rules.longestWait().toMillis());
    }
    return failures;
  }

  synchronized void forget() {
    failures = 0;
  }
}
