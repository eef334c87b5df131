package dev.minsight.insight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.minsight.testing.Pictures;
import dev.minsight.testing.TestServer;
import dev.minsight.vectors.VectorIndex;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.FileSystemUtils;

/** What a running server does about an index that is not as it should be. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class VectorMendingTest {

  private PhotoServer photos;
  private long photo;

  @BeforeAll
  void start(@TempDir Path home) {
    photos =
        PhotoServer.start(
            home,
            "minsight.vectors-options.exact-limit=1",
            "minsight.vectors-options.check-every=1s");
    photo = photos.upload("photo.png", Pictures.noise("png", 64, 64, 1));
    long other = photos.upload("other.png", Pictures.noise("png", 64, 64, 2));
    photos.awaitStatus(photo, "completed");
    photos.awaitStatus(other, "completed");
    await().atMost(PhotoServer.LONG).until(() -> method().equals("hnsw"));
  }

  @AfterAll
  void stop() {
    photos.close();
  }

  @Test
  @DisplayName(
      "fault: index folder deleted under the running server. It is built again, and searches go on")
  void deletedFolder() {
    List<JsonNode> before = alike();
    assertThat(before).hasSize(2);

    FileSystemUtils.deleteRecursively(photos.home().resolve("vectors").toFile());

    await()
        .atMost(PhotoServer.LONG)
        .untilAsserted(
            () -> {
              assertThat(photos.home().resolve("vectors")).isNotEmptyDirectory();
              assertThat(photos.get("/actuator/health").statusCode()).isEqualTo(200);
              assertThat(alike()).isEqualTo(before);
            });
    new Equation(photos).awaitHolds();
  }

  @Test
  @DisplayName(
      "fault: index folder truncated under the running server. With its logs cut, photos that come"
          + " meanwhile wait at worst, and all is found again")
  void truncatedLogs() throws IOException {
    List<JsonNode> before = alike();
    try (Stream<Path> files = Files.list(photos.home().resolve("vectors"))) {
      for (Path log : files.filter(Files::isRegularFile).toList()) {
        try (FileChannel channel = FileChannel.open(log, StandardOpenOption.WRITE)) {
          channel.truncate(channel.size() / 2);
        }
      }
    }

    long late = photos.upload("late.png", Pictures.noise("png", 64, 64, 3));

    photos.awaitStatus(late, "completed");
    await()
        .atMost(PhotoServer.LONG)
        .untilAsserted(
            () ->
                assertThat(alike())
                    .containsAll(before)
                    .anyMatch(hit -> hit.get("entity_id").asLong() == late));
    new Equation(photos).awaitHolds();
    photos.delete(late);
  }

  @Test
  @DisplayName("A vector that got lost, and one of nobody, are noticed by their number")
  void differingCount() {
    List<JsonNode> before = alike();
    VectorIndex index = photos.bean(VectorIndex.class);
    float[] vector = index.vector("clip_embeddings", photo).orElseThrow();

    index.delete("clip_embeddings", photo);
    await()
        .atMost(PhotoServer.LONG)
        .untilAsserted(() -> assertThat(index.vector("clip_embeddings", photo)).isPresent());
    index.upsert("clip_embeddings", 999_999, vector);

    await()
        .atMost(PhotoServer.LONG)
        .untilAsserted(() -> assertThat(index.vector("clip_embeddings", 999_999)).isEmpty());
    assertThat(alike()).isEqualTo(before);
  }

  @Test
  @DisplayName("An admin may have a collection built again, and sees when it is done")
  void rebuild() {
    HttpResponse<String> begun = rebuild("clip_embeddings");
    assertThat(begun.statusCode()).as(begun.body()).isEqualTo(202);
    assertThat(rebuild("dogs").statusCode()).isEqualTo(404);

    await()
        .atMost(PhotoServer.LONG)
        .untilAsserted(
            () -> {
              JsonNode clip = collection();
              assertThat(clip.get("rebuilding").asBoolean()).isFalse();
              assertThat(clip.get("condition").asText()).isEqualTo("ready");
              assertThat(clip.get("count")).isEqualTo(clip.get("stored"));
            });
    assertThat(alike()).hasSize(2);
  }

  private HttpResponse<String> rebuild(String collection) {
    TestServer server = photos.http();
    return server.form(
        "POST", server.store("/system/vectors/rebuild"), null, Map.of("collection", collection));
  }

  private String method() {
    return collection().path("method").asText();
  }

  private JsonNode collection() {
    return PhotoServer.list(photos.json("/system/vectors").get("collections")).stream()
        .filter(each -> each.get("name").asText().equals("clip_embeddings"))
        .findFirst()
        .orElseThrow();
  }

  private List<JsonNode> alike() {
    return PhotoServer.list(
        photos
            .json("/intelligence/entities/" + photo + "/similar?score_threshold=0")
            .get("results"));
  }
}
