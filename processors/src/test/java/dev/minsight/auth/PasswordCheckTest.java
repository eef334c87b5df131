package dev.minsight.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.minsight.testing.HandClock;
import dev.minsight.testing.TestServer;
import dev.minsight.testing.TestSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.transaction.PlatformTransactionManager;

/** The check itself, with a clock that the tests move and a bcrypt that counts. */
class PasswordCheckTest {

  /** bcrypt as the server has it, at the cost that the stored hash names. */
  private static final class CountingBcrypt implements PasswordEncoder {

    private final PasswordEncoder bcrypt = new BCryptPasswordEncoder(12);
    private final AtomicInteger comparisons = new AtomicInteger();

    @Override
    public String encode(CharSequence password) {
      return bcrypt.encode(password);
    }

    @Override
    public boolean matches(CharSequence password, String hash) {
      comparisons.incrementAndGet();
      assertThat(hash)
          .as("the same work for everybody")
          .matches("\\$2[ab]\\$12\\$[./0-9A-Za-z]{53}");
      return bcrypt.matches(password, hash);
    }
  }

  private final TestServer server = TestServer.shared();
  private final HandClock clock = new HandClock(Instant.parse("2026-01-01T00:00:00Z"));
  private final CountingBcrypt bcrypt = new CountingBcrypt();
  private final AccountAudit audit = server.bean(AccountAudit.class);
  private final PasswordCheck check =
      new PasswordCheck(
          server.bean(Users.class),
          new Passwords(bcrypt),
          new LoginLimits(TestSettings.at(Path.of("unused")), clock),
          audit,
          server.bean(PlatformTransactionManager.class));
  private final String name = "checked-" + UUID.randomUUID();
  private User user;

  @BeforeEach
  void makeUser() {
    user = server.bean(Users.class).create(new NewUser(name, "secret", false, true, List.of()));
  }

  private boolean login(String username, String password) {
    return check.login(username, password, "192.0.2.1").isPresent();
  }

  @Test
  @DisplayName("An unknown name costs the same bcrypt comparison as a wrong password")
  void sameWork() {
    assertThat(login(name, "wrong")).isFalse();
    int forKnown = bcrypt.comparisons.getAndSet(0);
    assertThat(login("nobody-" + name, "wrong")).isFalse();

    assertThat(forKnown).isEqualTo(1);
    assertThat(bcrypt.comparisons).hasValue(1);
  }

  @Test
  @DisplayName("During the wait nobody looks at the password, so the right one is refused, too")
  void rightPasswordWaits() {
    for (int i = 0; i < 5; i++) {
      assertThat(login(name, "wrong")).isFalse();
    }
    bcrypt.comparisons.set(0);

    assertThatThrownBy(() -> login(name, "secret"))
        .isInstanceOfSatisfying(
            TooManyLoginsException.class,
            refused -> {
              assertThat(refused.status()).isEqualTo(429);
              assertThat(refused.retryAfterSeconds()).isEqualTo(1);
            });
    assertThat(bcrypt.comparisons).hasValue(0);

    clock.forward(Duration.ofSeconds(1));
    assertThat(login(name, "secret")).isTrue();
  }

  @Test
  @DisplayName("A lock-out is noted with the account; of a name that is none nothing is kept")
  void lockOutIsNoted() {
    String typo = "my-password-" + name;
    for (int i = 0; i < 5; i++) {
      login(name, "wrong");
      login(typo, "wrong");
    }

    assertThat(audit.page(user.id(), Long.MAX_VALUE, 10))
        .first()
        .satisfies(
            entry -> {
              assertThat(entry.event()).isEqualTo(AccountEvent.LOGIN_LOCKED);
              assertThat(entry.username()).isEqualTo(name);
              assertThat(entry.detail()).isEqualTo("from 192.0.2.1");
            });
    assertThat(audit.page(null, Long.MAX_VALUE, 2))
        .extracting(AccountAudit.Entry::event)
        .containsOnly(AccountEvent.LOGIN_LOCKED);
    assertThat(audit.page(null, Long.MAX_VALUE, 200).toString()).doesNotContain(typo);
  }

  @Test
  @DisplayName("Broker and engine are told no instead of an error, and count the same failures")
  void yesOrNo() {
    for (int i = 0; i < 5; i++) {
      assertThat(check.matchesActiveUser(name, "wrong", "192.0.2.2")).isFalse();
    }

    assertThat(check.matchesActiveUser(name, "secret", "192.0.2.2")).isFalse();
    assertThat(check.matchesActiveUser(name, "secret", "192.0.2.3")).isTrue();
    assertThat(check.matchesActiveUser(name, "x".repeat(73), "192.0.2.3")).isFalse();
    assertThat(check.matchesActiveUser(null, "secret", "192.0.2.3")).isFalse();
  }
}
