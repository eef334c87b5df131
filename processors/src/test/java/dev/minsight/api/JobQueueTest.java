package dev.minsight.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.minsight.compute.Jobs;
import dev.minsight.testing.Contract;
import dev.minsight.testing.Pictures;
import dev.minsight.testing.TestServer;
import dev.minsight.workflow.RunningEngine;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What becomes of jobs that wait: their order, cancelling, and a start of the server in between.
 * Starting takes seconds, so one server without a worker and one with it serve all tests.
 */
class JobQueueTest {

  private static final Duration LONG = Duration.ofSeconds(90);
  private static final String SECRET = "0123456789abcdef";

  @TempDir private static Path home;
  @TempDir private static Path files;
  private static HttpServer hooks;
  private static final List<Call> CALLS = new CopyOnWriteArrayList<>();
  private static TestServer server;

  private static Waiting waiting;
  private static Cancelled cancelled;
  private static Ended ended;

  /** A call that came in. */
  private record Call(String delivery, String timestamp, String signature, String body) {}

  /** Jobs that nobody does, and what the server says of them. */
  private record Waiting(
      List<String> jobs, String lost, JsonNode capabilities, JsonNode overview) {}

  /** A job that was cancelled, one that was deleted, and the answers. */
  private record Cancelled(
      String job,
      String gone,
      HttpResponse<String> answer,
      HttpResponse<String> again,
      HttpResponse<String> deleted,
      boolean folderLeft,
      long processes,
      HttpResponse<String> retried) {}

  /** Jobs that ended before the engine heard of it. */
  private record Ended(String failed, String gaveUp, long failedAt) {}

  @BeforeAll
  static void queueAndRestart() throws IOException {
    hooks = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    hooks.createContext("/", JobQueueTest::called);
    hooks.start();
    server = TestServer.start(home, "minsight.roles=auth,store,compute,insight");
    cancelled = cancel();
    ended = end();
    waiting = queue();

    server.close();
    server =
        TestServer.start(
            home,
            "minsight.worker.threads=1",
            "minsight.pipeline.sweep-every=2s",
            "minsight.compute.webhooks=" + hook(""),
            "minsight.compute.webhook-secret=" + SECRET);
  }

  @AfterAll
  static void stop() {
    server.close();
    hooks.stop(0);
  }

  private static void called(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    CALLS.add(
        new Call(
            exchange.getRequestHeaders().getFirst("X-Minsight-Delivery"),
            exchange.getRequestHeaders().getFirst("X-Minsight-Timestamp"),
            exchange.getRequestHeaders().getFirst("X-Minsight-Signature"),
            body));
    exchange.sendResponseHeaders(CALLS.size() == 1 ? 500 : 204, -1);
    exchange.close();
  }

  private static String hook(String name) {
    return "http://127.0.0.1:" + hooks.getAddress().getPort() + "/hooks/" + name;
  }

  private static Cancelled cancel() {
    String job = submit("clip_embedding", 5);
    String gone = submit("clip_embedding", 5);
    return new Cancelled(
        job,
        gone,
        post("/jobs/" + job + "/cancel"),
        post("/jobs/" + job + "/cancel"),
        server.delete(server.compute("/jobs/" + gone), server.adminToken()),
        Files.exists(home.resolve("compute/jobs/" + gone)),
        processes(job) + processes(gone),
        post("/jobs/" + job + "/retry"));
  }

  private static Ended end() {
    String failed = submit("clip_embedding", 5);
    String gaveUp = submit("clip_embedding", 5);
    server.bean(Jobs.class).failed(failed, "it is no picture");
    server.bean(Jobs.class).gaveUp(gaveUp, "the disk was full");
    return new Ended(failed, gaveUp, get("/jobs/" + failed).get("completed_at").asLong());
  }

  private static Waiting queue() {
    List<String> jobs =
        IntStream.of(9, 5, 0).mapToObj(priority -> submit("dino_embedding", priority)).toList();
    String lost = submit("clip_embedding", 5);
    JsonNode capabilities = get("/capabilities");
    JsonNode overview = get("/jobs/overview");
    RunningEngine engine = new RunningEngine(server);
    engine.lose(engine.processes("job-" + lost).get(0));
    return new Waiting(jobs, lost, capabilities, overview);
  }

  private static String submit(String plugin, int priority) {
    Path file = files.resolve("picture.png");
    Pictures.write(file, Pictures.noise("png", 24, 24, priority));
    return submit(plugin, file, Map.of("priority", Integer.toString(priority)));
  }

  private static String submit(String plugin, Path file, Map<String, String> fields) {
    HttpResponse<String> answer = send(plugin, file, fields);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return TestServer.json(answer).get("job_id").asText();
  }

  private static HttpResponse<String> send(String plugin, Path file, Map<String, String> fields) {
    return server.multipart(
        "POST", server.compute("/jobs/" + plugin), server.adminToken(), fields, "file", file);
  }

  private static JsonNode get(String path) {
    return TestServer.json(server.get(server.compute(path), server.adminToken()));
  }

  private static HttpResponse<String> post(String path) {
    return server.form("POST", server.compute(path), server.adminToken(), Map.of());
  }

