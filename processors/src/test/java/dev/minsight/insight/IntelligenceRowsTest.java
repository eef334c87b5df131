package dev.minsight.insight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.minsight.people.Persons;
import dev.minsight.testing.Contract;
import dev.minsight.testing.TestServer;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** intelligence.md, row by row, of photos whose faces and vectors the test made up. */
class IntelligenceRowsTest {

  /** Nothing of other tests is near. */
  private static final long SEED = 880_000;

  private static final int ALIKE = 7;

  private static PhotoServer photos;
  private static HandWorker worker;

  /** A photo with two faces, and others that are like it, one of them with one of the faces. */
  private static long first;

  private static final List<Long> OTHERS = new ArrayList<>();

  @BeforeAll
  static void start() {
    worker = HandWorker.shared();
    photos = worker.server();
    first = photo(1.0, 2);
    for (int i = 1; i <= ALIKE; i++) {
      OTHERS.add(photo(1.0 - 0.01 * i, i == 1 ? 1 : 0));
    }
    OTHERS.add(photo(0.5, 0));
  }

  /** A photo whose vectors have this similarity to those of the first. */
  private static long photo(double similarity, int faces) {
    long id = photos.upload("alike.png", HandWorker.picture());
    worker.clip(id, near(512, similarity));
    worker.dino(id, near(384, similarity));
    worker.detect(id, faces);
    if (faces == 1) {
      worker.embed(id, near(128, similarity));
    } else if (faces == 2) {
      worker.embed(id, near(128, similarity), HandWorker.unit(128, SEED + 3));
    }
    photos.awaitStatus(id, "completed");
    return id;
  }

  private static float[] near(int dimension, double similarity) {
    float[] one = HandWorker.unit(dimension, SEED);
    float[] two = HandWorker.unit(dimension, SEED + 1);
    double dot = 0;
    for (int i = 0; i < dimension; i++) {
      dot += one[i] * two[i];
    }
    double squares = 0;
    for (int i = 0; i < dimension; i++) {
      two[i] -= (float) (dot * one[i]);
      squares += two[i] * two[i];
    }
    float[] near = new float[dimension];
    double rest = Math.sqrt(1 - similarity * similarity) / Math.sqrt(squares);
    for (int i = 0; i < dimension; i++) {
      near[i] = (float) (similarity * one[i] + rest * two[i]);
    }
    return near;
  }

  private static String entity(String what) {
    return "/intelligence/entities/" + first + what;
  }

  private static String face(String what) {
    return "/intelligence/faces/" + first * 10_000 + what;
  }

  private static List<String> keys(JsonNode object) {
    List<String> keys = new ArrayList<>();
    object.fieldNames().forEachRemaining(keys::add);
    return keys;
  }

  private static List<JsonNode> results(String path) {
    return PhotoServer.list(photos.json(path).get("results"));
  }

  private static List<Long> ids(String path) {
    return results(path).stream().map(hit -> hit.get("entity_id").asLong()).toList();
  }

  private static HttpResponse<String> rename(long person, Object body) {
    return photos
        .http()
        .json("PATCH", photos.http().store("/intelligence/known-persons/" + person), null, body);
  }

  private static long person() {
    return photos.faces(first).get(0).get("known_person_id").asLong();
  }

