package dev.minsight.insight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.minsight.compute.Assigned;
import dev.minsight.compute.WorkerDesk;
import dev.minsight.ml.Npy;
import dev.minsight.people.Faces;
import dev.minsight.support.ApiException;
import dev.minsight.testing.Contract;
import dev.minsight.testing.Race;
import dev.minsight.vectors.VectorIndex;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the server makes of what workers hand in; the test is the only worker. */
class WorkerResultsTest {

  private static PhotoServer photos;
  private static HandWorker worker;

  @BeforeAll
  static void start() {
    worker = HandWorker.shared();
    photos = worker.server();
  }

  private static long upload() {
    return photos.upload("results.png", HandWorker.picture());
  }

  private static String step(long id, String task) {
    return photos.state(id).get("inference_status").get(task).asText();
  }

  private static float[] indexed(VectorKind kind, long id) {
    return photos.bean(VectorIndex.class).vector(kind.collection(), id).orElseThrow();
  }

  private static void assertNothingStored(long id, String task) {
    assertThat(photos.faces(id)).isEmpty();
    assertThat(photos.home().resolve("media/faces/" + id)).doesNotExist();
    assertThat(photos.count("embeddings WHERE entity_id = " + id)).isZero();
    for (VectorKind kind : VectorKind.values()) {
      assertThat(photos.bean(VectorIndex.class).ids(kind.collection()).boxed().toList())
          .as(kind + " of " + task)
          .doesNotContain(id, id * Faces.PER_PHOTO);
    }
  }

  private static Map<String, Object> without(String key) {
    Map<String, Object> face = new HashMap<>(HandWorker.face(0));
    face.remove(key);
    return face;
  }

  private static Map<String, Object> with(String key, Object value) {
    Map<String, Object> face = new HashMap<>(HandWorker.face(0));
    face.put(key, value);
    return face;
  }

  private static Arguments detection(String what, Object faces, String message) {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("faces/face_0.png", HandWorker.crop());
    files.put("faces/no.png", HandWorker.text("no picture"));
    Map<String, Object> output = new HashMap<>();
    if (faces != null) {
      output.put("faces", faces);
    }
    files.put("result.json", HandWorker.result(HandWorker.DETECTOR, output));
    return Arguments.of(what, "face_detection", files, message);
  }

  private static Arguments clip(String what, byte[] vector, String message) {
    Map<String, byte[]> files = new LinkedHashMap<>();
    if (vector != null) {
      files.put("output/clip_embedding.npy", vector);
    }
    files.put("result.json", HandWorker.result(HandWorker.CLIP, Map.of()));
    return Arguments.of(what, "clip_embedding", files, message);
  }

  private static byte[] notANumber() {
    float[] vector = HandWorker.unit(512, 1);
    vector[7] = Float.NaN;
    return Npy.write(vector);
  }

  private static byte[] tooLong() {
    float[] vector = new float[512];
    Arrays.fill(vector, 1);
    return Npy.write(vector);
  }

  private static byte[] cut() {
    byte[] whole = Npy.write(HandWorker.unit(512, 1));
    return Arrays.copyOf(whole, whole.length / 2);
  }

