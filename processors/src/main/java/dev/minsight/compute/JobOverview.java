package dev.minsight.compute;

import dev.minsight.ml.VisionModels;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** What is to be done, who does what, and what went wrong, at a glance. */
@Component
public class JobOverview {

  private static final int MOST_GROUPS = 50;
  private static final int MOST_RUNNING = 200;

  private final JdbcClient jdbc;
  private final VisionModels models;

  JobOverview(JdbcClient jdbc, VisionModels models) {
    this.jdbc = jdbc;
    this.models = models;
  }

  /**
   * @return what this process takes of the machine's memory
   */
  public MemoryUse memory() {
    return MemoryUse.now(models.loaded());
  }

  /**
   * The tasks of one type that have not ended.
   *
   * @param taskType plugin
   * @param queued how many wait
   * @param processing how many a worker is busy with
   * @param oldestAt when the oldest that waits was handed in, ms since epoch; null if none waits
   */
  public record Depth(String taskType, long queued, long processing, Long oldestAt) {}

  /**
   * A task a worker is busy with.
   *
   * @param jobId of it
   * @param taskType plugin
   * @param worker name of the worker
   * @param progress 0..99
   * @param startedAt ms since epoch
   * @param entityId entity whose step it is, or null
   */
  public record Running(
      String jobId, String taskType, String worker, int progress, long startedAt, Long entityId) {}

  /**
   * Failures that say the same.
   *
   * @param taskType plugin
   * @param reason in plain words
   * @param count how many
   * @param lastAt when the last of them failed, ms since epoch
   * @param jobId one of them
   */
  public record Failures(String taskType, String reason, long count, long lastAt, String jobId) {}

  /**
   * @return what has not ended, by task type
   */
  @Transactional(readOnly = true)
  public List<Depth> depths() {
    return jdbc.sql(
            """
            SELECT task_type,
              sum(CASE WHEN status = 'queued' THEN 1 ELSE 0 END) AS queued,
              sum(CASE WHEN status = 'processing' THEN 1 ELSE 0 END) AS processing,
              min(CASE WHEN status = 'queued' THEN created_at END) AS oldest
            FROM jobs WHERE status IN ('queued', 'processing')
            GROUP BY task_type ORDER BY task_type""")
        .query(JobOverview::depth)
        .list();
  }

  private static Depth depth(ResultSet row, int number) throws SQLException {
    long oldest = row.getLong("oldest");
    return new Depth(
        row.getString("task_type"),
        row.getLong("queued"),
        row.getLong("processing"),
        row.wasNull() ? null : (Long) oldest);
  }

  /**
   * @return what workers are busy with, longest first, by worker
   */
  @Transactional(readOnly = true)
  public Map<String, List<Running>> running() {
    return jdbc
        .sql(
            """
            SELECT id, task_type, worker, progress, started_at, entity_id FROM jobs
            WHERE status = 'processing' AND worker IS NOT NULL ORDER BY started_at LIMIT :most""")
        .param("most", MOST_RUNNING)
        .query(JobOverview::task)
        .list()
        .stream()
        .collect(Collectors.groupingBy(Running::worker));
  }

  private static Running task(ResultSet row, int number) throws SQLException {
    long entity = row.getLong("entity_id");
    Long entityId = row.wasNull() ? null : (Long) entity;
    return new Running(
        row.getString("id"),
        row.getString("task_type"),
        row.getString("worker"),
        row.getInt("progress"),
        row.getLong("started_at"),
        entityId);
  }

  /**
   * @return failures by what they say, most frequent first
   */
  @Transactional(readOnly = true)
  public List<Failures> failures() {
    return jdbc.sql(
            """
            SELECT task_type, coalesce(error_message, '') AS reason, count(*) AS times,
              max(completed_at) AS last, max(id) AS job FROM jobs
            WHERE status = 'failed' AND cancelled_at IS NULL
            GROUP BY task_type, coalesce(error_message, '')
            ORDER BY times DESC, last DESC LIMIT :most""")
        .param("most", MOST_GROUPS)
        .query(
            (row, number) ->
                new Failures(
                    row.getString("task_type"),
                    row.getString("reason"),
                    row.getLong("times"),
                    row.getLong("last"),
                    row.getString("job")))
        .list();
  }

  /**
   * @param taskType plugin
   * @param reason as {@link Failures} has it
   * @return ids of these failures
   */
  @Transactional(readOnly = true)
  public List<String> failed(String taskType, String reason) {
    return jdbc.sql(
            """
            SELECT id FROM jobs WHERE status = 'failed' AND cancelled_at IS NULL
              AND task_type = :type AND coalesce(error_message, '') = :reason""")
        .param("type", taskType)
        .param("reason", reason)
        .query(String.class)
        .list();
  }
}