  @Test
  @DisplayName("What is known of a photo: every field, of its type and with its meaning")
  @Contract({
    "intelligence.md 1 #1",
    "intelligence.md 3.1 overall_status",
    "intelligence.md 3.1 last_processed_md5",
    "intelligence.md 3.1 last_processed_version",
    "intelligence.md 3.1 face_count",
    "intelligence.md 3.1 active_processing_md5",
    "intelligence.md 3.1 active_jobs",
    "intelligence.md 3.1 job_history",
    "intelligence.md 3.1 inference_status",
    "intelligence.md 3.1 last_updated",
    "intelligence.md 3.1 error_message",
    "intelligence.md 3.3 face_detection, clip_embedding, dino_embedding, hls_streaming",
    "intelligence.md 3.3 face_embeddings",
    "intelligence.md 3.3 never null"
  })
  void state() {
    JsonNode state = photos.state(first);

    assertThat(state.get("overall_status").asText()).isEqualTo("completed");
    assertThat(state.get("last_processed_md5").asText())
        .isEqualTo(photos.json("/entities/" + first).get("md5").asText());
    assertThat(state.get("last_processed_version").isIntegralNumber()).isTrue();
    assertThat(state.get("face_count").asInt()).isEqualTo(2);
    assertThat(state.get("active_processing_md5").isNull()).isTrue();
    assertThat(state.get("active_jobs")).isEmpty();
    assertThat(state.get("job_history")).hasSize(4);
    assertThat(state.get("last_updated").asLong()).isPositive();
    assertThat(state.get("error_message").isNull()).isTrue();
    JsonNode steps = state.get("inference_status");
    for (String step : List.of("face_detection", "clip_embedding", "dino_embedding")) {
      assertThat(steps.get(step).asText()).as(step).isEqualTo("completed");
    }
    assertThat(steps.get("hls_streaming").asText()).isEqualTo("pending");
    assertThat(steps.get("face_embeddings").toString()).isEqualTo("[\"completed\",\"completed\"]");

    long fresh = photos.upload("fresh.png", HandWorker.picture());
    JsonNode queued = photos.awaitState(fresh, now -> !now.isNull());
    assertThat(queued.get("overall_status").asText()).isEqualTo("queued");
    assertThat(queued.get("active_processing_md5").isTextual()).isTrue();
    for (String field :
        List.of("last_processed_md5", "last_processed_version", "face_count", "error_message")) {
      assertThat(queued.get(field).isNull()).as(field).isTrue();
    }
    JsonNode pending = queued.get("inference_status");
    assertThat(pending.get("face_embeddings").isNull()).isTrue();
    for (String step :
        List.of("face_detection", "clip_embedding", "dino_embedding", "hls_streaming")) {
      assertThat(pending.get(step).asText()).as(step).isEqualTo("pending");
    }
  }

  @Test
  @DisplayName("AC-K11 Jobs are told with what old and new clients read, open ones first")
  @Contract({
    "intelligence.md 1 #3",
    "intelligence.md 3.2 job_id, task_type, status, started_at",
    "intelligence.md 3.2 progress",
    "intelligence.md 3.2 completed_at, error_message",
    "intelligence.md 3.2 id, entity_id, created_at, updated_at"
  })
  void jobs() {
    long id = photos.upload("jobs.png", HandWorker.picture());
    worker.clip(id, HandWorker.unit(512, id));
    worker.take(id, "dino_embedding");

    List<JsonNode> jobs = photos.jobs(id);

    assertThat(jobs).hasSize(3);
    assertThat(jobs.get(2).get("status").asText()).isEqualTo("completed");
    assertThat(jobs.get(2).get("progress").asInt()).isEqualTo(100);
    assertThat(jobs.get(2).get("completed_at").asLong()).isPositive();
    assertThat(jobs)
        .allSatisfy(
            job -> {
              assertThat(keys(job))
                  .contains(
                      "id",
                      "entity_id",
                      "job_id",
                      "task_type",
                      "status",
                      "progress",
                      "started_at",
                      "created_at",
                      "updated_at",
                      "completed_at",
                      "error_message");
              assertThat(job.get("id").isIntegralNumber()).isTrue();
              assertThat(job.get("entity_id").asLong()).isEqualTo(id);
              assertThat(job.get("started_at").isIntegralNumber()).isTrue();
              assertThat(job.get("error_message").isNull()).isTrue();
            });
    JsonNode active = photos.state(id).get("active_jobs");
    assertThat(active).hasSize(2);
    assertThat(active.findValuesAsText("task_type"))
        .containsExactlyInAnyOrder("face_detection", "dino_embedding");
    assertThat(active.findValuesAsText("status")).containsExactlyInAnyOrder("queued", "processing");
  }

