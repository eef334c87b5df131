package dev.minsight.insight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.minsight.testing.Pictures;
import dev.minsight.testing.TestServer;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Processing photos once more, and holding new work back. */
class ReprocessTest {

  private static PhotoServer photos;

  @BeforeAll
  static void start(@TempDir Path home) {
    photos = PhotoServer.start(home, "minsight.pipeline.retry=100ms");
  }

  @AfterAll
  static void stop() {
    photos.close();
  }

  private static HttpResponse<String> post(String path, Map<String, String> fields) {
    return photos.http().form("POST", photos.http().store(path), null, fields);
  }

  private static JsonNode ok(int status, HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    return TestServer.json(answer);
  }

  private static long done(String name, int seed) {
    long id = photos.upload(name, Pictures.noise("png", 32, 32, seed));
    photos.awaitStatus(id, "completed");
    return id;
  }

  @Test
  @DisplayName("A photo is processed again on the same content, and faces keep ids, names, persons")
  void keepsPeople() {
    long id = photos.upload(PhotoServer.sharedPhoto("people/obama/obama_1.jpg"));
    photos.awaitStatus(id, "completed");
    JsonNode face = photos.faces(id).get(0);
    long person = face.get("known_person_id").asLong();
    photos
        .http()
        .json(
            "PATCH",
            photos.http().store("/intelligence/known-persons/" + person),
            null,
            Map.of("name", "Barack"));

    JsonNode answer = ok(202, post("/intelligence/entities/" + id + "/reprocess", Map.of()));

    assertThat(answer.get("generation").asInt()).isEqualTo(2);
    await()
        .atMost(PhotoServer.LONG)
        .until(
            () ->
                photos.row(id).generation() == 2
                    && photos.row(id).overallStatus().equals("completed"));
    JsonNode again = photos.faces(id).get(0);
    assertThat(again.get("id")).isEqualTo(face.get("id"));
    assertThat(again.get("known_person_id").asLong()).isEqualTo(person);
    assertThat(photos.json("/intelligence/known-persons/" + person).get("name").asText())
        .isEqualTo("Barack");
    assertThat(photos.count("embeddings WHERE entity_id = " + id + " AND kind = 'clip'")).isOne();
  }

  @Test
  @DisplayName("What cannot be processed again is refused with the reason")
  void refuses() {
    ok(404, post("/intelligence/entities/987654321/reprocess", Map.of()));
    long text = photos.upload("n.txt", "just text\n".getBytes(StandardCharsets.UTF_8));
    assertThat(ok(409, post("/intelligence/entities/" + text + "/reprocess", Map.of())))
        .hasToString(
            "{\"detail\":\"Entity %d is no picture (text); only pictures are processed\"}"
                .formatted(text));
    long trashed = done("trashed.png", 51);
    photos.patch(trashed, "is_deleted", "true");
    assertThat(
            ok(409, post("/intelligence/entities/" + trashed + "/reprocess", Map.of()))
                .get("detail")
                .asText())
        .contains("is in the trash; restore it first");
  }

  @Test
  @DisplayName("A dry run says what would happen and changes nothing; the wish then does just that")
  void bulk() {
    long one = done("bulk-1.png", 61);
    long two = done("bulk-2.png", 62);
    long trashed = done("bulk-3.png", 63);
    photos.patch(trashed, "is_deleted", "true");
    long text = photos.upload("bulk.txt", "more text\n".getBytes(StandardCharsets.UTF_8));
    Map<String, String> filter =
        Map.of("entity_ids", "%d, %d, %d,%d".formatted(one, two, trashed, text));

    JsonNode outlook =
        ok(
            200,
            post(
                "/intelligence/reprocess",
                Map.of("entity_ids", filter.get("entity_ids"), "dry_run", "true")));

    assertThat(outlook)
        .hasToString(
            "{\"dry_run\":true,\"matched\":4,\"would_queue\":2,\"would_skip\":{\"in_work\":0,"
                + "\"in_trash\":1,\"no_picture\":1}}");
    assertThat(photos.row(one).generation()).isEqualTo(1);

    long wish = ok(202, post("/intelligence/reprocess", filter)).get("id").asLong();

    await()
        .atMost(PhotoServer.LONG)
        .until(
            () -> {
              JsonNode newest = photos.json("/intelligence/reprocess").get(0);
              return newest.get("id").asLong() == wish && !newest.get("ended_at").isNull();
            });
    JsonNode ended = photos.json("/intelligence/reprocess").get(0);
    assertThat(ended.get("queued").asInt()).isEqualTo(2);
    assertThat(ended.get("skipped").asInt()).isEqualTo(2);
    assertThat(photos.row(one).generation()).isEqualTo(2);
    assertThat(photos.row(trashed).generation()).isEqualTo(1);
    photos.awaitStatus(one, "completed");
    photos.awaitStatus(two, "completed");
  }

