package dev.minsight.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.minsight.events.TestClient.Version;
import dev.minsight.testing.Contract;
import dev.minsight.testing.OpenServer;
import dev.minsight.testing.Pictures;
import dev.minsight.testing.TestServer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the running server tells of an uploaded photo; mqtt.md sections 5 and 6. */
class PipelineMessagesTest {

  private static final Duration LONG = Duration.ofSeconds(60);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final TestServer server = OpenServer.shared();
  private final Topics topics = server.bean(Topics.class);

  @TempDir Path folder;

  private TestClient listen(String topic) {
    TestClient client = TestClient.connect(Version.V3_1_1, server.settings().mqtt().port());
    client.subscribe(topic);
    return client;
  }

  private long upload() {
    Path picture =
        Pictures.write(folder.resolve("a.png"), Pictures.noise("png", 60, 40, System.nanoTime()));
    HttpResponse<String> answer =
        server.multipart(
            "POST",
            server.store("/entities"),
            null,
            Map.of("is_collection", "false"),
            "media_file",
            picture);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    return TestServer.json(answer).get("id").asLong();
  }

  private static List<JsonNode> heard(TestClient client, String topic) {
    return client.payloads(topic).stream()
        .filter(payload -> !payload.isEmpty())
        .map(
            payload -> {
              try {
                return JSON.readTree(payload);
              } catch (IOException e) {
                throw new AssertionError(payload, e);
              }
            })
        .toList();
  }

  @Test
  @DisplayName(
      "AC-O04, AC-O05, AC-O11 A run with work is told as it begins, with its versions, and as it"
          + " ends, with its count; the heartbeat after it says the truth, idle")
  @Contract({
    "mqtt.md 5 status",
    "mqtt.md 5 timestamp",
    "mqtt.md 5 version_start, version_end",
    "mqtt.md 5 processed_count",
    "mqtt.md 5 heartbeat",
    "mqtt.md 5 run with work begins",
    "mqtt.md 5 run ends",
    "pipeline.md 2 status of a cycle",
    "pipeline.md 7 status",
    "pipeline.md 7 heartbeat tells the truth, with process id"
  })
  void run() {
    try (TestClient client = listen(topics.status())) {
      upload();
      await("a run")
          .atMost(LONG)
          .until(
              () ->
                  heard(client, topics.status()).stream()
                      .anyMatch(status -> status.get("status").asText().equals("running")));
      JsonNode running =
          heard(client, topics.status()).stream()
              .filter(status -> status.get("status").asText().equals("running"))
              .findFirst()
              .orElseThrow();
      assertThat(running.get("version_end").asLong())
          .isGreaterThan(running.get("version_start").asLong());
      assertThat(running.get("processed_count").asLong()).isEqualTo(-1);
      // Twice: as it ends and, within five seconds, as a heartbeat.
      await("its end, and a heartbeat")
          .atMost(LONG)
          .until(
              () ->
                  heard(client, topics.status()).stream()
                          .filter(status -> status.get("status").asText().equals("idle"))
                          .filter(
                              status ->
                                  status.get("version_end").equals(running.get("version_end")))
                          .filter(status -> status.get("processed_count").asLong() > 0)
                          .map(status -> status.get("timestamp"))
                          .distinct()
                          .count()
                      >= 2);
      assertThat(heard(client, topics.status()))
          .allSatisfy(
              status -> {
                assertThat(status.get("process_id").asText())
                    .isEqualTo(ManagementFactory.getRuntimeMXBean().getName());
                assertThat(status.get("timestamp").isIntegralNumber()).isTrue();
                assertThat(status.get("status").asText()).isIn("running", "idle");
              });
      assertThat(
              TestServer.json(server.get(server.store("/m_insight/status"), null))
                  .get("status")
                  .asText())
          .isIn("running", "idle");
    }
  }

  @Test
  @DisplayName("On the wake-up topic there is nothing but new media, whatever becomes of them")
  @Contract("pipeline.md 7 nothing else on the wake-up topic")
  void wakeUpTopic() {
    try (TestClient items = listen(topics.items());
        TestClient statuses = listen(topics.entityStatus("+"))) {
      long id = upload();
      await("completed")
          .atMost(LONG)
          .until(
              () ->
                  heard(statuses, topics.entityStatus(id)).stream()
                      .anyMatch(status -> status.get("status").asText().equals("completed")));

      assertThat(heard(items, topics.items()))
          .anySatisfy(item -> assertThat(item.get("id").asLong()).isEqualTo(id))
          .allSatisfy(
              item ->
                  assertThat(item.fieldNames())
                      .toIterable()
                      .containsExactly("id", "md5", "timestamp"));
    }
  }

