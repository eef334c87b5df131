package dev.minsight.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.minsight.support.ConfigurationException;
import dev.minsight.testing.Contract;
import dev.minsight.testing.Pictures;
import dev.minsight.testing.TestServer;
import dev.minsight.testing.Videos;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;

/** {@code minsight worker}: all that the server knows of it came over HTTP. */
class RemoteWorkerTest {

  private static final Duration LONG = Duration.ofSeconds(120);

  private static final String NO_WORKER = "minsight.roles=auth,store,compute,insight";

  @TempDir static Path home;
  private static TestServer server;

  @TempDir Path elsewhere;
  private final List<ConfigurableApplicationContext> workers = new ArrayList<>();

  @BeforeAll
  static void startServer() {
    server = TestServer.start(home, NO_WORKER);
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @AfterEach
  void stopWorkers() {
    workers.forEach(ConfigurableApplicationContext::close);
  }

  private String key(String scopes) {
    HttpResponse<String> answer =
        server.form(
            "POST",
            server.auth("/auth/api-keys"),
            server.adminToken(),
            Map.of("name", "worker", "scopes", scopes));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    return TestServer.json(answer).get("key").asText();
  }

  private ConfigurableApplicationContext worker(String key, String... more) {
    List<String> args =
        new ArrayList<>(
            List.of(
                "--server",
                server.compute("").toString(),
                "--home",
                elsewhere.toString(),
                "--minsight.worker.api-key=" + key,
                "--minsight.worker.poll-every=50ms"));
    args.addAll(List.of(more));
    ConfigurableApplicationContext worker = WorkerCommand.start(args.toArray(String[]::new));
    workers.add(worker);
    return worker;
  }

  private String submit(String plugin, Path file, Map<String, String> fields) {
    HttpResponse<String> answer =
        server.multipart(
            "POST",
            server.compute("/jobs/" + plugin),
            server.adminToken(),
            fields,
            file == null ? null : "file",
            file);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return TestServer.json(answer).get("job_id").asText();
  }

  private Path picture(int seed) {
    Path file = elsewhere.resolve("picture-" + seed + ".png");
    Pictures.write(file, Pictures.noise("png", 64, 48, seed));
    return file;
  }

  private JsonNode get(String path) {
    return TestServer.json(server.get(server.compute(path), server.adminToken()));
  }

  private JsonNode ended(String job) {
    return await()
        .atMost(LONG)
        .until(
            () -> get("/jobs/" + job),
            now -> List.of("completed", "failed").contains(now.path("status").asText()));
  }

  private List<Path> left(String folder) throws IOException {
    try (Stream<Path> files = Files.walk(elsewhere.resolve("workers").resolve(folder))) {
      return files.filter(Files::isRegularFile).toList();
    }
  }

  @Test
  @DisplayName("It does all nine tasks: inputs come, results go, and nothing stays behind")
  @Contract("compute.md 1 worker model")
  void allTasks() throws IOException {
    worker(key("compute_worker"), "--worker-id", "w1");
    Path video = Videos.silent(elsewhere.resolve("video.mp4"), 64, 48, 2);
    Map<String, String> jobs = new LinkedHashMap<>();
    for (String plugin :
        List.of(
            "clip_embedding",
            "dino_embedding",
            "exif",
            "face_detection",
            "face_embedding",
            "hash",
            "image_conversion",
            "media_thumbnail")) {
      jobs.put(plugin, submit(plugin, picture(jobs.size()), Map.of("format", "jpg")));
    }
    jobs.put(
        "hls_streaming",
        submit(
            "hls_streaming",
            video,
            Map.of("variants", "[{\"resolution\": 48, \"bitrate\": 100}]")));

    jobs.forEach(
        (plugin, id) -> {
          JsonNode job = ended(id);
          assertThat(job.get("status").asText()).as(job.toString()).isEqualTo("completed");
          assertThat(job.get("progress").asInt()).isEqualTo(100);
          String path = job.at("/params/output_path").asText();
          String output = path + (plugin.equals("hls_streaming") ? "/adaptive.m3u8" : "");
          assertThat(
                  server
                      .get(server.compute("/jobs/" + id + "/files/" + output), server.adminToken())
                      .statusCode())
              .as(plugin + ": " + output)
              .isEqualTo(200);
        });
    JsonNode capabilities = get("/capabilities").get("capabilities");
    jobs.keySet().forEach(plugin -> assertThat(capabilities.has(plugin)).as(plugin).isTrue());
    await()
        .atMost(LONG)
        .untilAsserted(() -> assertThat(left("w1/jobs")).as("what the worker keeps").isEmpty());

    workers.get(0).close();

    await().atMost(LONG).until(() -> get("/capabilities").get("num_workers").asInt() == 0);
  }

  @Test
  @DisplayName("It does the steps of photos; files of the media folder come and go with them")
  void photos() throws IOException {
    worker(key("compute_worker"), "--worker-id", "w1");
    HttpResponse<String> answer =
        server.multipart(
            "POST",
            server.store("/entities"),
            server.adminToken(),
            Map.of("label", "photo", "is_collection", "false"),
            "media_file",
            picture(1));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    String photo = "/intelligence/entities/" + TestServer.json(answer).get("id").asLong();

    JsonNode done =
        await()
            .atMost(LONG)
            .until(
                () -> get(photo), now -> now.path("overall_status").asText().equals("completed"));

    assertThat(done.get("face_count").asInt()).isZero();
    JsonNode jobs = get(photo + "/jobs");
    assertThat(jobs.findValuesAsText("status")).hasSize(3).containsOnly("completed");
    assertThat(jobs.findValuesAsText("job_id"))
        .allMatch(job -> !Files.exists(home.resolve("compute/jobs").resolve(job)));
    await().atMost(LONG).untilAsserted(() -> assertThat(left("w1/media")).isEmpty());
  }

  @Test
  @DisplayName("It outlives its server: what comes after the restart is done by the same worker")
  void restart() {
    int compute = server.compute("").getPort();
    worker(key("compute_worker"), "--tasks", "hash", "--worker-id", "w1");
    assertThat(ended(submit("hash", picture(1), Map.of())).get("status").asText())
        .isEqualTo("completed");

    server.close();
    server = TestServer.start(home, NO_WORKER, "minsight.ports.compute=" + compute);

    assertThat(ended(submit("hash", picture(2), Map.of())).get("status").asText())
        .isEqualTo("completed");
    await()
        .atMost(LONG)
        .until(() -> get("/jobs/overview").at("/workers/0/worker_id").asText().equals("w1"));
  }

  @Test
  @DisplayName("It takes only its tasks, and never those that need the server's media folder")
  @Contract("compute.md 1 worker flags")
  void onlyIts() {
    worker(key("compute_worker"), "--tasks", "hash,hls_streaming", "--worker-id", "w1");
    String other = submit("exif", picture(1), Map.of());
    String path =
        submit(
            "hls_streaming",
            null,
            Map.of("input_absolute_path", "none.mp4", "output_absolute_path", "streams/none"));

    assertThat(ended(submit("hash", picture(2), Map.of())).get("status").asText())
        .isEqualTo("completed");
    assertThat(get("/jobs/" + other).get("status").asText()).isEqualTo("queued");
    HttpResponse<String> cunning =
        server.form(
            "POST",
            server.compute("/workers/w2/tasks"),
            key("compute_worker"),
            Map.of("tasks", "hls_streaming@server"));
    assertThat(TestServer.json(cunning).get("tasks")).isEmpty();
    assertThat(get("/jobs/" + path).get("status").asText()).isEqualTo("queued");
    assertThat(get("/capabilities").get("waiting").findValuesAsText("task_type")).contains("exif");
  }

  @Test
  @DisplayName("Told to stop, it finishes what it is at, and says goodbye")
  void drains() {
    ConfigurableApplicationContext worker = worker(key("compute_worker"), "--worker-id", "w1");
    Path video = Videos.silent(elsewhere.resolve("long.mp4"), 320, 240, 12);
    String job =
        submit(
            "hls_streaming",
            video,
            Map.of("variants", "[{\"resolution\": 240, \"bitrate\": 400}]"));
    await()
        .atMost(LONG)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> get("/jobs/" + job).get("status").asText().equals("processing"));

    worker.close();

    assertThat(get("/jobs/" + job).get("status").asText()).isEqualTo("completed");
    assertThat(get("/jobs/" + job).get("attempt").asInt()).isEqualTo(1);
    await().atMost(LONG).until(() -> get("/capabilities").get("num_workers").asInt() == 0);
  }

