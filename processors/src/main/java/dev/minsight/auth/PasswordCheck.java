package dev.minsight.auth;

import dev.minsight.support.ApiException;
import java.util.Optional;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionOperations;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Who knows the password: the one answer for tokens, for the engine's web apps and for the broker.
 *
 * <p>A check takes about a quarter of a second of one core, whether or not the user exists, and
 * checks do not wait for each other. Whoever fails too often has to wait ({@code
 * minsight.auth.login}), again whether or not the user exists.
 */
@Component
public class PasswordCheck {

  private final Users users;
  private final Passwords passwords;
  private final LoginLimits limits;
  private final AccountAudit audit;
  private final TransactionOperations write;

  PasswordCheck(
      Users users,
      Passwords passwords,
      LoginLimits limits,
      AccountAudit audit,
      PlatformTransactionManager transactions) {
    this.users = users;
    this.passwords = passwords;
    this.limits = limits;
    this.audit = audit;
    this.write = new TransactionTemplate(transactions);
  }

  /**
   * @param username name of an account
   * @param password in clear
   * @param address of who asks, e.g. {@code 192.0.2.7}
   * @return the account, if it is active and the password is its own
   * @throws TooManyLoginsException when too many logins failed; the password was not looked at
   * @throws ApiException 422 when the password is longer than any password can be
   */
  public Optional<User> login(String username, String password, String address) {
    if (Passwords.tooLong(password)) {
      throw new ApiException(422, "The password is longer than 72 bytes");
    }
    try (LoginLimits.Attempt attempt = limits.begin(username, address)) {
      Optional<User> user = activeUser(username, password);
      if (user.isPresent()) {
        attempt.succeeded();
      } else if (attempt.failed()) {
        lockedOut(username, address);
      }
      return user;
    }
  }

  /**
   * @param username name of an account; null matches nobody
   * @param password in clear; null matches nobody
   * @param address of who asks, e.g. {@code 192.0.2.7}
   * @return whether the account is active, the password is its own and no wait is due
   */
  public boolean matchesActiveUser(String username, String password, String address) {
    if (username == null || password == null || Passwords.tooLong(password)) {
      return false;
    }
    try {
      return login(username, password, address).isPresent();
    } catch (TooManyLoginsException e) {
      return false;
    }
  }

  private Optional<User> activeUser(String username, String password) {
    Optional<UserRows.WithHash> known = users.withHash(username);
    String hash = known.map(UserRows.WithHash::hash).orElse(null);
    return passwords.matches(password, hash)
        ? known.map(UserRows.WithHash::user).filter(User::isActive)
        : Optional.empty();
  }

  /** A name that is no account is not written down: some people type their password there. */
  private void lockedOut(String username, String address) {
    write.executeWithoutResult(
        status ->
            audit.record(
                AccountEvent.LOGIN_LOCKED, users.byName(username).orElse(null), "from " + address));
  }
}
