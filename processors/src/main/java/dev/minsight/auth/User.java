package dev.minsight.auth;

import java.time.Instant;
import java.util.List;

/**
 * An account, without its password.
 *
 * @param id number, 1 or more, never used again
 * @param username unique name
 * @param isAdmin may do everything
 * @param isActive may log in; tokens of inactive users are refused
 * @param permissions what a non-admin may do, in the order they were granted; free strings
 * @param createdAt to the millisecond
 * @param tokenVersion tokens that carry another number are no longer accepted
 */
public record User(
    long id,
    String username,
    boolean isAdmin,
    boolean isActive,
    List<String> permissions,
    Instant createdAt,
    int tokenVersion) {

  /** Copies the list, so that an account cannot change under its reader. */
  public User {
    permissions = List.copyOf(permissions);
  }

  /**
   * @param permission name of a permission
   * @return whether the account holds it, or everything
   */
  public boolean holds(String permission) {
    return isAdmin || permissions.contains(permission);
  }
}
