package dev.minsight.auth;

import java.util.Set;

/**
 * What the bearer of a verified token may do now.
 *
 * @param userId the {@code id} claim
 * @param admin whether everything is allowed
 * @param permissions what else is allowed
 */
public record Rights(String userId, boolean admin, Set<String> permissions) {

  /**
   * @param permission name of a permission
   * @return whether it, or everything, was granted
   */
  public boolean may(String permission) {
    return admin || permissions.contains(permission);
  }
}
