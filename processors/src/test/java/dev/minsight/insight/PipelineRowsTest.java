package dev.minsight.insight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.minsight.compute.Assigned;
import dev.minsight.testing.Contract;
import dev.minsight.testing.Pictures;
import dev.minsight.testing.Videos;
import dev.minsight.vectors.VectorIndex;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** pipeline.md, row by row, as far as other tests do not show it; the test is the only worker. */
class PipelineRowsTest {

  private static PhotoServer photos;
  private static HandWorker worker;

  @BeforeAll
  static void start() {
    worker = HandWorker.shared();
    photos = worker.server();
  }

  private static long upload() {
    return photos.upload("row.png", HandWorker.picture());
  }

  private static String overall(long id) {
    return photos.state(id).path("overall_status").asText();
  }

  private static long queued(long id) {
    return photos.count("jobs WHERE status = 'queued' AND entity_id = " + id);
  }

  @Test
  @DisplayName(
      "AC-N04 A photo that is picked is queued with one job for each first step, of priority 5 and"
          + " with the workers' own settings; it is in work once one of them has begun")
  @Contract({
    "pipeline.md 2 new image",
    "pipeline.md 3 order of jobs",
    "pipeline.md 3 priority 5, no other parameter",
    "pipeline.md 3 registration",
    "pipeline.md 4 queued, then processing"
  })
  void threeJobs() {
    long id = upload();
    await().atMost(PhotoServer.LONG).until(() -> queued(id) == 3);

    JsonNode state = photos.state(id);
    assertThat(state.get("overall_status").asText()).isEqualTo("queued");
    assertThat(state.get("active_processing_md5").asText())
        .isEqualTo(photos.json("/entities/" + id).get("md5").asText());
    List<Map<String, Object>> jobs =
        photos
            .jdbc()
            .sql("SELECT task_type, priority, params, generation FROM jobs WHERE entity_id = " + id)
            .query()
            .listOfRows();
    assertThat(jobs)
        .extracting(job -> job.get("task_type"))
        .containsExactlyInAnyOrder("face_detection", "clip_embedding", "dino_embedding");
    String media = photos.home().resolve("media").relativize(photos.original(id)).toString();
    assertThat(jobs)
        .allSatisfy(
            job -> {
              assertThat(((Number) job.get("priority")).intValue()).isEqualTo(5);
              assertThat(job.get("params")).isEqualTo("{\"media\":\"" + media + "\"}");
            });

    worker.take(id, "dino_embedding");

    assertThat(overall(id)).isEqualTo("processing");
    JsonNode steps = photos.state(id).get("inference_status");
    assertThat(steps.get("dino_embedding").asText()).isEqualTo("processing");
    assertThat(steps.get("clip_embedding").asText()).isEqualTo("pending");
  }

  @Test
  @DisplayName(
      "AC-M12 While nobody can compute photos wait; when somebody can they are done, without a hand")
  @Contract({"pipeline.md 9 compute down at submit", "pipeline.md 3 submission error"})
  void nobodyComputes() {
    long id = upload();
    await().atMost(PhotoServer.LONG).until(() -> queued(id) == 3);
    assertThat(overall(id)).isEqualTo("queued");
    assertThat(photos.state(id).get("error_message").isNull()).isTrue();

    worker.firstSteps(id, 0);

    photos.awaitStatus(id, "completed");
    assertThat(photos.jobs(id))
        .allSatisfy(job -> assertThat(job.get("attempt").asInt()).isEqualTo(1));
  }

  @Test
  @DisplayName("Work of which no message told is found by the look for it every now and then")
  @Contract({"pipeline.md 1 polls, too", "pipeline.md 9 missed event"})
  void polled() {
    long id = upload();
    worker.firstSteps(id, 0);
    Intelligence done =
        await().atMost(PhotoServer.LONG).until(() -> photos.row(id), Intelligence::terminal);

    photos.write(
        () ->
            photos
                .bean(IntelligenceTable.class)
                .queue(id, done.processingMd5(), done.processingVersion(), 5));

    await().atMost(PhotoServer.LONG).until(() -> queued(id) == 3);
    worker.firstSteps(id, 0);
    photos.awaitStatus(id, "completed");
    assertThat(photos.row(id).generation()).isEqualTo(done.generation() + 1);
  }

