package dev.minsight.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import dev.minsight.compute.Jobs;
import dev.minsight.testing.Contract;
import dev.minsight.testing.Pictures;
import dev.minsight.testing.TestServer;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.camunda.bpm.engine.RuntimeService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of jobs that wait: their order, cancelling, and starts of the server in between. */
class JobQueueTest {

  private static final Duration LONG = Duration.ofSeconds(90);
  private static final String NO_WORKER = "minsight.roles=auth,store,compute,insight";

  @TempDir Path home;
  @TempDir Path files;
  private TestServer server;

  @AfterEach
  void stop() {
    if (server != null) {
      server.close();
    }
  }

  private void restart(String... properties) {
    if (server != null) {
      server.close();
    }
    server = TestServer.start(home, properties);
  }

  private String submit(String plugin, int priority) {
    Path file = files.resolve("picture.png");
    Pictures.write(file, Pictures.noise("png", 24, 24, priority));
    HttpResponse<String> answer =
        server.multipart(
            "POST",
            server.compute("/jobs/" + plugin),
            server.adminToken(),
            Map.of("priority", Integer.toString(priority)),
            "file",
            file);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return TestServer.json(answer).get("job_id").asText();
  }

  private JsonNode get(String path) {
    return TestServer.json(server.get(server.compute(path), server.adminToken()));
  }

  private HttpResponse<String> post(String path) {
    return server.form("POST", server.compute(path), server.adminToken(), Map.of());
  }

  private JsonNode completed(String id) {
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
    restart(NO_WORKER, "minsight.pipeline.sweep-every=2s");
    List<String> jobs =
        IntStream.of(9, 5, 0).mapToObj(priority -> submit("dino_embedding", priority)).toList();
    String lost = submit("clip_embedding", 5);
    RuntimeService runtime = server.bean(RuntimeService.class);

    JsonNode waiting = get("/capabilities").get("waiting");
    assertThat(waiting.findValuesAsText("task_type"))
        .containsExactlyInAnyOrder("clip_embedding", "dino_embedding");
    assertThat(waiting.findValuesAsText("reason")).allMatch(reason -> reason.contains("no worker"));
    assertThat(get("/jobs/overview").at("/queue/1/queued").asInt()).isEqualTo(3);
    runtime.deleteProcessInstance(
        runtime
            .createProcessInstanceQuery()
            .processInstanceBusinessKey("job-" + lost)
            .singleResult()
            .getId(),
        "the test takes it away");

    restart("minsight.worker.threads=1", "minsight.pipeline.sweep-every=2s");

    List<Long> began = jobs.stream().map(id -> completed(id).get("started_at").asLong()).toList();
    assertThat(completed(lost).get("attempt").asInt()).isEqualTo(1);
    assertThat(began.get(2)).isLessThanOrEqualTo(began.get(1));
    assertThat(began.get(1)).isLessThanOrEqualTo(began.get(0));
  }

  @Test
  @DisplayName("A job that waits is cancelled: it fails with who did it, and is done on request")
  @Contract("compute.md 3 no list, cancel, retry")
  void cancels() {
    restart(NO_WORKER);
    String job = submit("clip_embedding", 5);
    String gone = submit("clip_embedding", 5);

    HttpResponse<String> answer = post("/jobs/" + job + "/cancel");

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(TestServer.json(answer).get("status").asText()).isEqualTo("failed");
    assertThat(TestServer.json(answer).get("error_message").asText()).startsWith("cancelled by");
    assertThat(post("/jobs/" + job + "/cancel").statusCode()).isEqualTo(409);
    assertThat(server.delete(server.compute("/jobs/" + gone), server.adminToken()).statusCode())
        .isEqualTo(204);
    assertThat(home.resolve("compute/jobs/" + gone)).doesNotExist();
    assertThat(
            server
                .bean(RuntimeService.class)
                .createProcessInstanceQuery()
                .processDefinitionKey("compute-job")
                .count())
        .isZero();
    assertThat(post("/jobs/" + job + "/retry").statusCode()).isEqualTo(200);

    restart();

    assertThat(completed(job).get("error_message").isNull()).isTrue();
  }

