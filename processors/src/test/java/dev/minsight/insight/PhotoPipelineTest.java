package dev.minsight.insight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.minsight.ml.Npy;
import dev.minsight.testing.Contract;
import dev.minsight.testing.Pictures;
import dev.minsight.testing.TestServer;
import dev.minsight.workflow.RunningEngine;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A photo's journey through the whole server, with the bundled models. */
class PhotoPipelineTest {

  private static final Set<String> FIRST_STEPS =
      Set.of("face_detection", "clip_embedding", "dino_embedding");

  private static PhotoServer photos;

  @BeforeAll
  static void start(@TempDir Path home) {
    photos =
        PhotoServer.start(
            home,
            "minsight.ingest.stable-for=300ms",
            "minsight.worker.poll-every=1h"); // workers must be told of each task
  }

  @AfterAll
  static void stop() {
    photos.close();
  }

  private static String error(String path, int status) {
    HttpResponse<String> answer = photos.get(path);
    assertThat(answer.statusCode()).as(path + ": " + answer.body()).isEqualTo(status);
    return TestServer.json(answer).get("detail").asText();
  }

  private static double length(float[] vector) {
    double sum = 0;
    for (float value : vector) {
      sum += value * value;
    }
    return Math.sqrt(sum);
  }

  @Test
  @DisplayName(
      "AC-K01, AC-K02, AC-K08, AC-K09, AC-L01 An entity that is not there is told apart from one"
          + " that has nothing")
  @Contract("intelligence.md 1 Entity not found")
  void noEntity() {
    for (String what :
        List.of("", "/faces", "/jobs", "/clip_embedding", "/dino_embedding", "/similar")) {
      assertThat(error("/intelligence/entities/999999" + what, 404)).isEqualTo("Entity not found");
    }
  }

  @Test
  @DisplayName("AC-K04, AC-K05, AC-K06, AC-K07, AC-L02, AC-L03 Nor is there a person or a face")
  @Contract({"intelligence.md 1 Face not found", "intelligence.md 1 Known person not found"})
  void noPerson() {
    assertThat(error("/intelligence/known-persons/999999", 404))
        .isEqualTo("Known person not found");
    assertThat(error("/intelligence/known-persons/999999/faces", 404))
        .isEqualTo("Known person not found");
    assertThat(error("/intelligence/faces/99999900001", 404)).isEqualTo("Face not found");
    assertThat(error("/intelligence/faces/99999900001/embedding", 404)).isEqualTo("Face not found");
    assertThat(error("/intelligence/faces/99999900001/similar", 404)).isEqualTo("Face not found");
    assertThat(error("/intelligence/faces/99999900001/matches", 404)).isEqualTo("Face not found");
    HttpResponse<String> renamed =
        photos
            .http()
            .json(
                "PATCH",
                photos.http().store("/intelligence/known-persons/999999"),
                null,
                Map.of("name", "Ada"));
    assertThat(renamed.statusCode()).isEqualTo(404);
    assertThat(renamed.body()).contains("Known person not found");
  }

  @Test
  @DisplayName("AC-K18, AC-L04 A collection has no jobs and no intelligence")
  @Contract({
    "store.md 3 #21",
    "intelligence.md 1 null before there is any",
    "intelligence.md 1 no jobs is []"
  })
  void collection() {
    long id =
        TestServer.json(
                photos
                    .http()
                    .form(
                        "POST",
                        photos.http().store("/entities"),
                        null,
                        Map.of("is_collection", "true", "label", "Holidays")))
            .get("id")
            .asLong();

    assertThat(photos.jobs(id)).isEmpty();
    assertThat(photos.get("/intelligence/entities/" + id).body()).isEqualTo("null");
    assertThat(error("/intelligence/entities/" + id + "/similar", 404))
        .contains("No similar images found");
  }

  @Test
  @DisplayName("AC-L17 A search outside its limits is refused")
  void searchLimits() {
    long id = photos.upload("limits.png", Pictures.noise("png", 64, 64, 17));

    for (String query : List.of("limit=0", "limit=51", "score_threshold=1.5")) {
      assertThat(photos.get("/intelligence/entities/" + id + "/similar?" + query).statusCode())
          .as(query)
          .isEqualTo(422);
    }
  }

