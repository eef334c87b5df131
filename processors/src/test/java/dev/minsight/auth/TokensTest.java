package dev.minsight.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.minsight.testing.Contract;
import dev.minsight.testing.HandClock;
import dev.minsight.testing.TestServer;
import dev.minsight.testing.TestSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokensTest {

  private final HandClock clock = new HandClock(Instant.parse("2026-01-31T12:00:00Z"));
  private final Users users = TestServer.shared().bean(Users.class);

  @TempDir Path home;

  @Test
  @DisplayName("A token is good for thirty minutes to the millisecond: there is no leeway")
  @Contract({"auth.md 2 lifetime", "auth.md 2 leeway"})
  void life() throws IOException {
    Files.createDirectories(home.resolve("keys"));
    KeyFiles keys = new KeyFiles(TestSettings.at(home), clock);
    Tokens tokens = new Tokens(keys, new Signatures(keys), users, TestSettings.at(home), clock);
    User admin = users.byName(TestServer.ADMIN).orElseThrow();
    String token = tokens.issue(admin);

    clock.forward(Duration.ofMinutes(30).minusMillis(1));
    assertThat(tokens.account(token).id()).isEqualTo(admin.id());
    assertThat(tokens.verify(token).admin()).isTrue();

    clock.forward(Duration.ofMillis(1));
    assertThatThrownBy(() -> tokens.verify(token))
        .isInstanceOf(InvalidTokenException.class)
        .hasMessage("JWT token has expired");
    assertThatThrownBy(() -> tokens.account(token)).isInstanceOf(InvalidTokenException.class);
  }
}
