package dev.minsight.auth;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The table of API keys. Whoever calls holds the transaction. */
@Component
class ApiKeyRows {

  private static final String SELECT =
      "SELECT id, user_id, name, scopes, created_at, expires_at, last_used_at FROM api_keys ";

  private final JdbcClient jdbc;

  ApiKeyRows(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  Optional<ApiKey> byHash(String sha256) {
    return jdbc.sql(SELECT + "WHERE sha256 = :sha256")
        .param("sha256", sha256)
        .query(ApiKeyRows::key)
        .optional();
  }

  Optional<ApiKey> byId(long id) {
    return jdbc.sql(SELECT + "WHERE id = :id").param("id", id).query(ApiKeyRows::key).optional();
  }

  List<ApiKey> ofUser(long userId) {
    return jdbc.sql(SELECT + "WHERE user_id = :user ORDER BY id")
        .param("user", userId)
        .query(ApiKeyRows::key)
        .list();
  }

  void insert(ApiKey key, String sha256) {
    jdbc.sql(
            """
            INSERT INTO api_keys (id, user_id, name, sha256, scopes, created_at, expires_at)
            VALUES (:id, :user, :name, :sha256, :scopes, :created, :expires)""")
        .param("id", key.id())
        .param("user", key.userId())
        .param("name", key.name())
        .param("sha256", sha256)
        .param("scopes", String.join(",", key.scopes()))
        .param("created", key.createdAt().toEpochMilli())
        .param(
            "expires",
            key.expiresAt() == null ? null : key.expiresAt().toEpochMilli(),
            Types.BIGINT)
        .update();
  }

  void used(long id, Instant at) {
    jdbc.sql("UPDATE api_keys SET last_used_at = :at WHERE id = :id")
        .param("at", at.toEpochMilli())
        .param("id", id)
        .update();
  }

  void delete(long id) {
    jdbc.sql("DELETE FROM api_keys WHERE id = :id").param("id", id).update();
  }

  private static ApiKey key(ResultSet row, int number) throws SQLException {
    String scopes = row.getString("scopes");
    return new ApiKey(
        row.getLong("id"),
        row.getLong("user_id"),
        row.getString("name"),
        scopes.isEmpty() ? List.of() : Arrays.asList(scopes.split(",")),
        Instant.ofEpochMilli(row.getLong("created_at")),
        instant(row, "expires_at"),
        instant(row, "last_used_at"));
  }

  private static Instant instant(ResultSet row, String column) throws SQLException {
    long millis = row.getLong(column);
    return row.wasNull() ? null : Instant.ofEpochMilli(millis);
  }
}
