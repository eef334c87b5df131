package dev.minsight.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.minsight.api.ReferenceClient.Following;
import dev.minsight.api.ReferenceClient.Submitted;
import dev.minsight.testing.Contract;
import dev.minsight.testing.Pictures;
import dev.minsight.testing.TestServer;
import dev.minsight.testing.Videos;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Issue 4: a client of the reference is called back for every plugin, at the first try. */
class ReferenceClientTest {

  private static final Duration LONG = Duration.ofSeconds(60);

  /** A job that ends sooner than this is told of twice; see {@code JobAnnouncer}. */
  private static final long SURELY_QUICK_MILLIS = 900;

  @TempDir static Path folder;

  private static ReferenceClient client;
  private static Path photo;
  private static Path video;

  @BeforeAll
  static void connect() {
    TestServer server = TestServer.shared();
    client = new ReferenceClient(server, server::adminToken);
    Path portrait =
        Path.of(System.getProperty("minsight.shared", "none"), "media/groups/two_people.jpg");
    photo =
        Files.exists(portrait)
            ? portrait
            : Pictures.write(folder.resolve("noise.jpg"), Pictures.noise("jpg", 320, 240, 1));
    video = Videos.withSound(folder.resolve("clip.mp4"), 160, 120, 3);
  }

  @AfterAll
  static void disconnect() {
    client.close();
  }

  /** The nine, each with the fields that the SDK sends. */
  private static final Map<String, Map<String, String>> PLUGINS =
      Map.of(
          "clip_embedding", Map.of(),
          "dino_embedding", Map.of(),
          "exif", Map.of(),
          "face_detection", Map.of(),
          "face_embedding", Map.of(),
          "hash", Map.of(),
          "hls_streaming", Map.of("include_original", "true"),
          "image_conversion", Map.of("format", "webp", "quality", "90"),
          "media_thumbnail", Map.of("width", "128", "height", "128"));

  private static Path input(String task) {
    return task.equals("hls_streaming") ? video : photo;
  }

  @Test
  @DisplayName(
      "Submitted, asked for and only then listened to, a job still calls back: progress, and its"
          + " end exactly once; then its file is there")
  @Contract({
    "compute.md 4 minimum latency",
    "compute.md 4 cold start",
    "compute.md 5.1 SDK asserts",
    "compute.md 5.2 SDK asserts",
    "compute.md 5.3 SDK asserts",
    "compute.md 5.4 SDK asserts",
    "compute.md 5.5 SDK asserts",
    "compute.md 5.6 SDK asserts",
    "compute.md 5.7 SDK asserts",
    "compute.md 5.8 SDK asserts",
    "compute.md 5.9 SDK asserts",
    "mqtt.md 1 ref-SDK monitor",
    "mqtt.md 1 one monitor for all jobs",
    "mqtt.md 3 ref-SDK handling",
    "mqtt.md 3 not before the client listens",
    "mqtt.md 3 an event after the client listens",
    "mqtt.md 3 result before the terminal event",
    "mqtt.md 3 completed last",
    "mqtt.md 4 wait_for_capability"
  })
  void callsBack() throws IOException {
    PLUGINS.keySet().forEach(client::waitForCapability);

    Map<String, Submitted> jobs = new LinkedHashMap<>();
    PLUGINS.forEach((task, fields) -> jobs.put(task, client.submit(task, fields, input(task))));

    for (Map.Entry<String, Submitted> job : jobs.entrySet()) {
      assertCalledBack(job.getKey(), job.getValue());
      JsonNode found = client.job(job.getValue().id()); // as clients do: at once
      assertThat(found.get("status").asText()).as(found.toString()).isEqualTo("completed");
      assertThat(found.get("progress").asInt()).isEqualTo(100);
      assertResult(job.getKey(), found);
      assertThat(client.download(job.getValue().id(), mainFile(found))).isNotEmpty();
    }
    for (Submitted job : jobs.values()) {
      awaitRepetition(client.job(job.id()));
      assertThat(job.following().completed).containsExactly("completed");
      assertThat(String.join(" ", words(job.id())))
          .as("completed comes last")
          .matches("queued( processing)+( completed){1,2}");
    }
  }