  @Test
  @DisplayName(
      "AC-G17, AC-N01..N04, AC-N19, AC-N30, AC-N31 A picture without faces runs each step once, is"
          + " completed, and has no more versions for it")
  @Contract({
    "mqtt.md 6 no HLS in the status of images",
    "store.md 12 not intelligence",
    "pipeline.md 4 zero faces",
    "pipeline.md 4 completed",
    "intelligence.md 3.1 face_count 0 for none"
  })
  void withoutFaces() {
    long id = photos.upload("noise.png", Pictures.noise("png", 320, 240, 1));

    JsonNode state = photos.awaitStatus(id, "completed");

    assertThat(state.get("face_count").asInt()).isZero();
    assertThat(state.get("error_message").isNull()).isTrue();
    assertThat(photos.json("/entities/" + id + "/versions")).hasSize(1);
    assertThat(state.get("active_jobs")).isEmpty();
    assertThat(state.get("inference_status").get("face_detection").asText()).isEqualTo("completed");
    assertThat(state.get("last_processed_md5").asText()).isNotEmpty();
    assertThat(photos.faces(id)).isEmpty();
    assertThat(photos.jobs(id))
        .hasSize(3)
        .allSatisfy(
            job -> {
              assertThat(job.get("status").asText()).isEqualTo("completed");
              assertThat(job.get("progress").asInt()).isEqualTo(100);
              assertThat(job.get("attempt").asInt()).isEqualTo(1);
              assertThat(job.get("model_id").asText()).endsWith("-lite");
              assertThat(job.get("completed_at").asLong()).isPositive();
            })
        .extracting(job -> job.get("task_type").asText())
        .containsExactlyInAnyOrderElementsOf(FIRST_STEPS);
  }

  @Test
  @DisplayName("Nothing of a photo's work is left in the engine or on the disk but its history")
  void nothingIsLeft() {
    long id = photos.upload("left.png", Pictures.noise("png", 64, 64, 2));
    photos.awaitStatus(id, "completed");

    String key = photos.json("/entities/" + id).get("business_key").asText();
    assertThat(key).isEqualTo("entity-" + id + "-1");
    RunningEngine engine = photos.engine();
    await().atMost(PhotoServer.LONG).until(() -> engine.processes(key).isEmpty());
    assertThat(engine.completed(key)).isEqualTo(1);
    await()
        .atMost(PhotoServer.LONG)
        .untilAsserted(
            () ->
                assertThat(photos.jobs(id))
                    .allSatisfy(
                        job ->
                            assertThat(
                                    photos
                                        .home()
                                        .resolve("compute/jobs")
                                        .resolve(job.get("job_id").asText()))
                                .doesNotExist()));
  }

  @Test
  @DisplayName("AC-K17, AC-K20 Its vectors download as NumPy files of the right size and length 1")
  void vectorsDownload() {
    long id = photos.upload("vectors.png", Pictures.noise("png", 200, 200, 3));
    photos.awaitStatus(id, "completed");

    float[] clip = Npy.read(photos.bytes("/intelligence/entities/" + id + "/clip_embedding"));
    float[] dino = Npy.read(photos.bytes("/intelligence/entities/" + id + "/dino_embedding"));

    assertThat(clip).hasSize(512);
    assertThat(dino).hasSize(384);
    assertThat(length(clip)).isCloseTo(1, within(1e-3));
    assertThat(length(dino)).isCloseTo(1, within(1e-3));
  }

  @Test
  @DisplayName(
      "AC-L05..L08, AC-L10 A picture's own copy at another size is its nearest look-alike; the"
          + " picture itself comes first")
  @Contract("store.md 13 matching, similarity, duplicates")
  void lookAlikes() {
    byte[] picture = Pictures.plain("png", 300, 200, 0xd02020);
    byte[] copy = Pictures.plain("png", 150, 100, 0xd02020);
    long id = photos.upload("red-large.png", picture);
    long other = photos.upload("red-small.png", copy);
    photos.awaitStatus(id, "completed");
    photos.awaitStatus(other, "completed");

    List<JsonNode> hits =
        PhotoServer.list(
            photos
                .json("/intelligence/entities/" + id + "/similar?limit=5&include_details=true")
                .get("results"));

    assertThat(hits.get(0).get("score").asDouble()).isCloseTo(1, within(1e-3));
    assertThat(hits).extracting(hit -> hit.get("entity_id").asLong()).contains(id, other);
    assertThat(hits)
        .extracting(hit -> hit.get("score").asDouble())
        .isSortedAccordingTo(java.util.Comparator.reverseOrder());
    assertThat(hits)
        .filteredOn(hit -> hit.get("entity_id").asLong() == other)
        .singleElement()
        .satisfies(
            hit -> assertThat(hit.get("entity").get("label").asText()).isEqualTo("red-small.png"));
    JsonNode duplicates = photos.json("/intelligence/entities/" + id + "/duplicates");
    assertThat(duplicates.get("query_entity_id").asLong()).isEqualTo(id);
    assertThat(PhotoServer.list(duplicates.get("results")))
        .extracting(hit -> hit.get("entity_id").asLong())
        .contains(other)
        .doesNotContain(id);
  }

