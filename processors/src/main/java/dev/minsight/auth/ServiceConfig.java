package dev.minsight.auth;

import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Preferences that are changed while the server runs, with who changed them. Read from the database
 * each time (tens of microseconds), so that a change holds at once on every node.
 */
@Component
public class ServiceConfig {

  /**
   * A stored preference.
   *
   * @param value as text
   * @param updatedAt ms since the epoch
   * @param updatedBy id claim of who set it, or null
   */
  public record Entry(String value, long updatedAt, String updatedBy) {}

  private final JdbcClient jdbc;

  ServiceConfig(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * @param key name of a preference
   * @return what was set, if it ever was
   */
  @Transactional(readOnly = true)
  public Optional<Entry> find(String key) {
    return jdbc.sql("SELECT value, updated_at, updated_by FROM service_config WHERE key = :key")
        .param("key", key)
        .query(
            (row, number) ->
                new Entry(
                    row.getString("value"), row.getLong("updated_at"), row.getString("updated_by")))
        .optional();
  }

  /**
   * @param key name of a preference
   * @param value as text
   * @param userId id claim of who sets it, or null
   */
  @Transactional
  public void set(String key, String value, String userId) {
    jdbc.sql(
            """
            INSERT INTO service_config (key, value, updated_at, updated_by)
            VALUES (:key, :value, :now, :user)
            ON CONFLICT (key) DO UPDATE
            SET value = :value, updated_at = :now, updated_by = :user""")
        .param("key", key)
        .param("value", value)
        .param("now", System.currentTimeMillis())
        .param("user", userId)
        .update();
  }
}
