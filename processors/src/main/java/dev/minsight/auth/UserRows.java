package dev.minsight.auth;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The table of accounts. Whoever calls holds the transaction. */
@Component
class UserRows {

  /** An account with the hash of its password, both of the same moment. */
  record WithHash(User user, String hash) {}

  private static final String SELECT =
      "SELECT id, username, is_admin, is_active, permissions, created_at, token_version,"
          + " hashed_password FROM users ";

  private final JdbcClient jdbc;

  UserRows(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  Optional<User> byId(long id) {
    return jdbc.sql(SELECT + "WHERE id = :id").param("id", id).query(UserRows::user).optional();
  }

  Optional<User> byName(String username) {
    return jdbc.sql(SELECT + "WHERE username = :username")
        .param("username", username)
        .query(UserRows::user)
        .optional();
  }

  List<User> page(long skip, int limit) {
    return jdbc.sql(SELECT + "ORDER BY id LIMIT :limit OFFSET :skip")
        .param("limit", limit)
        .param("skip", skip)
        .query(UserRows::user)
        .list();
  }

  List<User> activeAdmins() {
    return jdbc.sql(SELECT + "WHERE is_admin = TRUE AND is_active = TRUE ORDER BY id")
        .query(UserRows::user)
        .list();
  }

  List<User> active() {
    return jdbc.sql(SELECT + "WHERE is_active = TRUE ORDER BY id").query(UserRows::user).list();
  }

  Optional<WithHash> withHash(String username) {
    return jdbc.sql(SELECT + "WHERE username = :username")
        .param("username", username)
        .query((row, number) -> new WithHash(user(row, number), row.getString("hashed_password")))
        .optional();
  }

  /**
   * Lets changes of accounts go on one after the other until the transaction ends, so that what a
   * change finds (how many admins there are) stays true. SQLite has one writer anyway; on
   * PostgreSQL the counter's row is the lock, the one that making an account takes too.
   */
  void lock() {
    jdbc.sql("UPDATE id_counter SET last = last WHERE name = :kind")
        .param("kind", Users.ID_KIND)
        .update();
  }

  void insert(User user, String hash) {
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

  void update(User user) {
    jdbc.sql(
            """
            UPDATE users SET is_admin = :admin, is_active = :active, permissions = :permissions,
                             token_version = :version
            WHERE id = :id""")
        .param("id", user.id())
        .param("admin", user.isAdmin())
        .param("active", user.isActive())
        .param("permissions", String.join(",", user.permissions()))
        .param("version", user.tokenVersion())
        .update();
  }

  void updateHash(long id, String hash) {
    jdbc.sql("UPDATE users SET hashed_password = :hash WHERE id = :id")
        .param("id", id)
        .param("hash", hash)
        .update();
  }

  void delete(long id) {
    jdbc.sql("DELETE FROM users WHERE id = :id").param("id", id).update();
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
