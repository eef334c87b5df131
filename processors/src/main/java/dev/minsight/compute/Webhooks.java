package dev.minsight.compute;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.minsight.support.ApiException;
import dev.minsight.support.MinsightProperties;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Calls to those who want to be told that a job has ended. A call is a row, written with the end of
 * the job, so none is lost; {@link WebhookCaller} makes it. Only addresses that the settings allow
 * are called: the server must not be a way into the network behind it.
 */
@Component
public class Webhooks {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final JdbcClient jdbc;
  private final Clock clock;
  private final List<String> allowed;

  Webhooks(JdbcClient jdbc, Clock clock, MinsightProperties settings) {
    this.jdbc = jdbc;
    this.clock = clock;
    this.allowed = settings.compute().webhooks();
  }

  /**
   * @param url somebody wants to be called at
   * @throws ApiException 422 if the settings do not allow it
   */
  public void check(String url) {
    // The prefix ends with a slash (checked at start), so no other host can begin with it.
    if (allowed.stream().noneMatch(url::startsWith) || url.contains("@") || url.contains("..")) {
      throw new ApiException(
          422,
          allowed.isEmpty()
              ? "callback_url is not allowed: this server calls nobody (minsight.compute.webhooks)"
              : "callback_url does not begin with an address that this server may call"
                  + " (minsight.compute.webhooks)");
    }
  }

  /**
   * A call to be made.
   *
   * @param id random UUID; the same in each try, so that a receiver knows a repeated one
   * @param url to be called
   * @param body JSON
   * @param attempts tries so far
   */
  record Call(String id, String url, String body, int attempts) {}

  /** Notes that somebody is to be told; in the transaction that ends the job. */
  @Transactional(propagation = Propagation.MANDATORY)
  void ended(Job job) {
    if (job.callbackUrl() == null) {
      return;
    }
    long now = clock.millis();
    jdbc.sql(
            """
            INSERT INTO webhook_calls (id, job_id, url, body, next_at, created_at)
            VALUES (:id, :job, :url, :body, :now, :now)""")
        .param("id", UUID.randomUUID().toString())
        .param("job", job.id())
        .param("url", job.callbackUrl())
        .param("body", body(job, now))
        .param("now", now)
        .update();
  }

  private static String body(Job job, long now) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("event", "job." + job.status().word());
    body.put("job_id", job.id());
    body.put("task_type", job.taskType());
    body.put("status", job.status().word());
    body.put("error_message", job.errorMessage());
    body.put("timestamp", now);
    try {
      return JSON.writeValueAsString(body);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a call cannot be written as JSON", e);
    }
  }

  @Transactional(readOnly = true)
  List<Call> due(int most) {
    return jdbc.sql(
            """
            SELECT id, url, body, attempts FROM webhook_calls WHERE next_at <= :now
            ORDER BY next_at LIMIT :most""")
        .param("now", clock.millis())
        .param("most", most)
        .query(
            (row, number) ->
                new Call(
                    row.getString("id"),
                    row.getString("url"),
                    row.getString("body"),
                    row.getInt("attempts")))
        .list();
  }

  @Transactional
  void done(Call call) {
    jdbc.sql("DELETE FROM webhook_calls WHERE id = :id").param("id", call.id()).update();
  }

  /**
   * Notes that a try failed.
   *
   * @param waitMillis until the next one, or null when there is none
   */
  @Transactional
  void failed(Call call, String reason, Long waitMillis) {
    jdbc.sql(
            """
            UPDATE webhook_calls SET attempts = :attempts, last_error = :reason, next_at = :next
            WHERE id = :id""")
        .param("attempts", call.attempts() + 1)
        .param("reason", reason)
        .param("next", waitMillis == null ? null : (Long) (clock.millis() + waitMillis))
        .param("id", call.id())
        .update();
  }

  /** Forgets what nobody could be told of a job that is gone. */
  @Transactional(propagation = Propagation.MANDATORY)
  void forget(String jobId) {
    jdbc.sql("DELETE FROM webhook_calls WHERE job_id = :id AND next_at IS NULL")
        .param("id", jobId)
        .update();
  }
}
