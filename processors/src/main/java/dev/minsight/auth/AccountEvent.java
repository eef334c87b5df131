package dev.minsight.auth;

import java.util.Locale;

/** What can happen to accounts, as the audit tells it. */
public enum AccountEvent {
  /** A new account; the detail tells its rights. */
  USER_CREATED,
  /** Rights were given or taken, or the account was switched on or off; the detail tells which. */
  USER_CHANGED,
  /** A new password; tokens issued before are void. */
  PASSWORD_CHANGED,
  /** The account is gone, with its API keys. */
  USER_DELETED,
  /** A new API key; the detail tells its number, name and scopes. */
  API_KEY_CREATED,
  /** An API key is void; the detail tells its number and name. */
  API_KEY_DELETED,
  /** Whether guests may read. */
  GUEST_MODE_CHANGED,
  /** Tokens are signed with a new key. */
  KEYS_ROTATED,
  /** Too many failed logins; the detail tells the address. */
  LOGIN_LOCKED;

  /**
   * @return the event's name on the wire and in the database
   */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  static AccountEvent of(String wireName) {
    return valueOf(wireName.toUpperCase(Locale.ROOT));
  }
}
