package dev.minsight.compute;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** The table of jobs and every change of their status. */
@Component
public class Jobs {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

  /** What was changed this long ago is not on its way to the engine any more. */
  private static final long SETTLED_MILLIS = 10_000;

  private final JdbcClient jdbc;
  private final Clock clock;
  private final JobAnnouncer announcer;
  private final Webhooks webhooks;
  private final ApplicationEventPublisher events;

  Jobs(
      JdbcClient jdbc,
      Clock clock,
      JobAnnouncer announcer,
      Webhooks webhooks,
      ApplicationEventPublisher events) {
    this.jdbc = jdbc;
    this.clock = clock;
    this.announcer = announcer;
    this.webhooks = webhooks;
    this.events = events;
  }

  /**
   * Creates a job in the caller's transaction.
   *
   * @param job what is to be done
   * @return its id
   */
  @Transactional(propagation = Propagation.MANDATORY)
  public String create(NewJob job) {
    String id = UUID.randomUUID().toString();
    insert(id, job);
    return id;
  }

  /**
   * Creates a job in the caller's transaction, under an id that its files have already.
   *
   * @param id random UUID
   * @param job what is to be done
   * @return the job
   */
  @Transactional(propagation = Propagation.MANDATORY)
  public Job create(String id, NewJob job) {
    insert(id, job);
    Job created = find(id).orElseThrow();
    announcer.changed(created);
    return created;
  }

  private void insert(String id, NewJob job) {
    long now = clock.millis();
    jdbc.sql(
            """
            INSERT INTO jobs (id, task_type, entity_id, generation, status, priority, params,
              created_by, callback_url, created_at, updated_at)
            VALUES (:id, :type, :entity, :generation, 'queued', :priority, :params, :by, :callback,
              :now, :now)""")
        .param("id", id)
        .param("type", job.taskType())
        .param("entity", job.entityId())
        .param("generation", job.generation())
        .param("priority", job.priority())
        .param("params", write(job.params()))
        .param("by", job.createdBy())
        .param("callback", job.callbackUrl())
        .param("now", now)
        .update();
  }

  /**
   * Notes that workers begin these jobs, and tells listeners. A job of the API that has ended for
   * good already, because a report got lost or somebody cancelled it, is not begun again.
   *
   * @param ids of jobs
   * @param worker name of the worker
   * @return the jobs, of those that still exist
   */
  @Transactional
  public List<Job> started(Collection<String> ids, String worker) {
    long now = clock.millis();
    jdbc.sql(
            """
            UPDATE jobs SET status = 'processing', progress = 0, attempt = attempt + 1,
              started_at = :now, updated_at = :now, completed_at = NULL, gave_up_at = NULL,
              worker = :worker
            WHERE id IN (:ids) AND cancelled_at IS NULL
              AND (entity_id IS NOT NULL OR status IN ('queued', 'processing')
                OR gave_up_at IS NOT NULL)""")
        .param("now", now)
        .param("worker", worker)
        .param("ids", ids)
        .update();
    List<Job> jobs =
        jdbc.sql("SELECT * FROM jobs WHERE id IN (:ids)").param("ids", ids).query(Jobs::row).list();
    jobs.stream().filter(job -> !job.status().terminal()).forEach(announcer::changed);
    events.publishEvent(new JobsStarted(jobs));
    return jobs;
  }

  /**
   * Notes how far a job is, and tells listeners if it is further than before.
   *
   * @param job as its worker began it
   * @param percent 0..99
   * @return false when the job is gone, has ended, or was begun by another worker since
   */
  @Transactional
  public boolean progress(Job job, int percent) {
    Integer before =
        jdbc.sql(
                """
                SELECT progress FROM jobs
                WHERE id = :id AND status = 'processing' AND attempt = :attempt""")
            .param("id", job.id())
            .param("attempt", job.attempt())
            .query(Integer.class)
            .optional()
            .orElse(null);
    if (before != null && before < percent) {
      jdbc.sql("UPDATE jobs SET progress = :percent, updated_at = :now WHERE id = :id")
          .param("percent", percent)
          .param("now", clock.millis())
          .param("id", job.id())
          .update();
      find(job.id()).ifPresent(announcer::changed);
    }
    return before != null;
  }

