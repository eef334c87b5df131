package dev.minsight.sdk;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;

/**
 * What a login returns.
 *
 * @param accessToken a JWT, sent back as {@code Authorization: Bearer}
 * @param tokenType {@code bearer}
 */
@WireRecord
public record Token(String accessToken, String tokenType) {

  /**
   * Reads the {@code exp} claim without verifying the signature: the server judges the token, the
   * client only wants to know when to renew it.
   *
   * @return when the token ends, or nothing when it does not say or is not a JWT
   */
  public Optional<Instant> expiresAt() {
    String[] parts = accessToken == null ? new String[0] : accessToken.split("\\.");
    if (parts.length != 3) {
      return Optional.empty();
    }
    try {
      JsonNode exp = Wire.newMapper().readTree(Base64.getUrlDecoder().decode(parts[1])).path("exp");
      return exp.isNumber() ? Optional.of(Instant.ofEpochSecond(exp.asLong())) : Optional.empty();
    } catch (JacksonException | IllegalArgumentException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new IllegalStateException("reading a byte array does no I/O", e);
    }
  }

  /** Keeps the secret out of logs. */
  @Override
  public String toString() {
    return "Token[" + tokenType + "]";
  }
}