  @Test
  @DisplayName("AC-M10 A changed label creates no new work")
  @Contract({"pipeline.md 2 current intelligence", "pipeline.md 2 label, description, parent"})
  void labelChange() {
    long id = photos.upload("label.png", Pictures.noise("png", 64, 64, 4));
    photos.awaitStatus(id, "completed");
    Intelligence before = photos.row(id);

    photos.patch(id, "label", "Another name");

    Reconcile reconcile = photos.bean(Reconcile.class);
    await().atMost(PhotoServer.LONG).until(() -> reconcile.pending().empty());
    assertThat(photos.row(id)).isEqualTo(before);
    assertThat(photos.jobs(id)).hasSize(3);
  }

  @Test
  @DisplayName("AC-N28 Thirty photos at once, more than there are threads, all complete")
  @Contract("pipeline.md 4 thirty uploads")
  void manyAtOnce() {
    List<Long> ids =
        java.util.stream.IntStream.range(0, 30)
            .parallel()
            .mapToObj(
                i -> photos.upload("many-" + i + ".png", Pictures.noise("png", 48, 48, 100 + i)))
            .toList();

    ids.forEach(id -> photos.awaitStatus(id, "completed"));

    assertThat(photos.count("jobs WHERE attempt > 1")).isZero();
  }

  @Test
  @DisplayName("A picture dropped into the inbox is completed and served like an uploaded one")
  void droppedPicture() {
    Pictures.write(
        photos.home().resolve("inbox/dropped one.png"), Pictures.noise("png", 120, 90, 5));

    Path receipt = photos.home().resolve("inbox/done/dropped one.png.receipt.json");
    await().atMost(PhotoServer.LONG).until(() -> Files.exists(receipt));
    long id =
        photos
            .jdbc()
            .sql("SELECT id FROM entities WHERE original_name = 'dropped one.png'")
            .query(Long.class)
            .single();

    assertThat(photos.awaitStatus(id, "completed").get("face_count").asInt()).isZero();
    assertThat(PhotoServer.list(photos.json("/activity").get("ingest")))
        .anySatisfy(taken -> assertThat(taken.get("entity_id").asLong()).isEqualTo(id));
  }

  @Test
  @DisplayName(
      "A photo replaced by one without faces takes its faces, crops and unnamed person along")
  void lastPhotoOfPersonReplaced() {
    long id = photos.upload(PhotoServer.sharedPhoto("people/alex_lacamoire/alex_2.jpg"));
    photos.awaitStatus(id, "completed");
    JsonNode face = photos.faces(id).get(0);
    long person = face.get("known_person_id").asLong();
    Path crop = photos.home().resolve("media").resolve(face.get("file_path").asText());
    assertThat(crop).exists();

    photos.replace(id, Pictures.plain("png", 90, 60, 0x2040c0));

    await().atMost(PhotoServer.LONG).until(() -> photos.row(id).generation() == 2);
    photos.awaitStatus(id, "completed");
    assertThat(photos.faces(id)).isEmpty();
    assertThat(crop).doesNotExist();
    assertThat(error("/intelligence/known-persons/" + person, 404)).isNotBlank();
  }

