package dev.minsight.auth;

import dev.minsight.support.ApiException;
import dev.minsight.support.IdCounter;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionOperations;
import org.springframework.transaction.support.TransactionTemplate;

/** The accounts, by number and by name. */
@Component
public class Users {

  private static final String COLUMNS =
      "id, username, is_admin, is_active, permissions, created_at, token_version";

  private final JdbcClient jdbc;
  private final IdCounter ids;
  private final Passwords passwords;
  private final TransactionOperations write;

  Users(
      JdbcClient jdbc,
      IdCounter ids,
      Passwords passwords,
      PlatformTransactionManager transactions) {
    this.jdbc = jdbc;
    this.ids = ids;
    this.passwords = passwords;
    this.write = new TransactionTemplate(transactions);
  }

  /**
   * @param id number of an account
   * @return the account
   */
  @Transactional(readOnly = true)
  public Optional<User> byId(long id) {
    return jdbc.sql("SELECT " + COLUMNS + " FROM users WHERE id = :id")
        .param("id", id)
        .query(Users::user)
        .optional();
  }

  /**
   * @param username exact name
   * @return the account
   */
  @Transactional(readOnly = true)
  public Optional<User> byName(String username) {
    return jdbc.sql("SELECT " + COLUMNS + " FROM users WHERE username = :username")
        .param("username", username)
        .query(Users::user)
        .optional();
  }

  /**
   * @return the accounts that may administer now, in the order they were made
   */
  @Transactional(readOnly = true)
  public List<User> activeAdmins() {
    return jdbc.sql(
            "SELECT "
                + COLUMNS
                + " FROM users WHERE is_admin = TRUE AND is_active = TRUE ORDER BY id")
        .query(Users::user)
        .list();
  }

  /**
   * Makes an account. The password is hashed before the transaction begins: that takes a quarter of
   * a second, and SQLite has one writer.
   *
   * @param user what to make
   * @return the account as stored
   * @throws ApiException 400 when the name is taken, 422 when the password is too long
   */
  public User create(NewUser user) {
    String hash = passwords.hash(user.password());
    Instant now = Instant.ofEpochMilli(System.currentTimeMillis());
    try {
      return write.execute(
          status -> {
            // SQLite's one writer makes this check safe; on PostgreSQL the table's constraint is.
            if (byName(user.username()).isPresent()) {
              throw taken();
            }
            User made =
                new User(
                    ids.next("user"),
                    user.username(),
                    user.isAdmin(),
                    user.isActive(),
                    user.permissions(),
                    now,
                    0);
            insert(made, hash);
            return made;
          });
    } catch (DuplicateKeyException e) {
      throw taken();
    }
  }

  private static ApiException taken() {
    return new ApiException(400, "Username already registered");
  }

  private void insert(User user, String hash) {
    jdbc.sql(
            """
            INSERT INTO users (id, username, hashed_password, is_admin, is_active, permissions,
                               created_at, token_version)
            VALUES (:id, :username, :hash, :admin, :active, :permissions, :created, :version)""")
        .param("id", user.id())
        .param("username", user.username())
        .param("hash", hash)
        .param("admin", user.isAdmin())
        .param("active", user.isActive())
        .param("permissions", String.join(",", user.permissions()))
        .param("created", user.createdAt().toEpochMilli())
        .param("version", user.tokenVersion())
        .update();
  }

  @Transactional(readOnly = true)
  Optional<String> hashOf(String username) {
    return jdbc.sql("SELECT hashed_password FROM users WHERE username = :username")
        .param("username", username)
        .query(String.class)
        .optional();
  }

  private static User user(ResultSet row, int number) throws SQLException {
    String permissions = row.getString("permissions");
    return new User(
        row.getLong("id"),
        row.getString("username"),
        row.getBoolean("is_admin"),
        row.getBoolean("is_active"),
        permissions.isEmpty() ? List.of() : Arrays.asList(permissions.split(",")),
        Instant.ofEpochMilli(row.getLong("created_at")),
        row.getInt("token_version"));
  }
}