  @Test
  @DisplayName("Content that was deleted for good and comes again is a new photo, worked on anew")
  @Contract("pipeline.md 2 delete then equal upload")
  void equalUploadAfterDeletion() {
    byte[] picture = HandWorker.picture();
    long first = photos.upload("twice.png", picture);
    worker.firstSteps(first, 0);
    photos.awaitStatus(first, "completed");
    photos.delete(first);

    long second = photos.upload("twice.png", picture);

    assertThat(second).isGreaterThan(first);
    worker.firstSteps(second, 0);
    photos.awaitStatus(second, "completed");
    assertThat(photos.count("embeddings WHERE kind = 'clip' AND entity_id = " + second))
        .isEqualTo(1);
    assertThat(photos.count("embeddings WHERE entity_id = " + first)).isZero();
  }

  @Test
  @DisplayName(
      "Videos and files are passed by, and so is the naming of people; nothing waits there")
  @Contract({
    "pipeline.md 2 type",
    "pipeline.md 2 md5",
    "pipeline.md 2 rows that do not qualify",
    "pipeline.md 2 known-person history",
    "pipeline.md 4 video = none until requested"
  })
  void passedBy(@TempDir Path folder) {
    long photo = upload();
    worker.firstSteps(photo, 1);
    worker.embed(photo, HandWorker.unit(128, photo));
    Intelligence before =
        await().atMost(PhotoServer.LONG).until(() -> photos.row(photo), Intelligence::terminal);
    long person = photos.faces(photo).get(0).get("known_person_id").asLong();

    long video = photos.upload(Videos.silent(folder.resolve("v.mp4"), 64, 48, 1));
    long text = photos.upload("notes.txt", HandWorker.text("of " + photo));
    photos
        .http()
        .json(
            "PATCH",
            photos.http().store("/intelligence/known-persons/" + person),
            null,
            Map.of("name", "Grace"));

    Reconcile reconcile = photos.bean(Reconcile.class);
    await().atMost(PhotoServer.LONG).until(() -> reconcile.pending().empty());
    assertThat(photos.state(video).isNull()).isTrue();
    assertThat(photos.state(text).isNull()).isTrue();
    assertThat(photos.count("jobs WHERE entity_id IN (" + video + ", " + text + ")")).isZero();
    assertThat(photos.row(photo)).isEqualTo(before);
  }

  @Test
  @DisplayName("Whoever sees a step completed sees its faces and vectors, too")
  @Contract("pipeline.md 4 rows before the status")
  void rowsBeforeStatus() throws Exception {
    long id = upload();
    List<String> early = new ArrayList<>();
    Thread looker =
        new Thread(
            () -> {
              JsonNode state = photos.state(id);
              while (!state
                  .path("inference_status")
                  .path("face_detection")
                  .asText()
                  .equals("completed")) {
                state = photos.state(id);
              }
              if (photos.faces(id).size() != state.get("face_count").asInt()) {
                early.add("faces");
              }
            });
    Assigned detection = worker.take(id, "face_detection");
    looker.start();
    Map<String, byte[]> crops = new HashMap<>();
    List<Object> found = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      crops.put("faces/face_" + i + ".png", HandWorker.crop());
      found.add(HandWorker.face(i));
    }
    worker.handIn(detection, HandWorker.DETECTOR, Map.of("faces", found), crops);
    looker.join();

