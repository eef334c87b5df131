package dev.minsight.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.minsight.testing.HandClock;
import dev.minsight.testing.TestSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SignaturesTest {

  private final HandClock clock = new HandClock(Instant.parse("2026-01-31T12:00:00Z"));
  @TempDir Path home;
  private KeyFiles keys;
  private Signatures signatures;

  @BeforeEach
  void makeKeys() throws Exception {
    Files.createDirectories(home.resolve("keys"));
    keys = new KeyFiles(TestSettings.at(home), clock);
    signatures = new Signatures(keys);
  }

  @Test
  @DisplayName("What was signed comes back, the first time and again")
  void comesBack() {
    String token = signatures.sign(Map.of("id", "7"));

    for (int i = 0; i < 2; i++) {
      assertThat(signatures.payload(token).get("id").asText()).isEqualTo("7");
    }
  }

  @Test
  @DisplayName("A token that was seen before is refused when it comes back altered")
  void alteredIsRefused() {
    String token = signatures.sign(Map.of("id", "7"));
    signatures.payload(token);
    String other = signatures.sign(Map.of("id", "8"));
    String[] parts = token.split("\\.");
    String mixed = other.substring(0, other.lastIndexOf('.') + 1) + parts[2];

    assertThatThrownBy(() -> signatures.payload(mixed)).isInstanceOf(InvalidTokenException.class);
  }

  @Test
  @DisplayName("That a signature held is worth nothing once its key counts no more")
  void forgottenWithTheKey() {
    String token = signatures.sign(Map.of("id", "7"));
    signatures.payload(token);
    keys.rotate();
    assertThat(signatures.payload(token).get("id").asText()).isEqualTo("7");

    clock.forward(Duration.ofMinutes(31));

    assertThatThrownBy(() -> signatures.payload(token)).isInstanceOf(InvalidTokenException.class);
  }
}
