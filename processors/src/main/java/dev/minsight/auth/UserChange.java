package dev.minsight.auth;

import java.util.ArrayList;
import java.util.List;

/**
 * What is to change on an account; null leaves a thing as it is.
 *
 * @param password the new one in clear, at most 72 bytes in UTF-8
 * @param permissions all that it may do from now on
 * @param isActive whether it may log in
 * @param isAdmin whether it may do everything
 */
public record UserChange(
    String password, List<String> permissions, Boolean isActive, Boolean isAdmin) {

  /** The account afterwards; a new password and switching it off end the tokens it has. */
  User appliedTo(User user) {
    boolean active = isActive == null ? user.isActive() : isActive;
    boolean endsTokens = password != null || user.isActive() && !active;
    return new User(
        user.id(),
        user.username(),
        isAdmin == null ? user.isAdmin() : isAdmin,
        active,
        permissions == null ? user.permissions() : permissions,
        user.createdAt(),
        user.tokenVersion() + (endsTokens ? 1 : 0));
  }

  /** What is different between two states of an account, for people; empty when nothing is. */
  static String difference(User before, User after) {
    List<String> changes = new ArrayList<>();
    if (before.isAdmin() != after.isAdmin()) {
      changes.add("is_admin=" + after.isAdmin());
    }
    if (before.isActive() != after.isActive()) {
      changes.add("is_active=" + after.isActive());
    }
    if (!before.permissions().equals(after.permissions())) {
      changes.add("permissions=" + after.permissions());
    }
    return String.join(", ", changes);
  }

  /** Tells everything but the password. */
  @Override
  public String toString() {
    return "UserChange[permissions=%s, isActive=%s, isAdmin=%s]"
        .formatted(permissions, isActive, isAdmin);
  }
}