  @Test
  @DisplayName("Jobs are removed with their files once they were kept long enough, steps are not")
  void retention() {
    restart("minsight.compute.keep-jobs=1ms");
    String job = submit("clip_embedding", 5);
    completed(job);

    server.bean(RuntimeService.class).startProcessInstanceByKey("housekeeping");

    await()
        .atMost(LONG)
        .until(
            () ->
                server.get(server.compute("/jobs/" + job), server.adminToken()).statusCode()
                    == 404);
    assertThat(home.resolve("compute/jobs/" + job)).doesNotExist();
  }

  @Test
  @DisplayName(
      "A job that failed before the engine heard of it does not fail again after a start; one whose"
          + " tries were used up may go on")
  void failedOnce() {
    restart(NO_WORKER);
    String failed = submit("clip_embedding", 5);
    String gaveUp = submit("clip_embedding", 5);
    server.bean(Jobs.class).failed(failed, "it is no picture");
    server.bean(Jobs.class).gaveUp(gaveUp, "the disk was full");
    long ended = get("/jobs/" + failed).get("completed_at").asLong();

    restart();

    assertThat(completed(gaveUp).get("attempt").asInt()).isEqualTo(1);
    RuntimeService runtime = server.bean(RuntimeService.class);
    await()
        .atMost(LONG)
        .until(
            () ->
                runtime
                        .createProcessInstanceQuery()
                        .processInstanceBusinessKey("job-" + failed)
                        .count()
                    == 0);
    JsonNode job = get("/jobs/" + failed);
    assertThat(job.get("error_message").asText()).isEqualTo("it is no picture");
    assertThat(job.get("attempt").asInt()).isZero();
    assertThat(job.get("completed_at").asLong()).isEqualTo(ended);
  }

  @Test
  @DisplayName(
      "A callback is made once a job has ended, signed, and again until it is answered with 2xx")
  void webhook() throws Exception {
    List<Call> calls = new CopyOnWriteArrayList<>();
    HttpServer hooks = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    hooks.createContext(
        "/",
        exchange -> {
          String body =
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          calls.add(
              new Call(
                  exchange.getRequestHeaders().getFirst("X-Minsight-Delivery"),
                  exchange.getRequestHeaders().getFirst("X-Minsight-Timestamp"),
                  exchange.getRequestHeaders().getFirst("X-Minsight-Signature"),
                  body));
          exchange.sendResponseHeaders(calls.size() == 1 ? 500 : 204, -1);
          exchange.close();
        });
    hooks.start();
    try {
      String allowed = "http://127.0.0.1:" + hooks.getAddress().getPort() + "/hooks/";
      restart(
          "minsight.compute.webhooks=" + allowed,
          "minsight.compute.webhook-secret=0123456789abcdef");
      Path file = files.resolve("no.jpg");
      Pictures.write(file, new byte[] {1, 2, 3});
      URI submit = server.compute("/jobs/clip_embedding");
      HttpResponse<String> refused =
          server.multipart(
              "POST",
              submit,
              server.adminToken(),
              Map.of("callback_url", "http://127.0.0.1:1/hooks/"),
              "file",
              file);
      assertThat(refused.statusCode()).isEqualTo(422);
      assertThat(refused.body()).contains("minsight.compute.webhooks");

      String job =
          TestServer.json(
                  server.multipart(
                      "POST",
                      submit,
                      server.adminToken(),
                      Map.of("callback_url", allowed + "done"),
                      "file",
                      file))
              .get("job_id")
              .asText();

      await().atMost(LONG).until(() -> calls.size() == 2);
      assertThat(calls.get(0).delivery()).isEqualTo(calls.get(1).delivery());
      for (Call call : calls) {
        assertThat(call.body()).contains("\"event\":\"job.failed\"", job);
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(
            new SecretKeySpec("0123456789abcdef".getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        assertThat(call.signature())
            .isEqualTo(
                "sha256="
                    + HexFormat.of()
                        .formatHex(
                            mac.doFinal(
                                (call.timestamp() + "." + call.body())
                                    .getBytes(StandardCharsets.UTF_8))));
      }
    } finally {
      hooks.stop(0);
    }
  }

  /** A call that came in. */
  private record Call(String delivery, String timestamp, String signature, String body) {}
}
