package dev.minsight.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Rounds of work, and what brings the next one on. */
class NudgedThreadTest {

  private static final long NEVER = TimeUnit.DAYS.toMillis(1);

  private final AtomicInteger begun = new AtomicInteger();
  private final Semaphore mayEnd = new Semaphore(0);
  private volatile long next = NEVER;
  private volatile Thread worker;
  private final NudgedThread thread = new NudgedThread("nudged", 0, this::round);

  @AfterEach
  void stop() {
    mayEnd.release(1000);
    if (thread.running()) {
      thread.stop();
    }
  }

  private long round() {
    worker = Thread.currentThread();
    begun.incrementAndGet();
    mayEnd.acquireUninterruptibly();
    return next;
  }

  private void awaitRounds(int rounds) {
    await().until(begun::get, count -> count == rounds);
  }

  @Test
  @DisplayName("The first round comes at once; the next when the time is up that it said")
  void byTime() {
    next = 1;
    thread.start();
    awaitRounds(1);

    mayEnd.release(2);

    awaitRounds(3);
  }

  @Test
  @DisplayName("Nudges during a round bring one more round, not one each")
  void nudgesMerge() {
    thread.start();
    awaitRounds(1);
    thread.nudge();
    thread.nudge();
    thread.nudge();

    mayEnd.release();
    awaitRounds(2);
    mayEnd.release();

    await().until(() -> worker.getState() == Thread.State.TIMED_WAITING);
    assertThat(begun).hasValue(2);
  }

  @Test
  @DisplayName("A nudge soon after a round is answered when the least pause is over")
  void leastPause() {
    long pause = TimeUnit.MILLISECONDS.toNanos(100);
    List<Long> rounds = new CopyOnWriteArrayList<>();
    NudgedThread calm =
        new NudgedThread(
            "calm",
            100,
            () -> {
              rounds.add(System.nanoTime());
              return 1;
            });
    calm.start();
    await().until(() -> rounds.size() >= 4);
    calm.stop();

    for (int i = 1; i < rounds.size(); i++) {
      assertThat(rounds.get(i) - rounds.get(i - 1)).isGreaterThanOrEqualTo(pause);
    }
  }

  @Test
  @DisplayName("Stopping waits for the round at hand and ends the wait for the next")
  void stops() throws InterruptedException {
    thread.start();
    awaitRounds(1);
    CountDownLatch stopped = new CountDownLatch(1);
    Thread stopper =
        new Thread(
            () -> {
              thread.stop();
              stopped.countDown();
            });
    stopper.start();
    await().until(() -> !thread.running());
    assertThat(stopped.getCount()).isEqualTo(1);

    mayEnd.release();

    stopped.await();
    assertThat(begun).hasValue(1);
  }

  @Test
  @DisplayName("A stopped thread can be started again and begins with a round")
  void startsAgain() {
    thread.start();
    awaitRounds(1);
    mayEnd.release();
    thread.stop();
    assertThat(thread.running()).isFalse();

    thread.start();

    awaitRounds(2);
    assertThat(thread.running()).isTrue();
  }
}