  /**
   * Notes a result.
   *
   * @param id of the job
   * @param result what its plugin found
   */
  @Transactional
  public void completed(String id, JobResult result) {
    long now = clock.millis();
    int changed =
        jdbc.sql(
                """
            UPDATE jobs SET status = 'completed', progress = 100, output = :output,
              model_id = :model, error_message = NULL, updated_at = :now, completed_at = :now
            WHERE id = :id AND cancelled_at IS NULL
              AND (entity_id IS NOT NULL OR status <> 'completed')""")
            .param("output", write(result.output()))
            .param("model", result.modelId())
            .param("now", now)
            .param("id", id)
            .update();
    if (changed > 0) {
      find(id).ifPresent(this::tellEnd);
    }
  }

  /**
   * Notes that a job failed for good.
   *
   * @param id of the job
   * @param reason in plain words
   */
  @Transactional
  public void failed(String id, String reason) {
    end(id, reason, false);
  }

  /**
   * Notes that the tries of a job are used up, and tells listeners.
   *
   * @param id of the job
   * @param reason in plain words
   */
  @Transactional
  public void gaveUp(String id, String reason) {
    end(id, reason, true);
    find(id).ifPresent(job -> events.publishEvent(new JobGaveUp(job)));
  }

  /**
   * Notes that a try failed and another will follow.
   *
   * @param id of the job
   * @param reason in plain words, or null when it only has to wait
   */
  @Transactional
  public void requeued(String id, String reason) {
    jdbc.sql(
            """
            UPDATE jobs SET status = 'queued', error_message = :reason, updated_at = :now
            WHERE id = :id AND cancelled_at IS NULL""")
        .param("reason", reason)
        .param("now", clock.millis())
        .param("id", id)
        .update();
  }

  /**
   * Notes that somebody called a job of the API off.
   *
   * @param id of the job
   * @param reason in plain words
   * @return false when it had ended before
   */
  @Transactional
  boolean cancelled(String id, String reason) {
    long now = clock.millis();
    int changed =
        jdbc.sql(
                """
                UPDATE jobs SET status = 'failed', error_message = :reason, updated_at = :now,
                  completed_at = :now, cancelled_at = :now
                WHERE id = :id AND status IN ('queued', 'processing')""")
            .param("reason", reason)
            .param("now", now)
            .param("id", id)
            .update();
    if (changed > 0) {
      find(id).ifPresent(this::tellEnd);
    }
    return changed > 0;
  }

  /**
   * Queues a failed job of the API once more.
   *
   * @param id of the job
   * @return false when it has not failed
   */
  @Transactional
  boolean again(String id) {
    int changed =
        jdbc.sql(
                """
                UPDATE jobs SET status = 'queued', progress = 0, error_message = NULL,
                  attempt = 0, updated_at = :now, started_at = NULL, completed_at = NULL,
                  cancelled_at = NULL, gave_up_at = NULL
                WHERE id = :id AND status = 'failed'""")
            .param("now", clock.millis())
            .param("id", id)
            .update();
    if (changed > 0) {
      find(id).ifPresent(announcer::changed);
    }
    return changed > 0;
  }

  /**
   * Removes the row of a job.
   *
   * @param id of the job
   * @return false when there was none
   */
  @Transactional
  boolean delete(String id) {
    webhooks.forget(id);
    return jdbc.sql("DELETE FROM jobs WHERE id = :id").param("id", id).update() > 0;
  }

  /**
   * @return jobs of the API that have not ended and were changed no moment ago
   */
  @Transactional(readOnly = true)
  List<Job> openOfApi() {
    return jdbc.sql(
            """
            SELECT * FROM jobs WHERE status IN ('queued', 'processing') AND entity_id IS NULL
              AND updated_at < :before""")
        .param("before", clock.millis() - SETTLED_MILLIS)
        .query(Jobs::row)
        .list();
  }

  /**
   * @param before ms since epoch
   * @return ids of the jobs of the API that ended before
   */
  @Transactional(readOnly = true)
  List<String> endedBefore(long before) {
    return jdbc.sql(
            """
            SELECT id FROM jobs WHERE status IN ('completed', 'failed') AND entity_id IS NULL
              AND completed_at < :before""")
        .param("before", before)
        .query(String.class)
        .list();
  }

  /**
   * @param query which, and from where
   * @return one more than the query's limit if there are more, newest first
   */
  @Transactional(readOnly = true)
  List<Job> list(JobQuery query) {
    StringBuilder sql = new StringBuilder("SELECT * FROM jobs WHERE 1 = 1");
    Map<String, Object> values = new LinkedHashMap<>();
    if (query.status() != null) {
      sql.append(" AND status = :status");
      values.put("status", query.status().word());
    }
    if (query.taskType() != null) {
      sql.append(" AND task_type = :type");
      values.put("type", query.taskType());
    }
    if (query.after() != null) {
      sql.append(" AND (created_at, id) < (:createdAt, :id)");
      values.put("createdAt", query.after().createdAt());
      values.put("id", query.after().id());
    }
    sql.append(" ORDER BY created_at DESC, id DESC LIMIT :limit");
    values.put("limit", query.limit() + 1);
    return jdbc.sql(sql.toString()).params(values).query(Jobs::row).list();
  }

