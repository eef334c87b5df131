package dev.minsight.insight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.minsight.testing.Contract;
import dev.minsight.testing.Pictures;
import dev.minsight.testing.TestServer;
import dev.minsight.vectors.FakeQdrant;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A whole server that keeps its index on Qdrant. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class QdrantPipelineTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(1);

  private final FakeQdrant qdrant = FakeQdrant.onPort();
  private PhotoServer photos;
  private long first;

  @BeforeAll
  void start(@TempDir Path home) {
    photos = start(home, qdrant);
    first = photos.upload("first.png", Pictures.noise("png", 64, 64, 1));
    photos.awaitStatus(first, "completed");
  }

  private static PhotoServer start(Path home, FakeQdrant qdrant) {
    return PhotoServer.start(
        home,
        "minsight.vectors=qdrant",
        "minsight.qdrant.url=" + qdrant.url(),
        "minsight.qdrant.timeout=" + TIMEOUT.toMillis() + "ms",
        "minsight.vectors-options.check-every=1s");
  }

  @AfterAll
  void stop() {
    photos.close();
    qdrant.close();
  }

  @Test
  @DisplayName(
      "Vectors go to Qdrant under the entity's id, with it beside them, and are found there")
  void indexes() {
    assertThat(qdrant.data.names())
        .anyMatch(name -> name.startsWith("clip_embeddings.clip-embedding-lite."))
        .anyMatch(name -> name.startsWith("dino_embeddings."))
        .anyMatch(name -> name.startsWith("face_embeddings."));
    assertThat(qdrant.data.payload("clip_embeddings", first)).isEqualTo(Map.of("entity_id", first));
    assertThat(alike(first)).hasSize(qdrant.data.size("clip_embeddings"));
    assertThat(health().get("details").get("index").asText()).isEqualTo("qdrant");
    assertThat(health().get("details").get("clip_embeddings").asText()).endsWith("qdrant");
  }

  @Test
  @DisplayName("fault: Qdrant down. Photos wait and searches say why; both go on without a hand")
  @Contract("pipeline.md 9 vector store down")
  void outage() {
    qdrant.fail(Status.UNAVAILABLE.withDescription("connection refused"));

    var answer = photos.get(similar(first));
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.body()).contains("Qdrant at 127.0.0.1", "does not answer");
    long waiting = photos.upload("waiting.png", Pictures.noise("png", 64, 64, 2));
    photos.awaitState(waiting, state -> !state.isNull());
    assertThat(health().get("status").asText()).isEqualTo("DOWN");
    assertThat(health().get("details").get("clip_embeddings").asText()).contains("does not answer");
    assertThat(photos.state(waiting).get("overall_status").asText()).isIn("queued", "processing");
    assertThat(photos.state(waiting).get("error_message").isNull()).isTrue();

    qdrant.recover();

    photos.awaitStatus(waiting, "completed");
    await().atMost(PhotoServer.LONG).until(() -> photos.get(similar(first)).statusCode() == 200);
    assertThat(alike(waiting)).anyMatch(hit -> hit.get("entity_id").asLong() == waiting);
    new Equation(photos).awaitHolds();
  }

  @Test
  @DisplayName(
      "fault: Qdrant slow. Its answers come too late: photos wait and searches say why; both go on"
          + " once it is quick again")
  void slow() {
    qdrant.answerAfter(TIMEOUT.multipliedBy(2));

    var answer = photos.get(similar(first));
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.body()).contains("Qdrant at 127.0.0.1");
    long waiting = photos.upload("slow.png", Pictures.noise("png", 64, 64, 3));
    photos.awaitState(waiting, state -> !state.isNull());
    await()
        .atMost(PhotoServer.LONG)
        .untilAsserted(() -> assertThat(health().get("status").asText()).isEqualTo("DOWN"));
    assertThat(photos.state(waiting).get("overall_status").asText()).isIn("queued", "processing");

    qdrant.recover();

    photos.awaitStatus(waiting, "completed");
    await()
        .atMost(PhotoServer.LONG)
        .untilAsserted(
            () -> {
              assertThat(photos.get(similar(first)).statusCode()).isEqualTo(200);
              assertThat(alike(waiting)).anyMatch(hit -> hit.get("entity_id").asLong() == waiting);
            });
    new Equation(photos).awaitHolds();
  }

  @Test
  @DisplayName(
      "A server that starts while Qdrant is down says so and tries again; then it makes the"
          + " collections, and what waited completes")
  @Contract("pipeline.md 1 a failing start is retried")
  void downAtStart(@TempDir Path home) {
    try (FakeQdrant late = FakeQdrant.onPort()) {
      late.fail(Status.UNAVAILABLE.withDescription("connection refused"));
      try (PhotoServer server = start(home, late)) {
        long photo = server.upload("early.png", Pictures.noise("png", 64, 64, 4));
        server.awaitState(photo, state -> !state.isNull());
        JsonNode health = health(server);
        assertThat(health.get("status").asText()).isEqualTo("DOWN");
        assertThat(health.get("details").get("clip_embeddings").asText())
            .contains("does not answer");
        assertThat(late.data.names()).isEmpty();
        assertThat(server.state(photo).get("overall_status").asText()).isIn("queued", "processing");

        late.recover();

        server.awaitStatus(photo, "completed");
        assertThat(late.data.names()).hasSize(3);
        new Equation(server).awaitHolds();
        assertThat(health(server).get("status").asText()).isEqualTo("UP");
      }
    }
  }

  @Test
  @DisplayName(
      "fault: Qdrant emptied. With its vectors or its collections lost it is filled again by itself")
  void emptied() {
    int before = qdrant.data.size("clip_embeddings");
    assertThat(before).isPositive();

    qdrant.data.empty("clip_embeddings");
    await()
        .atMost(PhotoServer.LONG)
        .untilAsserted(() -> assertThat(qdrant.data.size("clip_embeddings")).isEqualTo(before));

    qdrant.data.wipe();
    await()
        .atMost(PhotoServer.LONG)
        .ignoreException(StatusRuntimeException.class) // made, but its alias is not yet
        .untilAsserted(
            () -> {
              assertThat(qdrant.data.names()).hasSize(3);
              assertThat(qdrant.data.size("clip_embeddings")).isEqualTo(before);
            });
    assertThat(alike(first)).isNotEmpty();
    new Equation(photos).awaitHolds();
  }

  private JsonNode health() {
    return health(photos);
  }

  private static JsonNode health(PhotoServer photos) {
    return TestServer.json(photos.get("/actuator/health")).get("components").get("vectors");
  }

  private List<JsonNode> alike(long id) {
    return PhotoServer.list(photos.json(similar(id)).get("results"));
  }

  private static String similar(long id) {
    return "/intelligence/entities/" + id + "/similar?score_threshold=0&limit=50";
  }
}
