package dev.minsight.auth;

import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Signing with a new key, on an admin's word. */
@Component
public class KeyRotation {

  private final KeyFiles keys;
  private final AccountAudit audit;

  KeyRotation(KeyFiles keys, AccountAudit audit) {
    this.keys = keys;
    this.audit = audit;
  }

  /**
   * Tokens are signed with a new key from now on; those issued before are accepted until they
   * expire.
   *
   * @throws dev.minsight.support.ApiException 409 on a node that does not issue tokens
   */
  @Transactional
  public void rotate() {
    audit.record(AccountEvent.KEYS_ROTATED, null, null);
    // Last, and three small files: when they cannot be written, nothing was noted.
    keys.rotate();
  }
}