  private static String mainFile(JsonNode job) {
    String path = job.at("/params/output_path").asText();
    return path.equals("output") ? path + "/adaptive.m3u8" : path;
  }

  /** What is told again has been told again: only then nothing more will come. */
  private static void awaitRepetition(JsonNode job) {
    if (took(job) < SURELY_QUICK_MILLIS) {
      String id = job.get("job_id").asText();
      await().atMost(LONG).until(() -> words(id).stream().filter("completed"::equals).count() == 2);
    }
  }

  private static List<String> words(String id) {
    return client.heard.stream()
        .filter(event -> event.get("job_id").asText().equals(id))
        .map(event -> event.get("event_type").asText())
        .toList();
  }

  /** What the SDK's own tests ask of each. */
  private static void assertResult(String task, JsonNode job) throws IOException {
    JsonNode output = job.get("task_output");
    assertThat(output.isObject()).isTrue();
    switch (task) {
      case "clip_embedding" -> assertEmbedding(output, 512);
      case "dino_embedding" -> assertEmbedding(output, 384);
      case "face_embedding" -> assertEmbedding(output, 128); // ours.md section 1
      case "face_detection" -> assertFaces(job.get("job_id").asText(), output);
      case "hls_streaming" ->
          assertThat(output.fieldNames())
              .toIterable()
              .contains("master_playlist", "variants_generated");
      case "image_conversion" -> {
        assertThat(job.at("/params/output_path").asText()).endsWith(".webp");
        assertThat(job.at("/params/format").asText()).isEqualTo("webp");
      }
      default -> assertThat(List.of("exif", "hash", "media_thumbnail")).contains(task);
    }
  }

  private static void assertEmbedding(JsonNode output, int dimension) {
    assertThat(output.get("embedding_dim").asInt()).isEqualTo(dimension);
    assertThat(output.get("normalized").asBoolean()).isTrue();
  }

  private static void assertFaces(String job, JsonNode output) throws IOException {
    if (!photo.startsWith(folder)) {
      assertThat(output.get("faces")).hasSize(2);
    }
    for (JsonNode face : output.get("faces")) {
      JsonNode box = face.get("bbox");
      assertThat(box.get("x1").asDouble()).isBetween(0.0, box.get("x2").asDouble());
      assertThat(box.get("y1").asDouble()).isBetween(0.0, box.get("y2").asDouble());
      assertThat(List.of(box.get("x2").asDouble(), box.get("y2").asDouble()))
          .allSatisfy(end -> assertThat(end).isBetween(0.0, 1.0));
      assertThat(face.get("confidence").asDouble()).isBetween(0.0, 1.0);
      assertThat(face.get("landmarks").fieldNames())
          .toIterable()
          .containsExactly("right_eye", "left_eye", "nose_tip", "mouth_right", "mouth_left");
      face.get("landmarks")
          .forEach(
              point -> {
                assertThat(point).hasSize(2);
                point.forEach(value -> assertThat(value.asDouble()).isBetween(0.0, 1.0));
              });
      byte[] crop = client.download(job, face.get("file_path").asText());
      assertThat(ImageIO.read(new ByteArrayInputStream(crop))).isNotNull();
    }
  }

  @Test
  @DisplayName(
      "AC-N33 The fastest plugin calls back every time, one after the other and all at once")
  @Contract({
    "compute.md 4 minimum latency",
    "mqtt.md 3 not before the client listens",
    "pipeline.md 3 a fast job"
  })
  void fastest() {
    Path small = Pictures.write(folder.resolve("tiny.png"), Pictures.noise("png", 8, 8, 3));
    for (int i = 0; i < 5; i++) {
      assertCalledBack("hash", client.submit("hash", Map.of(), small));
    }
    List<Submitted> jobs =
        IntStream.range(0, 20)
            .parallel()
            .mapToObj(i -> client.submit("hash", Map.of("priority", "" + i % 11), small))
            .toList();

    jobs.forEach(job -> assertCalledBack("hash", job));
  }