  @Test
  @DisplayName("A picture that cannot be read fails for good, with the reason in the job")
  void unprocessable() {
    worker(key("compute_worker"), "--tasks", "clip_embedding");
    Path text = elsewhere.resolve("text.png");
    Pictures.write(text, "no picture at all".getBytes(StandardCharsets.UTF_8));

    JsonNode job = ended(submit("clip_embedding", text, Map.of()));

    assertThat(job.get("status").asText()).isEqualTo("failed");
    assertThat(job.get("error_message").asText()).contains("picture");
    assertThat(job.get("attempt").asInt()).isEqualTo(1);
  }

  @Test
  @DisplayName("A wrong start is one clear error: key, server, task, a second of the same name")
  @Contract("compute.md 1 worker flags")
  void refused() {
    String good = key("compute_worker");

    assertThatThrownBy(() -> worker(key("media_store_read")))
        .hasRootCauseInstanceOf(ConfigurationException.class)
        .hasStackTraceContaining("needs a key with the scope compute_worker");
    assertThatThrownBy(() -> worker("mik_wrong"))
        .hasStackTraceContaining("needs a key with the scope compute_worker");
    assertThatThrownBy(() -> worker(good, "--tasks", "hash,nothing"))
        .hasStackTraceContaining("there is no task nothing; there are clip_embedding");
    assertThatThrownBy(() -> WorkerCommand.start("--home", elsewhere.toString()))
        .hasStackTraceContaining("say which with --server");
    assertThatThrownBy(() -> WorkerCommand.toProperties("--sever", "http://localhost"))
        .hasMessageContaining("unknown flag --sever");
    worker(good, "--worker-id", "twin");
    assertThatThrownBy(() -> worker(good, "--worker-id", "twin"))
        .hasStackTraceContaining("a worker twin is running in");
  }
}
