package dev.minsight.cli;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.minsight.sdk.ServerUrls;
import dev.minsight.sdk.Token;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;

/**
 * Who is logged in, and where.
 *
 * @param authUrl of the server that issued the token
 * @param storeUrl of the same server
 * @param computeUrl of the same server
 * @param mqttUrl of the same server
 * @param username of the account
 * @param accessToken a JWT
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record Session(
    @JsonProperty("auth_url") URI authUrl,
    @JsonProperty("store_url") URI storeUrl,
    @JsonProperty("compute_url") URI computeUrl,
    @JsonProperty("mqtt_url") URI mqttUrl,
    @JsonProperty("username") String username,
    @JsonProperty("access_token") String accessToken) {

  /**
   * A token of 30 minutes is renewed when less than five are left, so that someone who works on is
   * not asked for the password.
   */
  private static final Duration RENEW_BEFORE = Duration.ofMinutes(5);

  static Session of(ServerUrls urls, String username, Token token) {
    return new Session(
        urls.auth(), urls.store(), urls.compute(), urls.mqtt(), username, token.accessToken());
  }

  ServerUrls urls() {
    return new ServerUrls(authUrl, storeUrl, computeUrl, mqttUrl);
  }

  /** Whether the token may be shown to these servers: it was issued for them and no others. */
  boolean belongsTo(ServerUrls other) {
    return authUrl.equals(other.auth())
        && storeUrl.equals(other.store())
        && computeUrl.equals(other.compute());
  }

  Session renewed(Token token) {
    return new Session(authUrl, storeUrl, computeUrl, mqttUrl, username, token.accessToken());
  }

  boolean expired(Instant now) {
    return token().expiresAt().map(end -> !now.isBefore(end)).orElse(false);
  }

  boolean dueForRenewal(Instant now) {
    return token().expiresAt().map(end -> now.plus(RENEW_BEFORE).isAfter(end)).orElse(false);
  }

  Token token() {
    return new Token(accessToken, "bearer");
  }

  /** Keeps the secret out of logs. */
  @Override
  public String toString() {
    return "Session[" + username + " at " + authUrl + "]";
  }
}
