package dev.minsight.api;

import dev.minsight.auth.Permissions;

/** Who may call an operation. Each level says in the contract's words why it refuses. */
enum Access {
  /** Everybody; a token is not even looked at. */
  PUBLIC(null),
  /** Guests while guest mode is on, else {@code media_store_read}; a bad token is refused. */
  READ(Permissions.MEDIA_STORE_READ),
  /** Like {@code READ}; players and {@code <img>} may bring a token in the query, too. */
  MEDIA(Permissions.MEDIA_STORE_READ),
  /** {@code media_store_write}. */
  WRITE(Permissions.MEDIA_STORE_WRITE),
  /** Guests while guest mode is on, also with a bad token; a good one needs the permission. */
  COMPUTE(Permissions.AI_INFERENCE_SUPPORT),
  /** {@code compute_worker}. */
  WORKER(Permissions.COMPUTE_WORKER),
  /** A token with {@code is_admin}. */
  ADMIN(null),
  /**
   * Admins, also without accounts: the engine runs scripts that its callers bring, so it is never
   * left open.
   */
  OPERATOR(null),
  /** Any active account, about itself, in the auth service's words. */
  ACCOUNT(null),
  /** Any active account by its token: an API key could outlive itself as a token. */
  SESSION(null),
  /** Any active account by its token, or by an API key that hands on being an admin. */
  KEYS(null),
  /** Admins on all accounts, in the auth service's words. */
  ACCOUNTS(null);

  private final String permission;

  Access(String permission) {
    this.permission = permission;
  }

  /** Permission that a non-admin needs; null where there is none to have. */
  String permission() {
    return permission;
  }

  /** Open to all when the server runs without accounts. Accounts themselves are kept locked. */
  boolean openWithoutAccounts() {
    return this != OPERATOR && !speaksForAuth();
  }

  /** Open to those without a token while guest mode is on. */
  boolean openToGuests() {
    return reads() || this == COMPUTE;
  }

  /** What guests may see; there any token that is accepted will do while guest mode is on. */
  boolean reads() {
    return this == READ || this == MEDIA;
  }

  /** Answers with the auth service's details instead of the store's and compute's. */
  boolean speaksForAuth() {
    return this == ACCOUNT || this == SESSION || this == KEYS || this == ACCOUNTS;
  }
}
