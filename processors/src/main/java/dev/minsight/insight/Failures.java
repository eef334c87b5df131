package dev.minsight.insight;

import dev.minsight.support.Rows;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** The photos that failed, for people who want to know why. */
@Component
public class Failures {

  private final JdbcClient jdbc;

  Failures(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * A photo that failed.
   *
   * @param entityId the photo
   * @param label its label or file name
   * @param reason in plain words
   * @param at ms since epoch
   * @param processId of the engine
   * @param incident whether somebody can retry it in Cockpit
   */
  public record Failed(
      long entityId, String label, String reason, long at, String processId, boolean incident) {}

  /**
   * @param limit most to return
   * @return newest first
   */
  @Transactional(readOnly = true)
  public List<Failed> newest(int limit) {
    return jdbc.sql(
            """
            SELECT i.entity_id, COALESCE(e.label, e.original_name) AS label,
              i.error_message AS reason, i.updated_at AS at, i.process_id,
              i.incident
            FROM entity_intelligence i JOIN entities e ON e.id = i.entity_id
            WHERE i.overall_status = 'failed'
            ORDER BY i.updated_at DESC LIMIT :limit""")
        .param("limit", limit)
        .query(Rows.as(Failed.class))
        .list();
  }
}
