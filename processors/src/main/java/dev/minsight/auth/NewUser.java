package dev.minsight.auth;

import java.util.List;

/**
 * An account to be made.
 *
 * @param username unique name
 * @param password in clear, at most 72 bytes in UTF-8
 * @param isAdmin may do everything
 * @param isActive may log in
 * @param permissions what a non-admin may do; free strings without commas
 */
public record NewUser(
    String username, String password, boolean isAdmin, boolean isActive, List<String> permissions) {

  /** Tells everything but the password. */
  @Override
  public String toString() {
    return "NewUser[username=%s, isAdmin=%s, isActive=%s, permissions=%s]"
        .formatted(username, isAdmin, isActive, permissions);
  }
}
