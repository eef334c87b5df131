package dev.minsight.api;

/** Who may call an operation. Each level says in the contract's words why it refuses. */
enum Access {
  /** Everybody; a token is not even looked at. */
  PUBLIC(null),
  /** Guests while guest mode is on, else {@code media_store_read}; a bad token is refused. */
  READ("media_store_read"),
  /** {@code media_store_write}. */
  WRITE("media_store_write"),
  /** Guests while guest mode is on, also with a bad token; a good one needs the permission. */
  COMPUTE("ai_inference_support"),
  /** A token with {@code is_admin}. */
  ADMIN(null),
  /**
   * Admins, also without accounts: the engine runs scripts that its callers bring, so it is never
   * left open.
   */
  OPERATOR(null),
  /** Any active account, about itself, in the auth service's words. */
  ACCOUNT(null),
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
    return this == READ || this == COMPUTE;
  }

  /** Answers with the auth service's details instead of the store's and compute's. */
  boolean speaksForAuth() {
    return this == ACCOUNT || this == ACCOUNTS;
  }
}