  @Test
  @DisplayName(
      "A photo's snapshots end with completed, when all its parts have; who asks then, by MQTT or"
          + " HTTP, is told the same")
  @Contract({
    "mqtt.md 2 mInsight/<store_port>/entity_item_status/<entity_id>",
    "mqtt.md 6 entity_id",
    "mqtt.md 6 status",
    "mqtt.md 6 timestamp",
    "mqtt.md 6 face_detection, clip_embedding, dino_embedding",
    "mqtt.md 6 face_count",
    "mqtt.md 6 face_embeddings",
    "mqtt.md 6 snapshots",
    "mqtt.md 6 database first, message second",
    "mqtt.md 6 all parts before completed",
    "pipeline.md 7 entity_item_status"
  })
  void snapshots() {
    try (TestClient client = listen(topics.entityStatus("+"))) {
      long id = upload();
      String topic = topics.entityStatus(id);
      await("completed")
          .atMost(LONG)
          .until(
              () ->
                  heard(client, topic).stream()
                      .anyMatch(status -> status.get("status").asText().equals("completed")));
      JsonNode asked =
          TestServer.json(server.get(server.store("/intelligence/entities/" + id), null));

      assertThat(asked.get("overall_status").asText()).isEqualTo("completed");
      List<JsonNode> told = heard(client, topic);
      assertThat(told)
          .as("none after the end")
          .filteredOn(status -> status.get("status").asText().equals("completed"))
          .containsExactly(told.get(told.size() - 1));
      JsonNode last = told.get(told.size() - 1);
      assertThat(last.get("status").asText()).isEqualTo("completed");
      assertThat(last.get("entity_id").asLong()).isEqualTo(id);
      assertThat(last.get("timestamp").isIntegralNumber()).isTrue();
      for (String part : List.of("face_detection", "clip_embedding", "dino_embedding")) {
        assertThat(last.get(part).asText()).as(part).isEqualTo("completed");
      }
      assertThat(last.get("face_count").asInt()).isZero();
      assertThat(last.get("face_embeddings")).isEmpty();
      try (TestClient late = listen(topic)) {
        late.awaitPayloads(topic, client.payloads(topic).get(client.payloads(topic).size() - 1));
        assertThat(late.received.get(0).retained()).isTrue();
        assertThat(late.received.get(0).qos()).isEqualTo(1);
      }
    }
  }

  @Test
  @DisplayName(
      "The retained status of a replaced photo is cleared, and the new content's told in its place;"
          + " that of a photo deleted for good is cleared and stays so")
  @Contract({"pipeline.md 8 Do image replaced", "pipeline.md 8 Do hard delete"})
  void cleared() {
    try (TestClient client = listen(topics.entityStatus("+"))) {
      long id = upload();
      String topic = topics.entityStatus(id);
      awaitLast(client, topic, "\"status\":\"completed\"");

      // Else the new content may be told of before the clearing has left.
      pipeline("pause", Map.of("reason", "to see what is told meanwhile"));
      try {
        replace(id);
        awaitCleared(client, topic);
        assertThat(server.bean(RetainedStatuses.class).entities()).doesNotContain(id);
      } finally {
        pipeline("resume", Map.of());
      }
      awaitLast(client, topic, "\"status\":\"completed\"");

      HttpResponse<String> trashed =
          server.form("PATCH", server.store("/entities/" + id), null, Map.of("is_deleted", "true"));
      assertThat(trashed.statusCode()).as(trashed.body()).isEqualTo(200);
      assertThat(server.delete(server.store("/entities/" + id), null).statusCode()).isEqualTo(204);

      awaitCleared(client, topic);
      assertThat(server.bean(RetainedStatuses.class).entities()).doesNotContain(id);
    }
  }

  private static void awaitLast(TestClient client, String topic, String part) {
    await()
        .atMost(LONG)
        .untilAsserted(() -> assertThat(client.payloads(topic)).last().asString().contains(part));
  }

  private static void awaitCleared(TestClient client, String topic) {
    await()
        .atMost(LONG)
        .untilAsserted(() -> assertThat(client.payloads(topic)).last().isEqualTo(""));
  }

  private void pipeline(String what, Map<String, String> fields) {
    HttpResponse<String> answer =
        server.form("POST", server.store("/system/pipeline/" + what), null, fields);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  private void replace(long id) {
    Path picture =
        Pictures.write(folder.resolve("b.png"), Pictures.noise("png", 60, 40, System.nanoTime()));
    HttpResponse<String> answer =
        server.multipart(
            "PUT",
            server.store("/entities/" + id),
            null,
            Map.of("is_collection", "false", "label", "replaced"),
            "media_file",
            picture);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }
}