  @Test
  @DisplayName(
      "AC-N24, AC-N25, AC-K10, AC-K12, AC-K13, AC-K15, AC-L09, AC-L11..L13, AC-L15 Two photos of"
          + " one person: faces, crops, vectors, one person, who can be named")
  @Contract({
    "store.md 13 intelligence tables",
    "store.md 13 matching, similarity, duplicates",
    "pipeline.md 3 outputs used",
    "pipeline.md 4 image = detection + clip + dino + faces"
  })
  void onePerson() {
    long first = photos.upload(PhotoServer.sharedPhoto("people/obama/obama_1.jpg"));
    JsonNode state = photos.awaitStatus(first, "completed");
    List<JsonNode> faces = photos.faces(first);
    assertThat(faces).hasSize(1);
    assertThat(state.get("face_count").asInt()).isEqualTo(1);
    assertThat(PhotoServer.list(state.get("inference_status").get("face_embeddings")))
        .extracting(JsonNode::asText)
        .containsExactly("completed");
    JsonNode face = faces.get(0);
    long person = face.get("known_person_id").asLong();
    assertThat(face.get("bbox").get("x2").asDouble())
        .isGreaterThan(face.get("bbox").get("x1").asDouble());
    assertThat(face.get("landmarks").get("nose_tip")).hasSize(2);
    assertThat(photos.jobs(first))
        .hasSize(4)
        .extracting(job -> job.get("status").asText())
        .containsOnly("completed");

    long second = photos.upload(PhotoServer.sharedPhoto("people/obama/obama_2.jpg"));
    photos.awaitStatus(second, "completed");
    JsonNode again = photos.faces(second).get(0);

    assertThat(again.get("known_person_id").asLong()).isEqualTo(person);
    assertThat(photos.json("/intelligence/known-persons/" + person).get("face_count").asInt())
        .isEqualTo(2);
    assertThat(PhotoServer.list(photos.json("/intelligence/known-persons/" + person + "/faces")))
        .extracting(found -> found.get("id").asLong())
        .containsExactlyInAnyOrder(face.get("id").asLong(), again.get("id").asLong());
    assertThat(photos.count("face_matches WHERE face_id = " + again.get("id").asLong()))
        .isPositive();
    assertThat(
            PhotoServer.list(
                photos.json("/intelligence/faces/" + again.get("id").asLong() + "/matches")))
        .anySatisfy(
            match -> {
              assertThat(match.get("matched_face_id").asLong()).isEqualTo(face.get("id").asLong());
              assertThat(match.get("matched_face").get("entity_id").asLong()).isEqualTo(first);
            });
    String path = "/intelligence/faces/" + face.get("id").asLong();
    assertThat(Npy.read(photos.bytes(path + "/embedding"))).hasSize(128);
    assertThat(photos.bytes(path + "/image")).startsWith(0x89, 'P', 'N', 'G');
    assertThat(PhotoServer.list(photos.json(path + "/similar?threshold=0.2").get("results")))
        .extracting(hit -> hit.get("face_id").asLong())
        .contains(face.get("id").asLong(), again.get("id").asLong());
    JsonNode renamed =
        TestServer.json(
            photos
                .http()
                .json(
                    "PATCH",
                    photos.http().store("/intelligence/known-persons/" + person),
                    null,
                    Map.of("name", "Barack")));
    assertThat(renamed.get("name").asText()).isEqualTo("Barack");
    assertThat(PhotoServer.list(photos.json("/intelligence/known-persons")))
        .anySatisfy(
            known -> {
              assertThat(known.get("id").asLong()).isEqualTo(person);
              assertThat(known.get("name").asText()).isEqualTo("Barack");
              assertThat(known.get("face_count").asInt()).isEqualTo(2);
            });
  }

  @Test
  @DisplayName(
      "AC-L14, AC-N29 The faces of a group photo are as many as there are, and as many persons;"
          + " all their vectors download")
  void groupPhoto() {
    long id = photos.upload(PhotoServer.sharedPhoto("groups/group_4_cf012.jpg"));

    JsonNode state = photos.awaitStatus(id, "completed");

    assertThat(state.get("face_count").asInt()).isEqualTo(4);
    assertThat(photos.faces(id))
        .extracting(face -> face.get("known_person_id").asLong())
        .hasSize(4)
        .doesNotHaveDuplicates();
    for (String vector : List.of("clip_embedding", "dino_embedding")) {
      assertThat(Npy.read(photos.bytes("/intelligence/entities/" + id + "/" + vector)))
          .isNotEmpty();
    }
    for (JsonNode face : photos.faces(id)) {
      assertThat(
              Npy.read(
                  photos.bytes("/intelligence/faces/" + face.get("id").asLong() + "/embedding")))
          .hasSize(128);
    }
  }
}
