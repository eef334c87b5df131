package dev.minsight.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.minsight.events.TestClient.Received;
import dev.minsight.events.TestClient.Version;
import dev.minsight.testing.Contract;
import dev.minsight.testing.OpenServer;
import dev.minsight.testing.Pictures;
import dev.minsight.testing.TestServer;
import dev.minsight.testing.Videos;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the running server tells of jobs; mqtt.md sections 2 and 3. */
class JobEventsTest {

  private static final Duration LONG = Duration.ofSeconds(60);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final TestServer server = OpenServer.shared();

  @TempDir Path folder;

  private TestClient listener() {
    TestClient client = TestClient.connect(Version.V5, server.settings().mqtt().port());
    client.subscribe("#");
    return client;
  }

  private String submit(String task, Map<String, String> fields, Path file) {
    HttpResponse<String> answer =
        server.multipart("POST", server.compute("/jobs/" + task), null, fields, "file", file);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return TestServer.json(answer).get("job_id").asText();
  }

  private Path picture() {
    return Pictures.write(folder.resolve("a.png"), Pictures.noise("png", 16, 16, 9));
  }

  /** All that anybody was told of a job. */
  private static List<Received> about(TestClient client, String id) {
    return client.received.stream().filter(m -> (m.topic() + m.payload()).contains(id)).toList();
  }

  private static void awaitWord(TestClient client, String id, String word, int times) {
    await(word)
        .atMost(LONG)
        .until(
            () -> about(client, id).stream().filter(m -> m.payload().contains(word)).count(),
            count -> count >= times);
  }

  @Test
  @DisplayName(
      "Stored, begun, completed, each told once on inference/events and nowhere else, with QoS 1;"
          + " a quick job's end twice; its deletion not at all")
  @Contract({
    "compute.md 4 claim",
    "compute.md 4 success",
    "mqtt.md 2 inference/events",
    "mqtt.md 2 seed-plan job_status",
    "mqtt.md 2 seed-int full JobResponse",
    "mqtt.md 2 docs architecture",
    "mqtt.md 2 docs dart plan",
    "mqtt.md 2 jobs/events",
    "mqtt.md 3 job_id",
    "mqtt.md 3 event_type",
    "mqtt.md 3 timestamp",
    "mqtt.md 3 progress",
    "mqtt.md 3 no output, no error text",
    "mqtt.md 3 job stored",
    "mqtt.md 3 claimed",
    "mqtt.md 3 success",
    "mqtt.md 3 delete"
  })
  void tells() throws IOException {
    try (TestClient client = listener()) {
      long before = System.currentTimeMillis();
      String id = submit("hash", Map.of(), picture());
      awaitWord(client, id, "\"completed\"", 1);
      JsonNode job = TestServer.json(server.get(server.compute("/jobs/" + id), null));
      assertThat(server.delete(server.compute("/jobs/" + id), null).statusCode()).isEqualTo(204);
      // What comes after the deletion has been told by then.
      awaitWord(client, submit("hash", Map.of(), picture()), "\"completed\"", 2);

      List<Received> told = about(client, id);

      StringBuilder steps = new StringBuilder();
      long last = before;
      for (Received message : told) {
        assertThat(message.topic()).isEqualTo("inference/events");
        assertThat(message.qos()).isEqualTo(1);
        assertThat(message.retained()).isFalse();
        JsonNode event = JSON.readTree(message.payload());
        assertThat(event.fieldNames())
            .toIterable()
            .containsExactly("job_id", "event_type", "timestamp", "progress");
        assertThat(event.get("job_id").asText()).isEqualTo(id);
        assertThat(event.get("timestamp").isIntegralNumber()).isTrue();
        assertThat(event.get("timestamp").asLong()).isGreaterThanOrEqualTo(last);
        last = event.get("timestamp").asLong();
        steps.append(event.get("event_type").asText()).append(' ').append(event.get("progress"));
        steps.append(", ");
      }
      assertThat(steps.toString())
          .startsWith("queued 0, processing 0, completed 100, ")
          .matches(".*?completed 100, (completed 100, )?");
      assertThat(job.get("started_at").asLong())
          .isBetween(job.get("created_at").asLong(), job.get("completed_at").asLong());
    }
  }

  @Test
  @DisplayName("A late subscriber is told nothing of what was: events are not retained")
  @Contract("mqtt.md 2 inference/events")
  void notRetained() {
    try (TestClient client = listener()) {
      String id = submit("hash", Map.of(), picture());
      awaitWord(client, id, "\"completed\"", 2);
      try (TestClient late = listener()) {
        String next = submit("hash", Map.of(), picture());
        awaitWord(late, next, "\"completed\"", 1);

        assertThat(about(late, id)).isEmpty();
      }
    }
  }

  @Test
  @DisplayName("Progress is told as it grows, as processing, 99 at most before the end")
  @Contract({
    "compute.md 4 progress",
    "compute.md 4 running word",
    "mqtt.md 3 every progress callback"
  })
  void progress() throws IOException {
    Path video = Videos.silent(folder.resolve("v.mp4"), 320, 240, 40);
    try (TestClient client = listener()) {
      String id =
          submit(
              "hls_streaming", Map.of("variants", "[{\"resolution\":480,\"bitrate\":500}]"), video);
      awaitWord(client, id, "\"completed\"", 1);

      List<Integer> told = new java.util.ArrayList<>();
      for (Received message : about(client, id)) {
        JsonNode event = JSON.readTree(message.payload());
        if (event.get("event_type").asText().equals("processing")) {
          told.add(event.get("progress").asInt());
        }
      }
      assertThat(told).isSorted().startsWith(0).hasSizeGreaterThan(1);
      assertThat(told).allMatch(percent -> percent <= 99).anyMatch(percent -> percent > 0);
    }
  }
}