  /**
   * @param id of a job
   * @return the job
   */
  @Transactional(readOnly = true)
  public Optional<Job> find(String id) {
    return jdbc.sql("SELECT * FROM jobs WHERE id = :id")
        .param("id", id)
        .query(Jobs::row)
        .optional();
  }

  /**
   * Finds the job that was created for the same thing and is not done.
   *
   * @param job what is to be done, of an entity's content
   * @return its id
   */
  @Transactional(readOnly = true)
  public Optional<String> findOpen(NewJob job) {
    return jdbc.sql(
            """
            SELECT id FROM jobs WHERE entity_id = :entity AND generation = :generation
              AND task_type = :type AND status IN ('queued', 'processing') LIMIT 1""")
        .param("entity", job.entityId())
        .param("generation", job.generation())
        .param("type", job.taskType())
        .query(String.class)
        .optional();
  }

  /**
   * @param entityId an entity
   * @return its jobs, those still open first, then by age
   */
  @Transactional(readOnly = true)
  public List<Job> ofEntity(long entityId) {
    List<Job> jobs =
        new ArrayList<>(
            jdbc.sql("SELECT * FROM jobs WHERE entity_id = :id ORDER BY created_at, id")
                .param("id", entityId)
                .query(Jobs::row)
                .list());
    jobs.sort((a, b) -> Boolean.compare(a.status().terminal(), b.status().terminal()));
    return jobs;
  }

  /**
   * @param entityId an entity
   * @return by job, the worker that began it last; jobs that nobody began are left out
   */
  @Transactional(readOnly = true)
  public Map<String, String> workersOfEntity(long entityId) {
    Map<String, String> workers = new LinkedHashMap<>();
    jdbc.sql("SELECT id, worker FROM jobs WHERE entity_id = :id AND worker IS NOT NULL")
        .param("id", entityId)
        .query(
            row -> {
              workers.put(row.getString("id"), row.getString("worker"));
            });
    return workers;
  }

  /**
   * @return ids of the jobs whose files stay after the work: those of the API
   */
  @Transactional(readOnly = true)
  Set<String> keepingFiles() {
    return Set.copyOf(
        jdbc.sql("SELECT id FROM jobs WHERE entity_id IS NULL").query(String.class).list());
  }

  private void tellEnd(Job job) {
    announcer.ended(job);
    webhooks.ended(job);
  }

  private void end(String id, String reason, boolean gaveUp) {
    long now = clock.millis();
    int changed =
        jdbc.sql(
                """
                UPDATE jobs SET status = 'failed', error_message = :reason, updated_at = :now,
                  completed_at = :now, gave_up_at = :gaveUp
                WHERE id = :id AND (entity_id IS NOT NULL
                  OR status NOT IN ('completed', 'failed'))""")
            .param("reason", reason)
            .param("now", now)
            .param("gaveUp", gaveUp ? now : null, Types.BIGINT)
            .param("id", id)
            .update();
    if (changed > 0) {
      find(id).ifPresent(this::tellEnd);
    }
  }

  private static Job row(ResultSet row, int number) throws SQLException {
    return new Job(
        row.getString("id"),
        row.getString("task_type"),
        number(row, "entity_id"),
        row.getObject("generation") == null ? null : row.getInt("generation"),
        JobStatus.of(row.getString("status")),
        row.getInt("progress"),
        row.getInt("priority"),
        read(row.getString("params")),
        row.getString("output") == null ? null : read(row.getString("output")),
        row.getString("error_message"),
        row.getString("model_id"),
        row.getInt("attempt"),
        row.getString("created_by"),
        row.getLong("created_at"),
        row.getLong("updated_at"),
        number(row, "started_at"),
        number(row, "completed_at"),
        number(row, "cancelled_at"),
        row.getString("callback_url"));
  }

  private static Long number(ResultSet row, String column) throws SQLException {
    long value = row.getLong(column);
    return row.wasNull() ? null : value;
  }

  private static Map<String, Object> read(String json) {
    try {
      return JSON.readValue(json, OBJECT);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a job row holds broken JSON: " + json, e);
    }
  }

  private static String write(Map<String, Object> value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not JSON: " + value, e);
    }
  }
}
