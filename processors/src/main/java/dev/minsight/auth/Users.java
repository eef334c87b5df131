package dev.minsight.auth;

import dev.minsight.support.ApiException;
import dev.minsight.support.IdCounter;
import dev.minsight.support.NotFoundException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionOperations;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The accounts, by number and by name, and every change of them. Passwords are hashed before a
 * transaction begins: that takes a quarter of a second, and SQLite has one writer.
 */
@Component
public class Users {

  static final String ID_KIND = "user";

  /** Longest name, characters. */
  private static final int LONGEST_NAME = 255;

  private final UserRows rows;
  private final IdCounter ids;
  private final Passwords passwords;
  private final AccountAudit audit;
  private final Clock clock;
  private final TransactionOperations write;

  Users(
      UserRows rows,
      IdCounter ids,
      Passwords passwords,
      AccountAudit audit,
      Clock clock,
      PlatformTransactionManager transactions) {
    this.rows = rows;
    this.ids = ids;
    this.passwords = passwords;
    this.audit = audit;
    this.clock = clock;
    this.write = new TransactionTemplate(transactions);
  }

  /**
   * @param id number of an account
   * @return the account
   */
  @Transactional(readOnly = true)
  public Optional<User> byId(long id) {
    return rows.byId(id);
  }

  /**
   * @param username exact name
   * @return the account
   */
  @Transactional(readOnly = true)
  public Optional<User> byName(String username) {
    return rows.byName(username);
  }

  /**
   * @param skip how many to leave out, 0 or more
   * @param limit most accounts, 0 or more
   * @return accounts in the order they were made
   */
  @Transactional(readOnly = true)
  public List<User> page(long skip, int limit) {
    return rows.page(skip, limit);
  }

  /**
   * @return the accounts that may log in now, in the order they were made
   */
  @Transactional(readOnly = true)
  public List<User> active() {
    return rows.active();
  }

  @Transactional(readOnly = true)
  Optional<UserRows.WithHash> withHash(String username) {
    return rows.withHash(username);
  }

  /**
   * Makes an account.
   *
   * @param user what to make
   * @return the account as stored
   * @throws ApiException 400 when the name is taken; 422 when it is blank, longer than 255
   *     characters or holds characters that cannot be seen, or when the password is too long
   */
  public User create(NewUser user) {
    checkName(user.username());
    String hash = passwords.hash(user.password());
    Instant now = Instant.ofEpochMilli(clock.millis());
    try {
      return write.execute(
          status -> {
            // Taking the number makes others wait, so nobody else can take the name meanwhile.
            long id = ids.next(ID_KIND);
            if (rows.byName(user.username()).isPresent()) {
              throw taken();
            }
            User made =
                new User(
                    id,
                    user.username(),
                    user.isAdmin(),
                    user.isActive(),
                    user.permissions(),
                    now,
                    0);
            rows.insert(made, hash);
            audit.record(AccountEvent.USER_CREATED, made, rights(made));
            return made;
          });
    } catch (DuplicateKeyException e) {
      throw taken();
    }
  }

  /**
   * Changes an account; what is already as wanted is no change. A new password and switching the
   * account off end all its tokens; rights count at once.
   *
   * @param id number of the account
   * @param change what to change
   * @return the account afterwards
   * @throws NotFoundException when there is no such account
   * @throws ApiException 400 when no active admin would be left, 422 when the password is too long
   */
  public User change(long id, UserChange change) {
    String hash = change.password() == null ? null : passwords.hash(change.password());
    return write.execute(
        status -> {
          User before = existing(id);
          User after = change.appliedTo(before);
          if (!after.isAdmin() || !after.isActive()) {
            keepAnAdmin(before);
          }
          if (!after.equals(before)) {
            rows.update(after);
          }
          String difference = UserChange.difference(before, after);
          if (!difference.isEmpty()) {
            audit.record(AccountEvent.USER_CHANGED, after, difference);
          }
          if (hash != null) {
            rows.updateHash(id, hash);
            audit.record(AccountEvent.PASSWORD_CHANGED, after, null);
          }
          return after;
        });
  }

  /**
   * Deletes an account with its API keys; its tokens end. Its number is never used again.
   *
   * @param id number of the account
   * @throws NotFoundException when there is no such account
   * @throws ApiException 400 when no active admin would be left
   */
  public void delete(long id) {
    write.executeWithoutResult(
        status -> {
          User user = existing(id);
          keepAnAdmin(user);
          rows.delete(id);
          audit.record(AccountEvent.USER_DELETED, user, null);
        });
  }

  private User existing(long id) {
    rows.lock();
    return rows.byId(id).orElseThrow(() -> new NotFoundException("User not found"));
  }

  private void keepAnAdmin(User leaving) {
    List<User> admins = rows.activeAdmins();
    if (admins.size() == 1 && admins.get(0).id() == leaving.id()) {
      throw new ApiException(
          400, leaving.username() + " is the last active admin; make another one first");
    }
  }

  private static void checkName(String name) {
    if (name.isBlank()
        || name.codePointCount(0, name.length()) > LONGEST_NAME
        || !Legible.all(name)) {
      throw new ApiException(
          422,
          "A username is 1 to %d visible characters, not \"%s\""
              .formatted(LONGEST_NAME, Legible.excerpt(name)));
    }
  }

  private static ApiException taken() {
    return new ApiException(400, "Username already registered");
  }

  private static String rights(User user) {
    return "is_admin=%s, is_active=%s, permissions=%s"
        .formatted(user.isAdmin(), user.isActive(), user.permissions());
  }
}
