package dev.minsight.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.minsight.testing.HandClock;
import dev.minsight.testing.TestSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class LoginLimitsTest {

  private static final String HERE = "192.0.2.7";
  private static final String ELSEWHERE = "198.51.100.9";

  private final HandClock clock = new HandClock(Instant.parse("2026-01-01T00:00:00Z"));
  private final LoginLimits limits = new LoginLimits(TestSettings.at(Path.of("unused")), clock);

  private boolean fail(String username, String address) {
    try (LoginLimits.Attempt attempt = limits.begin(username, address)) {
      return attempt.failed();
    }
  }

  private void fail(String username, String address, int times) {
    for (int i = 0; i < times; i++) {
      fail(username, address);
    }
  }

  private void succeed(String username, String address) {
    try (LoginLimits.Attempt attempt = limits.begin(username, address)) {
      attempt.succeeded();
    }
  }

  /** Seconds that whoever tries now is told to wait, 0 for none. */
  private long told(String username, String address) {
    TooManyLoginsException refused =
        catchThrowableOfType(
            TooManyLoginsException.class, () -> limits.begin(username, address).close());
    return refused == null ? 0 : refused.retryAfterSeconds();
  }

  @Test
  @DisplayName("Five failures are free; then each one doubles the wait, from 1 s to 15 min")
  void growingWait() {
    fail("ada", HERE, 4);
    assertThat(told("ada", HERE)).isZero();

    for (long wait : List.of(1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900)) {
      fail("ada", HERE);
      assertThat(told("ada", HERE)).isEqualTo(wait);
      clock.forward(Duration.ofSeconds(wait).minusMillis(1));
      assertThat(told("ada", HERE)).isEqualTo(1);
      clock.forward(Duration.ofMillis(1));
      assertThat(told("ada", HERE)).isZero();
    }
  }

  @Test
  @DisplayName("A try during the wait does not make it longer")
  void waitingIsNotPunished() {
    fail("ada", HERE, 5);
    assertThat(told("ada", HERE)).isEqualTo(1);
    for (int i = 0; i < 100; i++) {
      told("ada", HERE);
    }
    clock.forward(Duration.ofSeconds(1));
    assertThat(told("ada", HERE)).isZero();
  }

  @Test
  @DisplayName("A user is not locked out from another address, nor another user from this one")
  void victimIsNotLockedOut() {
    fail("ada", HERE, 5);

    assertThat(told("ada", HERE)).isPositive();
    assertThat(told("ada", ELSEWHERE)).isZero();
    assertThat(told("bob", HERE)).isZero();
  }

  @Test
  @DisplayName("Success forgets the failures of the user at that address")
  void successForgets() {
    fail("ada", HERE, 4);
    succeed("ada", HERE);
    fail("ada", HERE, 4);

    assertThat(told("ada", HERE)).isZero();
  }

  @Test
  @DisplayName("Thirty failures from an address close it for all names, also after a success")
  void addressIsClosed() {
    for (int i = 0; i < 29; i++) {
      fail("name" + i, HERE);
    }
    succeed("own", HERE);
    assertThat(told("another", HERE)).isZero();

    fail("name29", HERE);

    assertThat(told("another", HERE)).isEqualTo(1);
    assertThat(told("another", ELSEWHERE)).isZero();
  }

  @Test
  @DisplayName("A device that keeps trying an old password closes itself, not its address")
  void staleDevice() {
    for (int i = 0; i < 100; i++) {
      fail("device", HERE);
      clock.forward(Duration.ofMinutes(15));
    }

    assertThat(told("ada", HERE)).isZero();
  }

  @Test
  @DisplayName("All addresses of an IPv6 network count as one, those of another network do not")
  void ipv6NetworkIsOne() {
    fail("ada", "2001:db8:0:1::1", 3);
    fail("ada", "2001:db8:0:1:ffff:ffff:ffff:ffff", 2);

    assertThat(told("ada", "2001:db8:0:1:0:0:0:9")).isPositive();
    assertThat(told("ada", "2001:db8:0:2::1")).isZero();
  }

  @Test
  @DisplayName("Failures are forgotten an hour after the last one")
  void forgets() {
    fail("ada", HERE, 4);
    clock.forward(Duration.ofMinutes(59));
    fail("ada", HERE);
    assertThat(told("ada", HERE)).isEqualTo(1);

    clock.forward(Duration.ofHours(1));
    fail("ada", HERE, 4);

    assertThat(told("ada", HERE)).isZero();
  }

  @Test
  @DisplayName("Only the failure that begins a lock-out says so")
  void tellsWhenItBegins() {
    fail("ada", HERE, 4);

    assertThat(fail("ada", HERE)).isTrue();
    clock.forward(Duration.ofMinutes(1));
    assertThat(fail("ada", HERE)).isFalse();
  }

  @Test
  @DisplayName("Guessing in parallel gives no more guesses than guessing one after the other")
  void parallelGuesses() throws Exception {
    AtomicInteger looked = new AtomicInteger();
    Callable<Boolean> guess =
        () -> {
          try (LoginLimits.Attempt attempt = limits.begin("ada", HERE)) {
            looked.incrementAndGet();
            Thread.yield();
            attempt.failed();
            return true;
          } catch (TooManyLoginsException e) {
            return false;
          }
        };
    ExecutorService crowd = Executors.newFixedThreadPool(50);
    try {
      for (Future<Boolean> answer :
          crowd.invokeAll(IntStream.range(0, 200).mapToObj(i -> guess).toList())) {
        answer.get();
      }
    } finally {
      crowd.shutdownNow();
    }

    assertThat(looked).hasValue(5);
  }

  @Test
  @DisplayName("A check that breaks off counts neither way and lets the next one in")
  void brokenCheck() {
    for (int i = 0; i < 50; i++) {
      limits.begin("ada", HERE).close();
    }

    assertThat(told("ada", HERE)).isZero();
  }

  @Test
  @DisplayName("A name of a million characters is counted like any other")
  void endlessName() {
    String endless = "x".repeat(1_000_000);
    fail(endless, HERE, 5);

    assertThatThrownBy(() -> limits.begin(endless, HERE))
        .isInstanceOf(TooManyLoginsException.class)
        .hasMessageContaining("try again in 1 s");
  }
}
