package dev.minsight.auth;

/**
 * A key at the only moment it can be seen.
 *
 * @param key what its holder sends
 * @param stored what is kept of it
 */
public record NewApiKey(String key, ApiKey stored) {

  /** Tells everything but the key. */
  @Override
  public String toString() {
    return "NewApiKey[stored=" + stored + "]";
  }
}