  private static long processes(String job) {
    return new RunningEngine(server).processes("job-" + job).size();
  }

  private static JsonNode completed(String id) {
    return await()
        .atMost(LONG)
        .until(() -> get("/jobs/" + id), job -> job.path("status").asText().equals("completed"));
  }

  @Test
  @DisplayName(
      "Without a worker jobs wait, and say so; a start with one does them, most urgent first, also"
          + " those whose process was lost")
  @Contract({"compute.md 4 order", "compute.md 4 retry"})
  void waitsAndGoesOn() {
    JsonNode said = waiting.capabilities().get("waiting");
    assertThat(said.findValuesAsText("task_type"))
        .containsExactlyInAnyOrder("clip_embedding", "dino_embedding");
    assertThat(said.findValuesAsText("reason")).allMatch(reason -> reason.contains("no worker"));
    assertThat(waiting.overview().at("/queue/1/queued").asInt()).isEqualTo(3);

    List<Long> began =
        waiting.jobs().stream().map(id -> completed(id).get("started_at").asLong()).toList();
    assertThat(completed(waiting.lost()).get("attempt").asInt()).isEqualTo(1);
    assertThat(began.get(2)).isLessThanOrEqualTo(began.get(1));
    assertThat(began.get(1)).isLessThanOrEqualTo(began.get(0));
  }

  @Test
  @DisplayName("A job that waits is cancelled: it fails with who did it, and is done on request")
  @Contract("compute.md 3 no list, cancel, retry")
  void cancels() {
    HttpResponse<String> answer = cancelled.answer();
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(TestServer.json(answer).get("status").asText()).isEqualTo("failed");
    assertThat(TestServer.json(answer).get("error_message").asText()).startsWith("cancelled by");
    assertThat(cancelled.again().statusCode()).isEqualTo(409);
    assertThat(cancelled.deleted().statusCode()).isEqualTo(204);
    assertThat(cancelled.folderLeft()).isFalse();
    assertThat(cancelled.processes()).isZero();
    assertThat(cancelled.retried().statusCode()).isEqualTo(200);

    assertThat(completed(cancelled.job()).get("error_message").isNull()).isTrue();
    assertThat(
            server
                .get(server.compute("/jobs/" + cancelled.gone()), server.adminToken())
                .statusCode())
        .isEqualTo(404);
  }

  @Test
  @DisplayName(
      "Jobs are removed with their files once they were kept long enough, younger ones stay")
  void retention() {
    String old = submit("clip_embedding", 5);
    String young = submit("clip_embedding", 6);
    completed(old);
    completed(young);
    long kept = server.settings().compute().keepJobs().toMillis();
    new TransactionTemplate(server.bean(PlatformTransactionManager.class))
        .executeWithoutResult(
            tx ->
                server
                    .bean(JdbcClient.class)
                    .sql("UPDATE jobs SET completed_at = completed_at - :kept WHERE id = :id")
                    .param("kept", kept)
                    .param("id", old)
                    .update());

    new RunningEngine(server).start("housekeeping");

    await()
        .atMost(LONG)
        .until(
            () ->
                server.get(server.compute("/jobs/" + old), server.adminToken()).statusCode()
                    == 404);
    assertThat(home.resolve("compute/jobs/" + old)).doesNotExist();
    assertThat(get("/jobs/" + young).get("status").asText()).isEqualTo("completed");
    assertThat(home.resolve("compute/jobs/" + young)).exists();
  }

  @Test
  @DisplayName(
      "A job that failed before the engine heard of it does not fail again after a start; one whose"
          + " tries were used up may go on")
  void failedOnce() {
    assertThat(completed(ended.gaveUp()).get("attempt").asInt()).isEqualTo(1);
    await().atMost(LONG).until(() -> processes(ended.failed()) == 0);
    JsonNode job = get("/jobs/" + ended.failed());
    assertThat(job.get("error_message").asText()).isEqualTo("it is no picture");
    assertThat(job.get("attempt").asInt()).isZero();
    assertThat(job.get("completed_at").asLong()).isEqualTo(ended.failedAt());
  }

  @Test
  @DisplayName(
      "A callback is made once a job has ended, signed, and again until it is answered with 2xx")
  void webhook() throws Exception {
    Path file = files.resolve("no.jpg");
    Pictures.write(file, new byte[] {1, 2, 3});
    HttpResponse<String> refused =
        send("clip_embedding", file, Map.of("callback_url", "http://127.0.0.1:1/hooks/"));
    assertThat(refused.statusCode()).isEqualTo(422);
    assertThat(refused.body()).contains("minsight.compute.webhooks");

    String job = submit("clip_embedding", file, Map.of("callback_url", hook("done")));

    await().atMost(LONG).until(() -> CALLS.size() == 2);
    assertThat(CALLS.get(0).delivery()).isEqualTo(CALLS.get(1).delivery());
    for (Call call : CALLS) {
      assertThat(call.body()).contains("\"event\":\"job.failed\"", job);
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      assertThat(call.signature())
          .isEqualTo(
              "sha256="
                  + HexFormat.of()
                      .formatHex(
                          mac.doFinal(
                              (call.timestamp() + "." + call.body())
                                  .getBytes(StandardCharsets.UTF_8))));
    }
  }
}
