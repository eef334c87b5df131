package dev.minsight.insight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.minsight.testing.Pictures;
import dev.minsight.testing.TestServer;
import dev.minsight.vectors.FakeQdrant;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
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

  private final FakeQdrant qdrant = FakeQdrant.onPort();
  private PhotoServer photos;
  private long first;

  @BeforeAll
  void start(@TempDir Path home) {
    photos =
        PhotoServer.start(
            home,
            "minsight.vectors=qdrant",
            "minsight.qdrant.url=" + qdrant.url(),
            "minsight.vectors-options.check-every=1s");
    first = photos.upload("first.png", Pictures.noise("png", 64, 64, 1));
    photos.awaitStatus(first, "completed");
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
  @DisplayName("While Qdrant is away photos wait and searches say why; both go on without a hand")
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

    qdrant.recover();

    photos.awaitStatus(waiting, "completed");
    await().atMost(PhotoServer.LONG).until(() -> photos.get(similar(first)).statusCode() == 200);
    assertThat(alike(waiting)).anyMatch(hit -> hit.get("entity_id").asLong() == waiting);
  }

  @Test
  @DisplayName("A Qdrant that was emptied, or lost its collections, is filled again by itself")
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
  }

  private JsonNode health() {
    return TestServer.json(photos.get("/actuator/health")).get("components").get("vectors");
  }

  private List<JsonNode> alike(long id) {
    return PhotoServer.list(photos.json(similar(id)).get("results"));
  }

  private static String similar(long id) {
    return "/intelligence/entities/" + id + "/similar?score_threshold=0&limit=50";
  }
}