  @Test
  @DisplayName("AC-K10, AC-K16 Faces are told as objects, their numbers as they were found")
  @Contract({
    "intelligence.md 1 #2",
    "intelligence.md 3.4 id, entity_id",
    "intelligence.md 3.4 bbox, landmarks",
    "intelligence.md 3.4 confidence, file_path, created_at, known_person_id",
    "intelligence.md 4 GET /faces/{id}, GET /faces/{id}/image"
  })
  void faces() {
    long id = photos.upload("exact.png", HandWorker.picture());
    Map<String, Object> exact = new HashMap<>(HandWorker.face(0));
    exact.put(
        "bbox", Map.of("x1", 0.12345678901234567, "y1", 0.1, "x2", 0.98765432109876543, "y2", 1.0));
    exact.put("confidence", 0.95);
    worker.handIn(
        worker.take(id, "face_detection"),
        HandWorker.DETECTOR,
        Map.of("faces", List.of(exact)),
        Map.of("faces/face_0.png", HandWorker.crop()));

    JsonNode face = photos.faces(id).get(0);

    assertThat(face.get("id").asLong()).isEqualTo(id * 10_000);
    assertThat(face.get("entity_id").asLong()).isEqualTo(id);
    assertThat(face.get("bbox").get("x1").asDouble()).isEqualTo(0.12345678901234567);
    assertThat(face.get("bbox").get("x2").asDouble()).isEqualTo(0.98765432109876543);
    assertThat(keys(face.get("bbox"))).containsExactlyInAnyOrder("x1", "y1", "x2", "y2");
    assertThat(keys(face.get("landmarks")))
        .containsExactlyInAnyOrder(
            "right_eye", "left_eye", "nose_tip", "mouth_right", "mouth_left");
    face.get("landmarks").forEach(point -> assertThat(point).hasSize(2));
    assertThat(face.get("confidence").asDouble()).isEqualTo(0.95);
    assertThat(face.get("file_path").asText()).isEqualTo("faces/" + id + "/0.png");
    assertThat(face.get("created_at").asLong()).isPositive();
    assertThat(face.get("known_person_id").isNull()).isTrue();
    assertThat(photos.json("/intelligence/faces/" + id * 10_000)).isEqualTo(face);
    assertThat(photos.bytes("/intelligence/faces/" + id * 10_000 + "/image"))
        .isEqualTo(HandWorker.crop());
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "entities, clip_embedding, entity_{id}_clip_embedding.npy, 512",
    "entities, dino_embedding, entity_{id}_dino_embedding.npy, 384",
    "faces, embedding, face_{id}_embedding.npy, 128"
  })
  @DisplayName("AC-K17, AC-K20 A vector is a NumPy file of float32 and length 1, under its name")
  @Contract({
    "intelligence.md 1 #4",
    "intelligence.md 1 #5",
    "intelligence.md 1 #6",
    "intelligence.md 1 vector download"
  })
  void vectors(String things, String what, String name, int dimension) throws Exception {
    long id = things.equals("faces") ? first * 10_000 : first;

    HttpResponse<byte[]> answer =
        java.net.http.HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(
                        photos.http().store("/intelligence/" + things + "/" + id + "/" + what))
                    .build(),
                HttpResponse.BodyHandlers.ofByteArray());

    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/octet-stream");
    assertThat(answer.headers().firstValue("Content-Disposition"))
        .hasValue("attachment; filename=" + name.replace("{id}", "" + id));
    byte[] body = answer.body();
    assertThat(body).startsWith(0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0);
    assertThat(new String(body, 10, 118, StandardCharsets.US_ASCII))
        .startsWith("{'descr': '<f4', 'fortran_order': False, 'shape': (" + dimension + ",), }");
    float[] vector = dev.minsight.ml.Npy.read(body);
    assertThat(vector).hasSize(dimension);
    double squares = 0;
    for (float value : vector) {
      squares += value * value;
    }
    assertThat(squares).isCloseTo(1, within(1e-4));
  }

  @Test
  @DisplayName("What has no vector yet says which one is missing")
  @Contract({"intelligence.md 1 404 texts for vectors", "pipeline.md 6 missing vector"})
  void noVector() {
    long id = photos.upload("no-vector.png", HandWorker.picture());
    worker.detect(id, 1);

    for (Map.Entry<String, String> each :
        Map.of(
                "/intelligence/entities/" + id + "/clip_embedding", "Entity CLIP Vector not found",
                "/intelligence/entities/" + id + "/dino_embedding", "Entity DINO Vector not found",
                "/intelligence/faces/" + id * 10_000 + "/embedding", "Face Vector not found")
            .entrySet()) {
      HttpResponse<String> answer = photos.get(each.getKey());
      assertThat(answer.statusCode()).isEqualTo(404);
      assertThat(TestServer.json(answer).get("detail").asText()).isEqualTo(each.getValue());
    }
    HttpResponse<String> similar = photos.get("/intelligence/entities/" + id + "/similar");
    assertThat(similar.statusCode()).isEqualTo(404);
    assertThat(TestServer.json(similar).get("detail").asText())
        .isEqualTo("No similar images found. Entity may not have an embedding yet.");
    HttpResponse<String> faces = photos.get("/intelligence/faces/" + id * 10_000 + "/similar");
    assertThat(faces.statusCode()).isEqualTo(404);
    assertThat(TestServer.json(faces).get("detail").asText())
        .isEqualTo("No similar faces found. Face may not have an embedding yet.");
  }

  @Test
  @DisplayName(
      "AC-L06, AC-L07, AC-L10 Look-alikes: five unless asked otherwise, at least 0.85, best first,"
          + " itself among them; each in full only where asked")
  @Contract({
    "intelligence.md 1 #7",
    "intelligence.md 2 limit of similar",
    "intelligence.md 2 score_threshold of similar",
    "intelligence.md 2 include_details",
    "intelligence.md 2 include_self",
    "intelligence.md 2 best first, score clamped",
    "intelligence.md 3.6 similar images"
  })
  void similar() {
    JsonNode answer = photos.json(entity("/similar"));

    assertThat(answer.get("query_entity_id").asLong()).isEqualTo(first);
    List<JsonNode> hits = PhotoServer.list(answer.get("results"));
    assertThat(hits)
        .hasSize(5)
        .allSatisfy(
            hit -> {
              assertThat(keys(hit)).contains("entity_id", "score", "entity");
              assertThat(hit.get("entity").isNull()).isTrue();
            })
        .extracting(hit -> hit.get("score").asDouble())
        .isSortedAccordingTo(Comparator.reverseOrder())
        .allMatch(score -> score >= 0 && score <= 1);
    assertThat(hits.get(0).get("entity_id").asLong()).isEqualTo(first);
    assertThat(hits.get(1).get("entity_id").asLong()).isEqualTo(OTHERS.get(0));
    assertThat(hits.get(1).get("score").asDouble()).isCloseTo(0.99, within(1e-4));

    assertThat(ids(entity("/similar?limit=50")))
        .hasSize(1 + ALIKE)
        .doesNotContain(OTHERS.get(ALIKE));
    assertThat(ids(entity("/similar?limit=50&score_threshold=0.4"))).contains(OTHERS.get(ALIKE));
    assertThat(ids(entity("/similar?include_self=false")))
        .doesNotContain(first)
        .contains(OTHERS.get(0));
    assertThat(results(entity("/similar?include_details=true")).get(1).get("entity").get("label"))
        .hasToString("\"alike.png\"");
  }

  @Test
  @DisplayName(
      "AC-L08 Near-duplicates: over DINO, at least 0.7, without the photo itself unless asked")
  @Contract({
    "intelligence.md 2 DINO search",
    "intelligence.md 3.6 DINO",
    "intelligence.md 4 GET /entities/{id}/duplicates"
  })
  void duplicates() {
    JsonNode answer = photos.json(entity("/duplicates?limit=50"));

    assertThat(answer.get("query_entity_id").asLong()).isEqualTo(first);
    assertThat(ids(entity("/duplicates?limit=50")))
        .containsExactlyElementsOf(OTHERS.subList(0, ALIKE));
    assertThat(PhotoServer.list(answer.get("results")))
        .allSatisfy(hit -> assertThat(keys(hit)).contains("entity_id", "score"));
    assertThat(ids(entity("/duplicates?include_self=true"))).contains(first);
    assertThat(ids(entity("/duplicates?limit=50&threshold=0.4"))).contains(OTHERS.get(ALIKE));
  }

  @Test
  @DisplayName("AC-L09 Faces like a face: at least 0.7, itself among them, each with its person")
  @Contract({
    "intelligence.md 1 #8",
    "intelligence.md 2 limit of similar faces",
    "intelligence.md 2 threshold of similar faces",
    "intelligence.md 3.6 similar faces"
  })
  void similarFaces() {
    JsonNode answer = photos.json(face("/similar"));

    assertThat(answer.get("query_face_id").asLong()).isEqualTo(first * 10_000);
    List<JsonNode> hits = PhotoServer.list(answer.get("results"));
    assertThat(hits)
        .extracting(hit -> hit.get("face_id").asLong())
        .containsExactly(first * 10_000, OTHERS.get(0) * 10_000);
    assertThat(hits)
        .allSatisfy(
            hit -> {
              assertThat(hit.get("known_person_id").asLong()).isEqualTo(person());
              assertThat(hit.get("face").isNull()).isTrue();
            });
    assertThat(results(face("/similar?limit=1"))).hasSize(1);
    assertThat(results(face("/similar?threshold=0.999"))).hasSize(1);
    assertThat(
            results(face("/similar?include_details=true&include_self=false"))
                .get(0)
                .get("face")
                .get("entity_id")
                .asLong())
        .isEqualTo(OTHERS.get(0));
  }

  @Test
  @DisplayName("AC-L11, AC-L13 What a face was found to be like is told, with the other face")
  @Contract({
    "intelligence.md 1 #9",
    "intelligence.md 3.6 matches",
    "intelligence.md 5.7 face_matches"
  })
  void matches() {
    long other = OTHERS.get(0) * 10_000;

    List<JsonNode> matches =
        PhotoServer.list(photos.json("/intelligence/faces/" + other + "/matches"));

    assertThat(matches).hasSize(1);
    JsonNode match = matches.get(0);
    assertThat(keys(match))
        .containsExactlyInAnyOrder(
            "id", "face_id", "matched_face_id", "similarity_score", "created_at", "matched_face");
    assertThat(match.get("face_id").asLong()).isEqualTo(other);
    assertThat(match.get("matched_face_id").asLong()).isEqualTo(first * 10_000);
    assertThat(match.get("similarity_score").asDouble()).isCloseTo(0.99, within(1e-4));
    assertThat(match.get("created_at").asLong()).isPositive();
    assertThat(match.get("matched_face").get("entity_id").asLong()).isEqualTo(first);
    assertThat(photos.json(face("/matches"))).isEmpty();
  }

  @Test
  @DisplayName("AC-L03 A face that is not there has no matches: 404")
  @Contract("intelligence.md 1 #9")
  void noMatches() {
    HttpResponse<String> answer = photos.get("/intelligence/faces/99999900001/matches");

    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(TestServer.json(answer).get("detail").asText()).isEqualTo("Face not found");
  }

  @Test
  @DisplayName("AC-L04, AC-L05 A search that finds nothing says so")
  @Contract("intelligence.md 2 no hit")
  void noHit() {
    long lonely = photos.upload("lonely.png", HandWorker.picture());
    worker.firstSteps(lonely, 1);
    worker.embed(lonely, HandWorker.unit(128, SEED + 9));
    photos.awaitStatus(lonely, "completed");

    assertThat(
            photos.get("/intelligence/entities/" + lonely + "/similar?include_self=false").body())
        .contains("No similar images found");
    assertThat(
            photos
                .get("/intelligence/faces/" + lonely * 10_000 + "/similar?include_self=false")
                .body())
        .contains("No similar faces found");
    assertThat(photos.json("/intelligence/entities/" + lonely + "/duplicates").get("results"))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "similar?limit=0",
        "similar?limit=51",
        "similar?limit=x",
        "similar?score_threshold=1.5",
        "similar?score_threshold=-0.1",
        "similar?include_details=perhaps",
        "duplicates?limit=51",
        "duplicates?threshold=2"
      })
  @DisplayName("AC-L17 A search outside its bounds is refused by the name of the parameter")
  @Contract({"intelligence.md 2 limit of similar", "intelligence.md 2 score_threshold of similar"})
  void bounds(String query) {
    HttpResponse<String> answer = photos.get(entity("/" + query));

    assertThat(answer.statusCode()).isEqualTo(422);
    assertThat(answer.body()).contains(query.replaceFirst(".*\\?(\\w+)=.*", "$1"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"limit=0", "limit=51", "threshold=1.5"})
  @DisplayName("AC-L17 The same of faces")
  @Contract({
    "intelligence.md 2 limit of similar faces",
    "intelligence.md 2 threshold of similar faces"
  })
  void boundsOfFaces(String query) {
    assertThat(photos.get(face("/similar?" + query)).statusCode()).isEqualTo(422);
  }

  @Test
  @DisplayName(
      "What is in the trash, itself or with its collection, is not found unless asked for; reading"
          + " it goes on")
  @Contract("intelligence.md 1 deleted are excluded")
  void deleted() {
    long trashed = OTHERS.get(ALIKE - 1);
    long below = OTHERS.get(ALIKE - 2);
    long collection =
        TestServer.json(
                photos
                    .http()
                    .form(
                        "POST",
                        photos.http().store("/entities"),
                        null,
                        Map.of("is_collection", "true", "label", "of " + SEED)))
            .get("id")
            .asLong();
    photos.patch(below, "parent_id", "" + collection);
    photos.patch(trashed, "is_deleted", "true");
    photos.patch(collection, "is_deleted", "true");
    try {
      for (String search : List.of("/similar", "/duplicates")) {
        assertThat(ids(entity(search + "?limit=50")))
            .doesNotContain(trashed, below)
            .contains(OTHERS.get(0));
        assertThat(ids(entity(search + "?limit=50&include_deleted=true"))).contains(trashed, below);
      }
      assertThat(photos.state(trashed).get("overall_status").asText()).isEqualTo("completed");
      assertThat(photos.bytes("/intelligence/entities/" + trashed + "/clip_embedding"))
          .isNotEmpty();
    } finally {
      photos.patch(collection, "is_deleted", "false");
      photos.patch(trashed, "is_deleted", "false");
    }
  }

  @Test
  @DisplayName("AC-K12, AC-K13, AC-K15 A person is told with name, times and number of faces")
  @Contract({
    "intelligence.md 1 #10",
    "intelligence.md 1 #11",
    "intelligence.md 1 #12",
    "intelligence.md 3.5 KnownPerson",
    "intelligence.md 3.5 order"
  })
  void persons() {
    JsonNode person = photos.json("/intelligence/known-persons/" + person());

    assertThat(keys(person)).contains("id", "name", "created_at", "updated_at", "face_count");
    assertThat(person.get("face_count").asInt()).isEqualTo(2);
    assertThat(person.get("created_at").asLong()).isPositive();
    assertThat(PhotoServer.list(photos.json("/intelligence/known-persons/" + person() + "/faces")))
        .extracting(face -> face.get("entity_id").asLong())
        .containsExactlyInAnyOrder(first, OTHERS.get(0));
    List<JsonNode> all = PhotoServer.list(photos.json("/intelligence/known-persons"));
    assertThat(all).contains(person);
    assertThat(all)
        .extracting(each -> each.get("name").isNull())
        .as("the named come first")
        .isSorted();
  }

  @Test
  @DisplayName("Lists of people, and of their faces, can be read by pages")
  @Contract("intelligence.md 4 pagination on 10 and 12")
  void pages() {
    List<JsonNode> all = PhotoServer.list(photos.json("/intelligence/known-persons"));
    String faces = "/intelligence/known-persons/" + person() + "/faces";

    assertThat(PhotoServer.list(photos.json("/intelligence/known-persons?page_size=2&page=2")))
        .containsExactlyElementsOf(all.subList(2, Math.min(4, all.size())));
    assertThat(photos.json(faces + "?page_size=1")).hasSize(1);
    assertThat(photos.json(faces + "?page_size=1&page=3")).isEmpty();
    for (String wrong : List.of("page=0", "page_size=0", "page_size=1001")) {
      assertThat(photos.get(faces + "?" + wrong).statusCode()).as(wrong).isEqualTo(422);
    }
  }

  @Test
  @DisplayName("AC-K19, AC-L15 A name is 1 to 255 characters of JSON; the whole person comes back")
  @Contract({"intelligence.md 1 #13", "intelligence.md 3.5 PATCH"})
  void rename() {
    long id = person();
    long before = photos.json("/intelligence/known-persons/" + id).get("updated_at").asLong();
    for (Object wrong :
        List.of(Map.of("name", ""), Map.of("name", "x".repeat(256)), Map.of(), List.of("Ada"))) {
      assertThat(rename(id, wrong).statusCode()).as(wrong.toString()).isEqualTo(422);
    }

    HttpResponse<String> renamed = rename(id, Map.of("name", "x".repeat(255)));

    assertThat(renamed.statusCode()).isEqualTo(200);
    JsonNode person = TestServer.json(renamed);
    assertThat(person.get("name").asText()).hasSize(255);
    assertThat(person.get("face_count").asInt()).isEqualTo(2);
    assertThat(person.get("updated_at").asLong()).isGreaterThanOrEqualTo(before);
    assertThat(photos.json("/intelligence/known-persons/" + id)).isEqualTo(person);
  }

  @Test
  @DisplayName("AC-K14 A person who has faces cannot be dropped; without, one can")
  @Contract("intelligence.md 4 a person with faces stays")
  void drop() {
    long id = photos.upload("dropped.png", HandWorker.picture());
    worker.firstSteps(id, 1);
    worker.embed(id, HandWorker.unit(128, SEED + 20));
    photos.awaitStatus(id, "completed");
    long person = photos.faces(id).get(0).get("known_person_id").asLong();
    Persons persons = photos.bean(Persons.class);

    photos.write(() -> persons.dropEmpty(List.of(person)));
    assertThat(persons.find(person)).isPresent();

    photos.write(
        () ->
            photos
                .jdbc()
                .sql("UPDATE faces SET known_person_id = NULL WHERE entity_id = " + id)
                .update());
    photos.write(() -> persons.dropEmpty(List.of(person)));
    assertThat(persons.find(person)).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "/entities/{id}/faces, /intelligence/entities/{id}/faces",
    "/entities/{id}/jobs, /intelligence/entities/{id}/jobs",
    "/entities/{id}/similar, /intelligence/entities/{id}/similar",
    "/faces/{id}0000/similar, /intelligence/faces/{id}0000/similar",
    "/faces/{id}0000/matches, /intelligence/faces/{id}0000/matches",
    "/known-persons, /intelligence/known-persons"
  })
  @DisplayName("The paths of early January, without a prefix, answer the same")
  @Contract("intelligence.md 1 early January paths")
  void earlyPaths(String early, String today) {
    assertThat(photos.json(early.replace("{id}", "" + first)))
        .isEqualTo(photos.json(today.replace("{id}", "" + first)));
  }
}