  static Stream<Arguments> unusable() {
    Map<String, Object> one = HandWorker.face(0);
    return Stream.of(
        detection("AC-N12 no faces key", null, "it has no faces"),
        detection("AC-N17 faces that are no list", "three", "faces is 'three', not a list"),
        detection("AC-N17 a face that is no object", List.of(7), "face 0 is '7', not an object"),
        detection("a face without box", List.of(without("bbox")), "bbox of face 0 is missing"),
        detection(
            "a box in pixels",
            List.of(with("bbox", Map.of("x1", 10, "y1", 0, "x2", 90, "y2", 1))),
            "x1 of the bbox of face 0 is 10"),
        detection(
            "a box inside out",
            List.of(with("bbox", Map.of("x1", 0.9, "y1", 0.1, "x2", 0.2, "y2", 0.2))),
            "the bbox of face 0 is turned inside out"),
        detection("no landmarks", List.of(without("landmarks")), "landmarks of face 0 is missing"),
        detection(
            "landmarks of a wrong shape",
            List.of(with("landmarks", Map.of("right_eye", 1))),
            "right_eye of face 0 is no pair of numbers"),
        detection(
            "a confidence that is no number",
            List.of(with("confidence", "high")),
            "confidence of face 0 is high"),
        detection(
            "a crop that is missing",
            List.of(with("file_path", "faces/face_9.png")),
            "the crop of face 0 is missing: faces/face_9.png"),
        detection(
            "a crop of somebody else",
            List.of(with("file_path", "../../../keys/private_key.pem")),
            "the crop of face 0 lies outside its folder"),
        detection(
            "a crop that is no picture",
            List.of(with("file_path", "faces/no.png")),
            "the crop of face 0 is no PNG"),
        detection("no file of a crop", List.of(without("file_path")), "file_path of face 0"),
        Arguments.of(
            "a model nobody knows",
            "face_detection",
            Map.of("result.json", HandWorker.result("my-own", Map.of("faces", List.of()))),
            "the manifest has no model my-own for face_detection"),
        Arguments.of(
            "the model of another task",
            "face_detection",
            Map.of("result.json", HandWorker.result(HandWorker.CLIP, Map.of("faces", List.of()))),
            "the manifest has no model " + HandWorker.CLIP + " for face_detection"),
        Arguments.of(
            "no model",
            "face_detection",
            Map.of("result.json", HandWorker.result(null, Map.of("faces", List.of(one)))),
            "it does not say which model made it"),
        Arguments.of(
            "no output",
            "face_detection",
            Map.of("result.json", HandWorker.result(HandWorker.DETECTOR, null)),
            "result.json has no output"),
        Arguments.of(
            "AC-N14 a result that cannot be read",
            "face_detection",
            Map.of("result.json", HandWorker.text("{\"output\": ")),
            "result.json is malformed"),
        clip("AC-N15 no vector", null, "output/clip_embedding.npy is missing"),
        clip(
            "AC-N15 a vector that is no NumPy file",
            HandWorker.text("0.1 0.2 0.3"),
            "output/clip_embedding.npy is malformed: not a NumPy file"),
        clip("AC-N15 half a vector", cut(), "output/clip_embedding.npy is malformed"),
        clip(
            "AC-N32 a vector of a wrong size",
            Npy.write(HandWorker.unit(384, 1)),
            "has 384 values; model " + HandWorker.CLIP + " makes 512"),
        clip("a vector with holes", notANumber(), "has length NaN instead of 1"),
        clip("a vector of another length", tooLong(), "has length 22.627 instead of 1"),
        clip("a vector of nothing", Npy.write(new float[512]), "has length 0.000 instead of 1"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("unusable")
  @DisplayName(
      "AC-N12, AC-N14, AC-N15, AC-N17, AC-N32 A result that cannot be used is refused by name,"
          + " asked for once more, and then fails its step with the reason; nothing is stored")
  @Contract({
    "pipeline.md 4 bad output, wrong size, download error: failed with text",
    "pipeline.md 4 output is validated",
    "pipeline.md 6 wrong-size vector"
  })
  void unusableResult(String what, String task, Map<String, byte[]> files, String message) {
    long id = upload();

    Assigned first = worker.take(id, task);
    assertThatThrownBy(() -> worker.handIn(first, files))
        .isInstanceOf(ApiException.class)
        .hasMessageContaining(message)
        .extracting(e -> ((ApiException) e).status())
        .isEqualTo(422);
    assertThat(step(id, task)).as("tried once more").isIn("pending", "processing");
    Assigned second = worker.take(id, task);
    assertThat(second.job().attempt()).isEqualTo(2);
    assertThatThrownBy(() -> worker.handIn(second, files)).hasMessageContaining(message);

    assertThat(step(id, task)).isEqualTo("failed");
    JsonNode state = photos.state(id);
    assertThat(state.get("error_message").asText())
        .startsWith("the result of the worker cannot be used: ")
        .contains(message);
    assertThat(state.get("overall_status").asText()).isEqualTo("processing");
    assertNothingStored(id, task);
    assertThat(photos.home().resolve("compute/jobs/" + first.job().id())).doesNotExist();
  }

  @Test
  @DisplayName("A worker that did badly may be followed by one that does well")
  void anotherWorker() {
    long id = upload();
    Assigned first = worker.take(id, "clip_embedding");
    assertThatThrownBy(() -> worker.handIn(first, HandWorker.CLIP, Map.of(), Map.of()))
        .hasMessageContaining("is missing");

    worker.firstSteps(id, 0);

    JsonNode state = photos.awaitStatus(id, "completed");
    assertThat(state.get("error_message").isNull()).isTrue();
  }

  @Test
  @DisplayName(
      "AC-N32 A face whose vector has a wrong size fails the photo; its row says so, no person is"
          + " made of it")
  @Contract("pipeline.md 4 failed face embedding")
  void badFaceVector() {
    long id = upload();
    worker.firstSteps(id, 1);
    long persons = photos.count("known_persons");
    for (int attempt = 0; attempt < 2; attempt++) {
      assertThatThrownBy(() -> worker.embed(id, HandWorker.unit(512, 3)))
          .hasMessageContaining("output/face_0.npy has 512 values");
    }

    JsonNode state = photos.awaitStatus(id, "failed");

    assertThat(state.get("error_message").asText()).contains("output/face_0.npy has 512 values");
    assertThat(PhotoServer.list(state.get("inference_status").get("face_embeddings")))
        .extracting(JsonNode::asText)
        .containsExactly("failed");
    assertThat(photos.faces(id).get(0).get("known_person_id").isNull()).isTrue();
    assertThat(photos.count("known_persons")).isEqualTo(persons);
  }

  @Test
  @DisplayName(
      "AC-N06..N10, AC-N18 Each result is kept as it came: faces with box, points and crop, vectors"
          + " under their ids; each step ends once, also without a date of the photo")
  @Contract({
    "pipeline.md 4 face_detection",
    "pipeline.md 4 clip_embedding",
    "pipeline.md 4 dino_embedding",
    "pipeline.md 4 face_embedding",
    "pipeline.md 6 clip_embeddings",
    "pipeline.md 6 dino_embeddings",
    "pipeline.md 6 face_embeddings",
    "pipeline.md 6 payload",
    "pipeline.md 6 upsert by id"
  })
  void kept() {
    long id = upload();
    photos.write(
        () ->
            photos.jdbc().sql("UPDATE entities SET create_date = NULL WHERE id = " + id).update());
    float[] clip = HandWorker.unit(512, 11);
    float[] dino = HandWorker.unit(384, 12);
    float[] face = HandWorker.unit(128, 13);

    worker.clip(id, clip);
    worker.dino(id, dino);
    worker.detect(id, 1);

    assertThat(step(id, "face_detection")).isEqualTo("completed");
    JsonNode found = photos.faces(id).get(0);
    assertThat(found.get("id").asLong()).isEqualTo(id * 10_000);
    assertThat(found.get("entity_id").asLong()).isEqualTo(id);
    assertThat(found.get("confidence").asDouble()).isEqualTo(0.95);
    assertThat(found.get("bbox").get("x2").asDouble()).isEqualTo(0.09);
    assertThat(found.get("landmarks").get("nose_tip").get(1).asDouble()).isEqualTo(0.05);
    assertThat(found.get("file_path").asText()).isEqualTo("faces/" + id + "/0.png");
    assertThat(photos.bytes("/intelligence/faces/" + id * 10_000 + "/image"))
        .isEqualTo(HandWorker.crop());
    assertThat(photos.jobs(id))
        .filteredOn(job -> job.get("task_type").asText().equals("face_embedding"))
        .singleElement();

    worker.embed(id, face);

    photos.awaitStatus(id, "completed");
    assertThat(indexed(VectorKind.CLIP, id)).containsExactly(clip, offset(1e-6f));
    assertThat(indexed(VectorKind.DINO, id)).containsExactly(dino, offset(1e-6f));
    assertThat(indexed(VectorKind.FACE, id * 10_000)).containsExactly(face, offset(1e-6f));
    assertThat(Npy.read(photos.bytes("/intelligence/entities/" + id + "/clip_embedding")))
        .containsExactly(clip, offset(1e-6f));
    assertThat(photos.jobs(id))
        .hasSize(4)
        .allSatisfy(job -> assertThat(job.get("attempt").asInt()).isEqualTo(1))
        .extracting(job -> job.get("status").asText())
        .containsOnly("completed");
  }

  @Test
  @DisplayName("AC-N11 A detection that failed stores nothing; its reason is the photo's")
  @Contract({"pipeline.md 4 job failed", "pipeline.md 9 job failed"})
  void failedDetection() {
    long id = upload();
    worker.clip(id, HandWorker.unit(512, 21));
    worker.dino(id, HandWorker.unit(384, 22));

    worker.fail(
        worker.take(id, "face_detection"),
        WorkerDesk.Outcome.UNPROCESSABLE,
        "the picture is all fog");

    JsonNode state = photos.awaitStatus(id, "failed");
    assertThat(state.get("error_message").asText()).isEqualTo("the picture is all fog");
    assertThat(state.get("face_count").isNull()).isTrue();
    assertThat(photos.faces(id)).isEmpty();
  }

  @Test
  @DisplayName("AC-N16 A step whose job is missing fails and says so; the server goes on")
  void missingJob() {
    long id = upload();
    await().atMost(PhotoServer.LONG).until(() -> photos.count("jobs WHERE entity_id = " + id) == 3);
    photos.write(
        () ->
            photos
                .jdbc()
                .sql("DELETE FROM jobs WHERE task_type = 'clip_embedding' AND entity_id = " + id)
                .update());
    await()
        .atMost(PhotoServer.LONG)
        .until(
            () -> {
              photos
                  .bean(WorkerDesk.class)
                  .fetch("hand", List.of("clip_embedding"), 50, Duration.ofMinutes(5));
              return step(id, "clip_embedding").equals("failed");
            });
    worker.dino(id, HandWorker.unit(384, 32));
    worker.detect(id, 0);

    JsonNode state = photos.awaitStatus(id, "failed");

    assertThat(state.get("error_message").asText()).isEqualTo("its job was deleted");
    assertThat(photos.count("embeddings WHERE kind = 'clip' AND entity_id = " + id)).isZero();
  }

  @Test
  @DisplayName("AC-N13 A result for an entity that is gone is refused, and leaves nothing")
  @Contract({"pipeline.md 4 safety check", "pipeline.md 2 hard delete"})
  void entityGone() {
    long id = upload();
    Assigned detection = worker.take(id, "face_detection");
    Assigned clip = worker.take(id, "clip_embedding");

    photos.delete(id);

    for (Assigned late : List.of(detection, clip)) {
      assertThatThrownBy(
              () -> worker.handIn(late, HandWorker.DETECTOR, Map.of("faces", List.of()), Map.of()))
          .isInstanceOf(ApiException.class)
          .hasMessageContaining("is not yours");
      assertThat(photos.home().resolve("compute/jobs/" + late.job().id())).doesNotExist();
    }
    assertThat(photos.count("entity_intelligence WHERE entity_id = " + id)).isZero();
    assertThat(photos.count("jobs WHERE entity_id = " + id)).isZero();
  }

  @Test
  @DisplayName(
      "A face deleted while its vector is being made does not come back; the others get their own"
          + " vectors")
  @Contract("pipeline.md 4 a face deleted while its embedding runs")
  void faceDeletedMeanwhile() {
    long id = upload();
    worker.firstSteps(id, 3);
    Assigned embedding = worker.take(id, "face_embedding");
    long gone = id * 10_000 + 1;
    assertThat(photos.http().delete(photos.http().store("/faces/" + gone), null).statusCode())
        .isEqualTo(204);
    assertThat(photos.home().resolve("media/faces/" + id + "/1.png"))
        .as("a worker may be reading it")
        .exists();
    long persons = photos.count("known_persons");

    Map<String, byte[]> vectors = new HashMap<>();
    for (int i = 0; i < 3; i++) {
      vectors.put("output/face_" + i + ".npy", Npy.write(HandWorker.unit(128, 40 + i)));
    }
    worker.handIn(embedding, HandWorker.FACES, Map.of(), vectors);

    photos.awaitStatus(id, "completed");
    assertThat(photos.faces(id))
        .extracting(face -> face.get("id").asLong())
        .containsExactly(id * 10_000, id * 10_000 + 2);
    assertThat(photos.count("known_persons")).isEqualTo(persons + 2);
    assertThat(indexed(VectorKind.FACE, id * 10_000 + 2))
        .containsExactly(HandWorker.unit(128, 42), offset(1e-6f));
    assertThat(photos.bean(VectorIndex.class).vector(VectorKind.FACE.collection(), gone)).isEmpty();
    assertThat(photos.count("embeddings WHERE kind = 'face' AND subject_id = " + gone)).isZero();
    assertThat(photos.home().resolve("media/faces/" + id + "/1.png")).doesNotExist();
    assertThat(photos.state(id).get("face_count").asInt()).isEqualTo(2);
  }

  @Test
  @DisplayName("AC-N21 A job whose record is deleted is no longer active")
  void recordDeleted() {
    long id = upload();
    worker.take(id, "clip_embedding");
    assertThat(photos.state(id).get("active_jobs")).hasSize(3);

    photos.write(() -> photos.jdbc().sql("DELETE FROM jobs WHERE entity_id = " + id).update());

    assertThat(photos.state(id).get("active_jobs")).isEmpty();
    assertThat(photos.jobs(id)).isEmpty();
  }

  @Test
  @DisplayName("AC-N22 Steps that end at the same moment are both noted, and the time of it grows")
  @Contract("pipeline.md 4 callbacks of one entity")
  void atTheSameMoment() throws Exception {
    List<Long> ids = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      ids.add(upload());
    }
    for (long id : ids) {
      Assigned clip = worker.take(id, "clip_embedding");
      Assigned dino = worker.take(id, "dino_embedding");
      long before = photos.state(id).get("last_updated").asLong();

      Race.run(
          List.of(
              () -> {
                worker.handIn(
                    clip,
                    HandWorker.CLIP,
                    Map.of(),
                    Map.of("output/clip_embedding.npy", Npy.write(HandWorker.unit(512, id))));
                return null;
              },
              () -> {
                worker.handIn(
                    dino,
                    HandWorker.DINO,
                    Map.of(),
                    Map.of("output/dino_embedding.npy", Npy.write(HandWorker.unit(384, id))));
                return null;
              }));

      assertThat(step(id, "clip_embedding")).isEqualTo("completed");
      assertThat(step(id, "dino_embedding")).isEqualTo("completed");
      assertThat(photos.state(id).get("last_updated").asLong()).isGreaterThanOrEqualTo(before);
    }
  }

  @Test
  @DisplayName("AC-N23 A row is made when a photo is first seen; for one that is gone none is")
  void rowsAreMade() {
    long id = upload();
    photos.awaitState(id, state -> !state.isNull());
    IntelligenceTable table = photos.bean(IntelligenceTable.class);

    photos.write(
        () -> {
          table.step(777_777, Step.CLIP_EMBEDDING, Intelligence.COMPLETED);
          table.overall(777_777, Intelligence.COMPLETED, null, false);
          table.completed(777_777);
        });

    assertThat(table.find(id)).isPresent();
    assertThat(table.find(777_777)).isEmpty();
  }
}
