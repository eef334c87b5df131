package dev.minsight.auth;

import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A key that programs show instead of a token; the key itself is kept nowhere.
 *
 * @param id number, 1 or more, never used again
 * @param userId the account it speaks for
 * @param name what its owner calls it
 * @param scopes permissions it is limited to; empty for all that the owner has
 * @param createdAt to the millisecond
 * @param expiresAt from then on it is refused; null for never
 * @param lastUsedAt to the minute; null as long as nobody used it
 */
public record ApiKey(
    long id,
    long userId,
    String name,
    List<String> scopes,
    Instant createdAt,
    Instant expiresAt,
    Instant lastUsedAt) {

  /** Copies the list, so that a key cannot change under its reader. */
  public ApiKey {
    scopes = List.copyOf(scopes);
  }

  /**
   * What the key allows now: never more than its owner holds. Being an admin is only handed on by
   * the scope {@code admin}; a key of an admin without scopes has all permissions and no more.
   */
  Rights rights(User owner) {
    Set<String> permissions = new LinkedHashSet<>(scopes.isEmpty() ? owner.permissions() : scopes);
    if (scopes.isEmpty()) {
      permissions.addAll(Permissions.SERVICES);
    }
    permissions.removeIf(permission -> !owner.holds(permission));
    boolean admin = owner.isAdmin() && scopes.contains(Permissions.ADMIN);
    return new Rights(Long.toString(owner.id()), admin, permissions);
  }
}
