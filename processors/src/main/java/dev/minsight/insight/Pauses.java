package dev.minsight.insight;

import dev.minsight.support.Rows;
import java.time.Clock;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Whether somebody holds new work back. While a pause lasts no photo is begun; what is in work is
 * finished, and whatever comes in is stored and waits. One pause holds for all servers on the
 * database, and survives a restart.
 */
@Component
public class Pauses {

  private final JdbcClient jdbc;
  private final Clock clock;

  Pauses(JdbcClient jdbc, Clock clock) {
    this.jdbc = jdbc;
    this.clock = clock;
  }

  /**
   * A pause.
   *
   * @param owner who wished it
   * @param reason why, in plain words
   * @param since ms since epoch
   * @param expiresAt ms since epoch when work goes on by itself, null for when somebody says so
   */
  public record Pause(String owner, String reason, long since, Long expiresAt) {}

  /**
   * @return the pause that lasts now
   */
  @Transactional(readOnly = true)
  public Optional<Pause> current() {
    return jdbc.sql(
            """
            SELECT owner, reason, since, expires_at FROM pipeline_pause
            WHERE expires_at IS NULL OR expires_at > :now""")
        .param("now", clock.millis())
        .query(Rows.as(Pause.class))
        .optional();
  }

  /**
   * Begins a pause, in the place of one that lasts already.
   *
   * @param owner who wishes it
   * @param reason why, in plain words
   * @param expiresAt ms since epoch when work goes on by itself, null for when somebody says so
   * @return the pause
   */
  @Transactional
  public Pause begin(String owner, String reason, Long expiresAt) {
    Pause pause = new Pause(owner, reason, clock.millis(), expiresAt);
    jdbc.sql(
            """
            INSERT INTO pipeline_pause (id, owner, reason, since, expires_at)
            VALUES (1, :owner, :reason, :since, :expires)
            ON CONFLICT (id) DO UPDATE SET owner = excluded.owner, reason = excluded.reason,
              since = excluded.since, expires_at = excluded.expires_at""")
        .param("owner", owner)
        .param("reason", reason)
        .param("since", pause.since())
        .param("expires", expiresAt)
        .update();
    return pause;
  }

  /**
   * Ends the pause.
   *
   * @return whether there was one
   */
  @Transactional
  public boolean end() {
    boolean lasted = current().isPresent();
    jdbc.sql("DELETE FROM pipeline_pause").update();
    return lasted;
  }
}
