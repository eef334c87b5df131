package dev.minsight.insight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.minsight.events.RetainedStatuses;
import dev.minsight.testing.Contract;
import dev.minsight.testing.Pictures;
import dev.minsight.testing.TestServer;
import dev.minsight.vectors.VectorIndex;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left of photos and faces that are deleted for good: nothing but history. */
class RemovalTest {

  private static PhotoServer photos;

  @BeforeAll
  static void start(@TempDir Path home) {
    photos = PhotoServer.start(home);
  }

  @AfterAll
  static void stop() {
    photos.close();
  }

  private static List<Long> ids(VectorKind kind) {
    return photos.bean(VectorIndex.class).ids(kind.collection()).boxed().toList();
  }

  private static Path media(String path) {
    return photos.home().resolve("media").resolve(path);
  }

  @Test
  @DisplayName(
      "AC-H11, AC-H12, AC-H22, D-16, D-66 A deleted photo leaves no vector, intelligence, job or"
          + " retained status")
  @Contract({
    "store.md 4.7 soft delete",
    "store.md 4.7 what goes",
    "store.md 10 hard delete",
    "store.md 13 intelligence tables"
  })
  void photo() {
    long id = photos.upload("gone.png", Pictures.noise("png", 64, 64, 1));
    photos.awaitStatus(id, "completed");
    List<String> jobs = photos.jobs(id).stream().map(job -> job.get("job_id").asText()).toList();
    assertThat(ids(VectorKind.CLIP)).contains(id);
    assertThat(ids(VectorKind.DINO)).contains(id);

    photos.patch(id, "is_deleted", "true");
    assertThat(ids(VectorKind.CLIP)).as("in the trash all is kept").contains(id);
    assertThat(photos.state(id).get("overall_status").asText()).isEqualTo("completed");
    assertThat(photos.original(id)).exists();

    photos.delete(id);

    assertThat(photos.get("/intelligence/entities/" + id).statusCode()).isEqualTo(404);
    assertThat(ids(VectorKind.CLIP)).doesNotContain(id);
    assertThat(ids(VectorKind.DINO)).doesNotContain(id);
    for (String table : List.of("entity_intelligence", "embeddings", "jobs", "faces")) {
      assertThat(photos.count(table + " WHERE entity_id = " + id)).as(table).isZero();
    }
    assertThat(jobs)
        .isNotEmpty()
        .allSatisfy(job -> assertThat(photos.home().resolve("compute/jobs/" + job)).doesNotExist());
    await()
        .untilAsserted(
            () -> assertThat(photos.bean(RetainedStatuses.class).entities()).doesNotContain(id));
  }

  @Test
  @DisplayName("A photo deleted in the middle of its work ends its process and leaves nothing")
  void inWork() {
    long id = photos.upload("in-work.png", Pictures.noise("png", 700, 500, 2));
    IntelligenceTable table = photos.bean(IntelligenceTable.class);
    await().until(() -> table.find(id).map(Intelligence::processId).isPresent());

    photos.delete(id);

    await()
        .untilAsserted(
            () ->
                assertThat(photos.bean(Pipeline.class).running(0, 1000))
                    .extracting(Pipeline.Run::entityId)
                    .doesNotContain(id));
    assertThat(photos.count("jobs WHERE entity_id = " + id)).isZero();
    assertThat(ids(VectorKind.CLIP)).doesNotContain(id);
  }

  @Test
  @DisplayName("D-17 A stream does not outlive its video's content, nor the entity")
  @Contract("store.md 4.7 what goes")
  void streams() throws Exception {
    long id = photos.upload("v.bin", new byte[] {0, 7, 1, 2, 3});
    String mime = photos.json("/entities/" + id).get("mime_type").asText();
    Path manifest = media("streams/" + mime + "/media_" + id + "/adaptive.m3u8");
    Files.createDirectories(manifest.getParent());
    Files.writeString(manifest, "#EXTM3U");

    photos.replace(id, new byte[] {0, 7, 9, 9, 9});
    assertThat(manifest).doesNotExist();

    Files.createDirectories(manifest.getParent());
    Files.writeString(manifest, "#EXTM3U");
    photos.delete(id);
    assertThat(manifest).doesNotExist();
  }

  @Test
  @DisplayName("AC-H21, D-12 A face that is not there is 404")
  @Contract("store.md 3 #15")
  void noFace() {
    HttpResponse<String> answer =
        photos.http().delete(photos.http().store("/faces/99999900001"), null);

    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(TestServer.json(answer).get("detail").asText()).isEqualTo("Face not found");
  }

  @Test
  @DisplayName(
      "AC-L16, AC-N26, AC-N27 Deleted faces are gone with vector and crop, and counted down to 0")
  @Contract({
    "store.md 3 #15",
    "store.md 8 face crops",
    "store.md 9 DELETE /faces/{id}",
    "store.md 13 face crop path",
    "pipeline.md 5 unnamed persons with no faces",
    "pipeline.md 8 DELETE face"
  })
  void faces() {
    long id = photos.upload(PhotoServer.sharedPhoto("groups/group_4_cf012.jpg"));
    photos.awaitStatus(id, "completed");
    List<JsonNode> faces = photos.faces(id);
    int left = faces.size();

    for (JsonNode face : faces) {
      long face1 = face.get("id").asLong();
      assertThat(face.get("file_path").asText()).matches("faces/" + id + "/\\d+\\.png");
      assertThat(media(face.get("file_path").asText())).isRegularFile();
      assertThat(photos.http().delete(photos.http().store("/faces/" + face1), null).statusCode())
          .isEqualTo(204);
      left--;

      assertThat(photos.faces(id)).hasSize(left);
      assertThat(photos.state(id).get("face_count").asInt()).isEqualTo(left);
      assertThat(ids(VectorKind.FACE)).doesNotContain(face1);
      assertThat(media(face.get("file_path").asText())).doesNotExist();
    }
    assertThat(left).isZero();
    assertThat(photos.count("known_persons")).as("AC-L16 unnamed persons go, too").isZero();
  }

  @Test
  @DisplayName("The crops of a deleted photo go with it")
  @Contract({"store.md 4.7 what goes", "store.md 8 face crops"})
  void crops() {
    long id = photos.upload(PhotoServer.sharedPhoto("people/alex_lacamoire/alex_2.jpg"));
    photos.awaitStatus(id, "completed");
    List<Long> faces = photos.faces(id).stream().map(face -> face.get("id").asLong()).toList();
    assertThat(media("faces/" + id)).isDirectory();

    photos.delete(id);

    assertThat(media("faces/" + id)).doesNotExist();
    assertThat(ids(VectorKind.FACE)).doesNotContainAnyElementsOf(faces);
    // The retained status is cleared by a message, a moment later.
    await()
        .untilAsserted(
            () ->
                assertThat(leftOver())
                    .isEqualTo(
                        "{\"files_deleted\":0,\"faces_deleted\":0,\"vectors_deleted\":0,"
                            + "\"mqtt_cleared\":0}"));
  }

  private static String leftOver() {
    return photos
        .http()
        .form(
            "POST",
            photos.http().store("/system/clear-orphans?min_age=0&dry_run=true"),
            null,
            Map.of())
        .body();
  }
}