  @Test
  @DisplayName(
      "A job that has ended before its client listens is told of once more, a second later")
  @Contract({"compute.md 4 minimum latency", "mqtt.md 3 not before the client listens"})
  void tooLate() {
    Path small = Pictures.write(folder.resolve("late.png"), Pictures.noise("png", 8, 8, 4));
    for (int tries = 0; tries < 20; tries++) {
      String id = client.post("hash", Map.of(), small);
      await()
          .atMost(LONG)
          .pollInterval(Duration.ofMillis(2))
          .until(() -> words(id).contains("completed"));

      Following late = client.follow(id);

      if (took(client.job(id)) < SURELY_QUICK_MILLIS) {
        await().atMost(LONG).until(() -> !late.completed.isEmpty());
        assertThat(late.completed).containsExactly("completed");
        assertThat(late.progress).containsExactly("completed 100");
        return;
      }
    }
    throw new AssertionError("no job took less than " + SURELY_QUICK_MILLIS + " ms");
  }

  private static long took(JsonNode job) {
    return job.get("completed_at").asLong() - job.get("created_at").asLong();
  }

  private static void assertCalledBack(String task, Submitted job) {
    await(task).atMost(LONG).until(() -> !job.following().completed.isEmpty());
    assertThat(job.following().completed).containsExactly("completed");
    assertThat(job.following().progress).isNotEmpty().last().isEqualTo("completed 100");
  }

  @Test
  @DisplayName(
      "AC-N20 A job that fails ends with the word failed, for those who listen and for those who"
          + " ask, and"
          + " says why; the workers go on")
  @Contract({
    "compute.md 3 path status words",
    "compute.md 3 validation no sniffing",
    "compute.md 4 failed",
    "compute.md 4 failure word",
    "mqtt.md 3 failure"
  })
  void fails() {
    Path text = Pictures.write(folder.resolve("text.jpg"), "no picture".getBytes());

    Submitted job = client.submit("media_thumbnail", Map.of(), text);

    await().atMost(LONG).until(() -> !job.following().completed.isEmpty());
    assertThat(job.following().completed).containsExactly("failed");
    JsonNode found = client.waitForJob(job.id());
    assertThat(found.get("status").asText()).isEqualTo("failed");
    assertThat(found.get("error_message").asText()).isEqualTo("Unsupported media type: text/plain");
    assertThat(found.get("task_output").isNull()).isTrue();
    assertThat(found.get("completed_at").asLong()).isPositive();
    assertCalledBack("hash", client.submit("hash", Map.of(), text));
  }

  @Test
  @DisplayName("hls_streaming without a file is sent as an urlencoded form, and calls back, too")
  @Contract({"compute.md 3 validation both encodings", "compute.md 5.7 ref-store use"})
  void withoutFile() throws IOException {
    Path media = TestServer.shared().home().resolve("media");
    Path film = media.resolve("reference-client.mp4");
    Files.createDirectories(media);
    Files.copy(video, film);
    Path target = media.resolve("streams/video/mp4/media_987654");

    Submitted job =
        client.submit(
            "hls_streaming",
            Map.of(
                "input_absolute_path",
                film.toString(),
                "output_absolute_path",
                target.toString(),
                "variants",
                "[{\"resolution\":48,\"bitrate\":100}]",
                "priority",
                "1"),
            null);

    await().atMost(LONG).until(() -> !job.following().completed.isEmpty());
    assertThat(job.following().completed).containsExactly("completed");
    assertThat(client.job(job.id()).at("/task_output/master_playlist").asText())
        .isEqualTo(target.resolve("adaptive.m3u8").toString());
    assertThat(target.resolve("adaptive.m3u8")).isNotEmptyFile();
  }
}
