package dev.minsight.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.minsight.support.ApiException;
import dev.minsight.testing.Contract;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PasswordsTest {

  private final Passwords passwords = new Passwords();

  @Test
  @DisplayName("Hashes are bcrypt of cost 12 with the reference's prefix")
  @Contract("auth.md 1 password algorithm")
  void hashForm() {
    String hash = passwords.hash("secret");

    assertThat(hash).startsWith("$2b$12$").hasSize(60);
    assertThat(passwords.matches("secret", hash)).isTrue();
    assertThat(passwords.matches("Secret", hash)).isFalse();
  }

  @Test
  @DisplayName("72 bytes are a password, 73 are refused and never match their beginning")
  @Contract("auth.md 1 password over 72 bytes")
  void longestPassword() {
    String longest = "ü".repeat(36);
    String hash = passwords.hash(longest);

    assertThat(passwords.matches(longest, hash)).isTrue();
    assertThat(passwords.matches(longest + "x", hash)).isFalse();
    assertThatThrownBy(() -> passwords.hash(longest + "x"))
        .isInstanceOfSatisfying(
            ApiException.class, refused -> assertThat(refused.status()).isEqualTo(422));
  }

  @Test
  @DisplayName("Without a user nothing matches, and the check hashes all the same")
  void nobody() {
    assertThat(passwords.matches("anything", null)).isFalse();
  }

  @Test
  @DisplayName("Random passwords are of the asked length and differ")
  void randomPasswords() {
    assertThat(passwords.random(20)).matches("[A-Za-z2-9]{20}").isNotEqualTo(passwords.random(20));
  }
}
