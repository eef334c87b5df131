package dev.minsight.sdk;

import java.util.Map;
import java.util.function.Supplier;

/** Who is calling: the headers that say so, asked for anew before every request. */
@FunctionalInterface
public interface AuthProvider {

  /**
   * @return header names and values to send; empty for a guest
   */
  Map<String, String> headers();

  /**
   * @return a guest
   */
  static AuthProvider none() {
    return Map::of;
  }

  /**
   * @param token a JWT or an API key
   */
  static AuthProvider bearer(String token) {
    return bearer(() -> token);
  }

  /**
   * @param token asked before every request, so that it may renew itself
   */
  static AuthProvider bearer(Supplier<String> token) {
    return () -> Map.of("Authorization", "Bearer " + token.get());
  }

  /**
   * @param key as {@code POST /auth/api-keys} returned it
   */
  static AuthProvider apiKey(String key) {
    return () -> Map.of("X-Api-Key", key);
  }
}