  @Test
  @DisplayName("A filter by state finds the photos that failed, and only them")
  void failedOnly() {
    byte[] rotten = Pictures.noise("png", 64, 64, 71);
    Arrays.fill(rotten, 60, rotten.length, (byte) 7);
    long broken = photos.upload("broken.png", rotten);
    photos.awaitStatus(broken, "failed");
    long fine = done("fine.png", 72);

    ok(202, post("/intelligence/reprocess", Map.of("status", "failed")));

    await().atMost(PhotoServer.LONG).until(() -> photos.row(broken).generation() == 2);
    photos.awaitStatus(broken, "failed");
    assertThat(photos.row(fine).generation()).isEqualTo(1);
  }

  @ParameterizedTest(name = "{0}={1}")
  @DisplayName("A wrong filter is refused and names the field")
  @CsvSource({
    "status, done",
    "entity_ids, 1;x",
    "parent_id, home",
    "added_from, yesterday",
    "dry_run, perhaps",
    "all, false"
  })
  void badFilter(String field, String value) {
    HttpResponse<String> answer =
        post("/intelligence/reprocess", Map.of(field, value.replace(';', ',')));

    assertThat(answer.statusCode()).isEqualTo(422);
    assertThat(answer.body()).contains("\"" + field + "\"");
  }

  @Test
  @DisplayName("A pause holds new photos back, is shown with owner and reason, and ends by itself")
  void pause() {
    ok(200, post("/system/pipeline/pause", Map.of("reason", "the disk is moved")));
    long id = photos.upload("held.png", Pictures.noise("png", 32, 32, 81));
    photos.awaitStatus(id, "queued");
    JsonNode shown = photos.json("/activity").get("pause");
    assertThat(shown.get("reason").asText()).isEqualTo("the disk is moved");
    assertThat(shown.get("owner").asText()).isNotBlank();
    assertThat(shown.get("expires_at").isNull()).isTrue();
    photos.bean(Launcher.class).launch(photos.bean(Pipeline.class));
    assertThat(photos.row(id).launchedAt()).isNull();

    photos.bean(Pauses.class).begin("somebody", "for a moment", System.currentTimeMillis() + 300);
    photos.bean(ReconcileTrigger.class).wakeUp("the pause is shorter now");

    photos.awaitStatus(id, "completed");
    assertThat(photos.json("/activity").get("pause").isNull()).isTrue();
  }

  @Test
  @DisplayName("A pause survives until it is ended; ending none says so")
  void resume() {
    ok(200, post("/system/pipeline/pause", Map.of("reason", "wait", "minutes", "60")));
    long id = photos.upload("resumed.png", Pictures.noise("png", 32, 32, 91));
    photos.awaitStatus(id, "queued");

    assertThat(ok(200, post("/system/pipeline/resume", Map.of())).get("resumed").asBoolean())
        .isTrue();

    photos.awaitStatus(id, "completed");
    assertThat(ok(200, post("/system/pipeline/resume", Map.of())).get("resumed").asBoolean())
        .isFalse();
    assertThat(post("/system/pipeline/pause", Map.of("minutes", "5")).statusCode()).isEqualTo(422);
    assertThat(post("/system/pipeline/pause", Map.of("reason", "x", "minutes", "0")).statusCode())
        .isEqualTo(422);
  }
}