    assertThat(early).isEmpty();
    assertThat(photos.state(id).get("face_count").asInt()).isEqualTo(5);
    worker.clip(id, HandWorker.unit(512, id));
    assertThat(photos.state(id).get("inference_status").get("clip_embedding").asText())
        .isEqualTo("completed");
    assertThat(photos.bytes("/intelligence/entities/" + id + "/clip_embedding")).isNotEmpty();
  }

  @Test
  @DisplayName("A likeness to a face whose row is gone counts for nothing")
  @Contract("pipeline.md 5 hits whose face is gone")
  void likeAGhost() {
    long id = upload();
    float[] vector = HandWorker.unit(128, 4711);
    long ghost = 999_999_999L * 10_000;
    worker.firstSteps(id, 1);
    photos.bean(VectorIndex.class).upsert(VectorKind.FACE.collection(), ghost, vector);
    try {
      worker.embed(id, vector);

      photos.awaitStatus(id, "completed");
      assertThat(photos.count("face_matches WHERE face_id = " + id * 10_000)).isZero();
      assertThat(photos.faces(id).get(0).get("known_person_id").isNull()).isFalse();
    } finally {
      photos.bean(VectorIndex.class).delete(VectorKind.FACE.collection(), ghost);
    }
  }

  @Test
  @DisplayName("A face of a few pixels is shown, with its vector, but is nobody's")
  @Contract("pipeline.md 5 size floor")
  void tinyFace() {
    long id = upload();
    worker.clip(id, HandWorker.unit(512, id));
    worker.dino(id, HandWorker.unit(384, id));
    Map<String, Object> tiny = new HashMap<>(HandWorker.face(0));
    tiny.put("bbox", Map.of("x1", 0.5, "y1", 0.5, "x2", 0.54, "y2", 0.56)); // 13 x 14 pixels
    long persons = photos.count("known_persons");
    worker.handIn(
        worker.take(id, "face_detection"),
        HandWorker.DETECTOR,
        Map.of("faces", List.of(tiny)),
        Map.of("faces/face_0.png", HandWorker.crop()));
    worker.embed(id, HandWorker.unit(128, id));

    photos.awaitStatus(id, "completed");

    JsonNode face = photos.faces(id).get(0);
    assertThat(face.get("known_person_id").isNull()).isTrue();
    assertThat(face.get("embedding_status").asText()).isEqualTo("completed");
    assertThat(photos.bytes("/intelligence/faces/" + face.get("id").asLong() + "/embedding"))
        .isNotEmpty();
    assertThat(photos.count("known_persons")).isEqualTo(persons);
  }

  @Test
  @DisplayName("Content that was replaced leaves nothing of the old one: new faces, new vectors")
  @Contract({"pipeline.md 2 md5 changed after the run", "pipeline.md 8 Do image replaced"})
  void replaced() {
    long id = upload();
    worker.firstSteps(id, 2);
    worker.embed(id, HandWorker.unit(128, id), HandWorker.unit(128, -id));
    photos.awaitStatus(id, "completed");
    long person = photos.faces(id).get(1).get("known_person_id").asLong();

    photos.replace(id, Pictures.plain("png", 320, 240, 0xabcdef));
    await().atMost(PhotoServer.LONG).until(() -> photos.row(id).generation() == 2);
    await().atMost(PhotoServer.LONG).until(() -> photos.faces(id).isEmpty());
    assertThat(photos.state(id).get("face_count").isNull()).isTrue();
    assertThat(photos.count("embeddings WHERE entity_id = " + id)).isZero();
    float[] clip = HandWorker.unit(512, 77);
    worker.clip(id, clip);
    worker.dino(id, HandWorker.unit(384, 78));
    worker.detect(id, 1);
    worker.embed(id, HandWorker.unit(128, 79));

    photos.awaitStatus(id, "completed");
    assertThat(photos.faces(id)).hasSize(1);
    assertThat(photos.home().resolve("media/faces/" + id + "/1.png")).doesNotExist();
    assertThat(photos.count("known_persons WHERE id = " + person)).isZero();
    assertThat(photos.row(id).processedMd5())
        .isEqualTo(photos.json("/entities/" + id).get("md5").asText());
  }
}
