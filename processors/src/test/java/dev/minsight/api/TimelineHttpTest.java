package dev.minsight.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.minsight.auth.NewUser;
import dev.minsight.auth.Users;
import dev.minsight.compute.LocalWorkers;
import dev.minsight.testing.Pictures;
import dev.minsight.testing.TestServer;
import dev.minsight.testing.Videos;
import dev.minsight.workflow.RunningEngine;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code GET /entities/{id}/timeline}: ours.md section 5. */
class TimelineHttpTest {

  private static final Duration LONG = Duration.ofSeconds(120);

  @TempDir private static Path folder;
  private static TestServer server;
  private static String operator;

  @BeforeAll
  static void start() {
    server =
        TestServer.start(
            folder.resolve("home"),
            "minsight.pipeline.retry=50ms",
            // So long nothing goes on by itself: somebody retries it here.
            "minsight.pipeline.sweep-every=10m");
    server
        .bean(Users.class)
        .create(
            new NewUser(
                "olga",
                "secret",
                false,
                true,
                List.of("ai_inference_support", "media_store_write")));
    operator = server.login("olga", "secret");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static JsonNode upload(String name, byte[] bytes) {
    Path file = Pictures.write(folder.resolve(name), bytes);
    return TestServer.json(
        server.multipart(
            "POST",
            server.store("/entities"),
            server.adminToken(),
            Map.of("is_collection", "false", "label", name),
            "media_file",
            file));
  }

  private static String status(long id) {
    return TestServer.json(server.get(server.store("/entities/" + id), null))
        .at("/intelligence_data/overall_status")
        .asText();
  }

  private static long photo(String name, long seed) {
    long id = upload(name, Pictures.noise("png", 80, 60, seed)).get("id").asLong();
    await().atMost(LONG).until(() -> status(id).equals("completed"));
    return id;
  }

  private static HttpResponse<String> ask(long id, String query, String token) {
    return server.get(server.store("/entities/" + id + "/timeline" + query), token);
  }

  private static List<JsonNode> items(JsonNode answer) {
    return StreamSupport.stream(answer.get("items").spliterator(), false).toList();
  }

  private static List<JsonNode> timeline(long id, String token) {
    HttpResponse<String> answer = ask(id, "?limit=500", token);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return items(TestServer.json(answer));
  }

  private static List<String> titles(List<JsonNode> items) {
    return items.stream().map(item -> item.get("title").asText()).toList();
  }

  private static JsonNode titled(List<JsonNode> items, String title) {
    return items.stream()
        .filter(item -> item.get("title").asText().equals(title))
        .findFirst()
        .orElseThrow(() -> new AssertionError(title + " is not in " + titles(items)));
  }

  private static void patch(long id, String field, String value) {
    assertThat(
            server
                .form("PATCH", server.store("/entities/" + id), operator, Map.of(field, value))
                .statusCode())
        .isEqualTo(200);
  }

  @Test
  @DisplayName("A photo tells in order that it came, what was done by which model, and how long")
  void story() {
    long id = photo("story.png", 1);
    patch(id, "label", "Sea");

    List<JsonNode> items = timeline(id, server.adminToken());

    assertThat(titles(items))
        .containsSubsequence(
            "Added as “story.png”", "Photo accepted", "Photo done", "Renamed as “Sea”")
        .containsSubsequence(
            "Find duplicates: in line",
            "Find duplicates: begun",
            "Find duplicates: done",
            "Photo done")
        .contains("Save faces", "Index for look-alikes", "Conclude")
        .doesNotContain("Find faces");
    assertThat(items)
        .extracting(item -> item.get("at").asLong())
        .isSorted()
        .allSatisfy(at -> assertThat(at).isPositive());
    JsonNode done = titled(items, "Find duplicates: done");
    assertThat(done.get("kind").asText()).isEqualTo("job");
    assertThat(done.get("model").asText()).isNotBlank();
    assertThat(done.get("duration_ms").asLong()).isNotNegative();
    assertThat(done.get("status").asText()).isEqualTo("completed");
    assertThat(done.get("attempt").asInt()).isEqualTo(1);
    assertThat(done.get("worker").asText()).isNotBlank();
    assertThat(done.get("job_id").isTextual()).isTrue();
    assertThat(titled(items, "Save faces").get("process_id").isTextual()).isTrue();
  }

  @Test
  @DisplayName("Signed-in people read who changed it; guests read the number, as in the versions")
  void actors() {
    long id = photo("actors.png", 2);
    patch(id, "description", "x");

    JsonNode named = titled(timeline(id, server.adminToken()), "Description changed");
    JsonNode numbered = titled(timeline(id, null), "Description changed");

    assertThat(named.get("actor").asText()).isEqualTo("olga");
    assertThat(numbered.get("actor").asText()).matches("[0-9]+");
  }

  @Test
  @DisplayName("A step that stopped tells why, who retried it, and that it was resolved")
  void incident() throws IOException {
    server.bean(LocalWorkers.class).stop();
    JsonNode photo = upload("stopped.png", Pictures.noise("png", 80, 60, 3));
    long id = photo.get("id").asLong();
    Path media = server.home().resolve("media").resolve(photo.get("file_path").asText());
    Path saved = Files.move(media, folder.resolve("saved"));
    Files.createDirectory(media);
    server.bean(LocalWorkers.class).start();
    await()
        .atMost(LONG)
        .until(
            () ->
                timeline(id, null).stream()
                        .filter(item -> item.get("status").asText().equals("open"))
                        .count()
                    == 3);
    Files.delete(media);
    Files.move(saved, media);

    JsonNode jobs =
        TestServer.json(server.get(server.store("/intelligence/entities/" + id + "/jobs"), null));
    for (JsonNode job : jobs) {
      String path = "/jobs/" + job.get("job_id").asText() + "/retry";
      assertThat(server.form("POST", server.compute(path), operator, Map.of()).statusCode())
          .isEqualTo(200);
    }
    await().atMost(LONG).until(() -> status(id).equals("completed"));

    List<JsonNode> items = timeline(id, operator);
    assertThat(titles(items))
        .containsSubsequence(
            "Find faces: its tries are used up, somebody has to look",
            "Find faces: retried",
            "Photo done");
    JsonNode stopped = titled(items, "Find faces: its tries are used up, somebody has to look");
    assertThat(stopped.get("kind").asText()).isEqualTo("incident");
    assertThat(stopped.get("error").asText()).contains("is missing on disk");
    assertThat(stopped.get("status").asText()).isEqualTo("resolved");
    assertThat(titled(items, "Find faces: retried").get("actor").asText()).isEqualTo("olga");
  }

  @Test
  @DisplayName("In the trash and out of it, the story goes on; replacing the file is a new chapter")
  void trashAndReplace() {
    long id = photo("trash.png", 4);
    patch(id, "is_deleted", "true");
    assertThat(titles(timeline(id, null))).contains("Moved to the trash");
    patch(id, "is_deleted", "false");
    Path other = Pictures.write(folder.resolve("other.png"), Pictures.noise("png", 80, 60, 5));
    server.multipart(
        "PUT",
        server.store("/entities/" + id),
        operator,
        Map.of("is_collection", "false", "label", "trash.png"),
        "media_file",
        other);
    await()
        .atMost(LONG)
        .until(() -> titles(timeline(id, null)).stream().filter("Photo done"::equals).count() == 2);

    assertThat(titles(timeline(id, null)))
        .containsSubsequence(
            "Photo done", "Moved to the trash", "Taken out of the trash", "Photo done")
        .anyMatch(title -> title.startsWith("File replaced"));
  }

  @Test
  @DisplayName("What has no process, a video or a file, has a timeline all the same")
  void withoutProcess() {
    long video = upload("clip.mp4", Videos.bytes(64, 48, 1)).get("id").asLong();
    long file = upload("note.txt", "hello".getBytes(StandardCharsets.UTF_8)).get("id").asLong();

    assertThat(titles(timeline(video, null))).contains("Added as “clip.mp4”");
    assertThat(titles(timeline(file, null))).containsExactly("Added as “note.txt”");
  }

  @Test
  @DisplayName("When the engine has forgotten, what the database knows still shows")
  void historyExpired() {
    long id = photo("old.png", 6);
    RunningEngine engine = new RunningEngine(server);
    String process = "entity-" + id + "-1";
    await().atMost(LONG).until(() -> engine.completed(process) == 1);
    engine.forget(process);

    assertThat(titles(timeline(id, null)))
        .contains("Added as “old.png”", "Find faces: done")
        .doesNotContain("Photo done", "Save faces");
  }

  @Test
  @DisplayName("Page by page, each entry comes once")
  void pages() {
    long id = photo("pages.png", 7);
    List<String> whole = timeline(id, null).stream().map(item -> item.get("id").asText()).toList();

    List<String> read = new ArrayList<>();
    String cursor = "";
    while (cursor != null) {
      JsonNode page = TestServer.json(ask(id, "?limit=3" + cursor, null));
      items(page).forEach(item -> read.add(item.get("id").asText()));
      assertThat(page.get("items")).hasSizeLessThanOrEqualTo(3).isNotEmpty();
      cursor =
          page.get("next_cursor").isNull() ? null : "&cursor=" + page.get("next_cursor").asText();
    }

    assertThat(read).isEqualTo(whole);
    assertThat(new HashSet<>(read)).hasSameSizeAs(read);
  }

  @Test
  @DisplayName("What is not there, or deleted for good, has none: 404")
  void unknown() {
    long id = upload("gone.txt", "bye".getBytes(StandardCharsets.UTF_8)).get("id").asLong();
    patch(id, "is_deleted", "true");
    server.delete(server.store("/entities/" + id), operator);

    assertThat(ask(id, "", null).statusCode()).isEqualTo(404);
    assertThat(ask(987_654, "", null).body()).contains("Entity not found");
  }
}
