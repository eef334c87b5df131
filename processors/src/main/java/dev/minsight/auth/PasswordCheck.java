package dev.minsight.auth;

import dev.minsight.support.ApiException;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * Who knows the password: the one answer for tokens, for the engine's web apps and for the broker.
 *
 * <p>A check takes about a quarter of a second of one core, whether or not the user exists, and
 * checks do not wait for each other.
 */
@Component
public class PasswordCheck {

  private final Users users;
  private final Passwords passwords;

  PasswordCheck(Users users, Passwords passwords) {
    this.users = users;
    this.passwords = passwords;
  }

  /**
   * @param username name of an account
   * @param password in clear
   * @return the account, if it is active and the password is its own
   * @throws ApiException 422 when the password is longer than any password can be
   */
  public Optional<User> login(String username, String password) {
    if (Passwords.tooLong(password)) {
      throw new ApiException(422, "The password is longer than 72 bytes");
    }
    return activeUser(username, password);
  }

  /**
   * @param username name of an account; null matches nobody
   * @param password in clear; null matches nobody
   * @return whether the account is active and the password is its own
   */
  public boolean matchesActiveUser(String username, String password) {
    return username != null && password != null && activeUser(username, password).isPresent();
  }

  private Optional<User> activeUser(String username, String password) {
    String hash = users.hashOf(username).orElse(null);
    return passwords.matches(password, hash)
        ? users.byName(username).filter(User::isActive)
        : Optional.empty();
  }
}
