package dev.minsight.insight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.minsight.testing.Pictures;
import dev.minsight.testing.TestDatabase;
import dev.minsight.testing.TestServer;
import dev.minsight.vectors.VectorIndex;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Near-duplicates of the library: found beside everything, decided about, and not asked again. */
class DuplicatesTest {

  private static final String MODEL = "dino-embedding-lite";

  private static PhotoServer photos;
  private static SearchLibrary library;

  @BeforeAll
  static void start(@TempDir Path home) {
    photos = PhotoServer.start(home);
    library = new SearchLibrary(photos);
    await().atMost(PhotoServer.LONG).until(() -> photos.bean(VectorCollections.class).checked());
  }

  @AfterAll
  static void stop() {
    if (photos != null) {
      photos.close();
    }
  }

  /** Photos in a collection of their own, each with its vector. */
  private static void photosOf(long collection, float[]... vectors) {
    photos.write(() -> library.collection(collection, null, false));
    for (int i = 0; i < vectors.length; i++) {
      long id = collection + 1 + i;
      photos.write(() -> library.add(library.plain(id, collection)));
      save(id, vectors[i]);
      index(id, vectors[i]);
    }
  }

  private static void save(long id, float[] vector) {
    Embeddings embeddings = photos.bean(Embeddings.class);
    photos.write(() -> embeddings.save(VectorKind.DINO, id, MODEL, id, "md5", vector));
  }

  private static void index(long id, float[] vector) {
    photos.bean(VectorIndex.class).upsert(VectorKind.DINO.collection(), id, vector);
  }

  @ParameterizedTest
  @DisplayName("The pairs of a photo are found by its id, however many pairs the library has")
  @FieldSource("dev.minsight.insight.DuplicateFinder#FORGET")
  void plans(String forget) {
    TestDatabase.assumeSqlite("PostgreSQL plans by the data");

    assertThat(
            photos
                .jdbc()
                .sql("EXPLAIN QUERY PLAN " + forget)
                .params(Map.of("model", MODEL, "id", 1))
                .query((row, number) -> row.getString("detail"))
                .list())
        .singleElement()
        .asString()
        .containsPattern("model_id=\\? AND entity_id=\\?|other_id=\\? AND model_id=\\?");
  }

  /** A vector whose cosine with another is about 1 / sqrt(1 + noise²). */
  private static float[] like(float[] vector, double noise) {
    float[] other = library.vector(vector.length);
    for (int i = 0; i < other.length; i++) {
      other[i] = (float) (vector[i] + noise * other[i]);
    }
    return other;
  }

  private static void awaitDone() {
    await().atMost(PhotoServer.LONG).until(() -> photos.count("duplicate_queue") == 0);
  }

  private static List<JsonNode> pairs(long collection, String more) {
    return PhotoServer.list(
        photos
            .json("/intelligence/duplicates?limit=50&parent_id=" + collection + more)
            .get("results"));
  }

  private static List<String> names(List<JsonNode> pairs) {
    return pairs.stream()
        .map(pair -> pair.get("entity_id").asLong() + "-" + pair.get("other_id").asLong())
        .toList();
  }

  private static JsonNode decide(long id, long other, String decision) {
    HttpResponse<String> answer =
        photos
            .http()
            .json(
                "POST",
                photos.http().store("/intelligence/duplicates/decisions"),
                null,
                Map.of("entity_id", id, "other_id", other, "decision", decision));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    return TestServer.json(answer);
  }

  @Test
  @DisplayName("Pairs come the most alike first, page by page, and hang together in groups")
  void pairsAndGroups() {
    float[] one = library.vector(384);
    float[] two = library.vector(384);
    photosOf(5000, one, like(one, 0.1), like(one, 0.3), two, like(two, 0.2), library.vector(384));
    awaitDone();

    List<JsonNode> found = pairs(5000, "&threshold=0.8");

    assertThat(names(found))
        .startsWith("5001-5002", "5004-5005")
        .containsExactlyInAnyOrder("5001-5002", "5004-5005", "5001-5003", "5002-5003");
    assertThat(found.get(0).get("score").asDouble()).isCloseTo(0.995, within(0.01));
    assertThat(names(pairs(5000, "&threshold=0.97"))).containsExactly("5001-5002", "5004-5005");
    List<String> paged = new ArrayList<>();
    String path = "/intelligence/duplicates?limit=1&threshold=0.8&parent_id=5000";
    JsonNode page = photos.json(path);
    while (page.get("next_cursor").isTextual()) {
      paged.addAll(names(PhotoServer.list(page.get("results"))));
      page = photos.json(path + "&cursor=" + page.get("next_cursor").asText());
    }
    paged.addAll(names(PhotoServer.list(page.get("results"))));
    assertThat(paged).isEqualTo(names(found));

    String groups = "/intelligence/duplicates/groups?threshold=0.8&parent_id=5000";
    JsonNode first = photos.json(groups + "&limit=1");
    assertThat(first.at("/results/0/entity_ids").toString()).isEqualTo("[5001,5002,5003]");
    assertThat(first.at("/results/0/pairs").asInt()).isEqualTo(3);
    JsonNode second = photos.json(groups + "&limit=1&cursor=" + first.get("next_cursor").asText());
    assertThat(second.at("/results/0/entity_ids").toString()).isEqualTo("[5004,5005]");
    assertThat(second.get("next_cursor").isNull()).isTrue();
  }

  @Test
  @DisplayName("Both photos of a pair fit the conditions")
  void filtered() {
    float[] one = library.vector(384);
    photosOf(5100, one, like(one, 0.1));
    photosOf(5200, like(one, 0.1));
    awaitDone();

    assertThat(names(pairs(5100, ""))).containsExactly("5101-5102");
    assertThat(names(pairs(5200, ""))).isEmpty();
    assertThat(pairs(5100, "&type=video")).isEmpty();
    assertThat(pairs(5100, "&from=2001-01-01")).isEmpty();
  }

  @Test
  @DisplayName(
      "What is no duplicate is shown neither as a pair nor beside the photo, until decided anew")
  void notDuplicate() {
    float[] one = library.vector(384);
    photosOf(5300, one, like(one, 0.1));
    awaitDone();
    String beside = "/intelligence/entities/5302/duplicates?threshold=0.9";
    assertThat(photos.json(beside).get("results")).hasSize(1);

    JsonNode made = decide(5301, 5302, "not_duplicate");

    assertThat(made.get("decision").asText()).isEqualTo("not_duplicate");
    assertThat(made.get("replaces").isNull()).isTrue();
    assertThat(pairs(5300, "")).isEmpty();
    assertThat(photos.json(beside).get("results")).isEmpty();
    assertThat(photos.json(beside + "&include_decided=true").get("results")).hasSize(1);
    assertThat(pairs(5300, "&include_decided=true").get(0).get("decision").asText())
        .isEqualTo("not_duplicate");

    assertThat(decide(5302, 5301, "keep").get("replaces").asText()).isEqualTo("not_duplicate");

    assertThat(pairs(5300, "")).as("both stay, nobody is asked").isEmpty();
    assertThat(photos.json(beside).get("results")).as("they are duplicates").hasSize(1);
  }

  @Test
  @DisplayName("A decision holds for the contents it was about")
  void otherContent() {
    float[] one = library.vector(384);
    photosOf(5400, one, like(one, 0.1));
    awaitDone();
    decide(5401, 5402, "keep");
    assertThat(pairs(5400, "")).isEmpty();

    photos.write(
        () -> photos.jdbc().sql("UPDATE entities SET md5 = 'other' WHERE id = 5402").update());

    assertThat(names(pairs(5400, ""))).containsExactly("5401-5402");
  }

  @Test
  @DisplayName("A photo with another vector gets other pairs, one whose vector is gone none")
  void vectorReplaced() {
    float[] one = library.vector(384);
    float[] two = library.vector(384);
    photosOf(5500, one, like(one, 0.1), two);
    awaitDone();
    assertThat(names(pairs(5500, ""))).containsExactly("5501-5502");

    float[] next = like(two, 0.1);
    save(5502, next);
    index(5502, next);
    awaitDone();
    assertThat(names(pairs(5500, ""))).containsExactly("5502-5503");

    photos.write(
        () -> photos.jdbc().sql("DELETE FROM embeddings WHERE subject_id = 5503").update());
    assertThat(photos.count("duplicate_pairs WHERE other_id = 5503")).isZero();
  }

  @Test
  @DisplayName("A vector that is not indexed yet waits, and is compared once it is")
  void notIndexedYet() {
    float[] one = library.vector(384);
    photosOf(5600, one);
    awaitDone();
    photos.write(() -> library.add(library.plain(5602, 5600L)));
    float[] late = like(one, 0.1);
    save(5602, late);
    await()
        .atMost(PhotoServer.LONG)
        .until(() -> photos.count("duplicate_queue WHERE entity_id = 5602 AND due_at > 0") == 1);
    assertThat(pairs(5600, "")).isEmpty();

    index(5602, late);
    awaitDone();

    assertThat(names(pairs(5600, ""))).containsExactly("5601-5602");
  }

  @Test
  @DisplayName("However many copies there are, a photo has few pairs, and all are one group")
  void manyCopies() {
    float[] one = library.vector(384);
    float[][] copies = new float[DuplicateFinder.NEIGHBOURS + 30][];
    Arrays.fill(copies, one);
    photosOf(5700, copies);
    awaitDone();

    assertThat(photos.count("duplicate_pairs WHERE entity_id > 5700 AND other_id < 5800"))
        .isLessThanOrEqualTo((long) copies.length * DuplicateFinder.NEIGHBOURS);
    JsonNode groups = photos.json("/intelligence/duplicates/groups?parent_id=5700");
    assertThat(groups.get("results")).hasSize(1);
    assertThat(PhotoServer.list(groups.at("/results/0/entity_ids")))
        .extracting(JsonNode::asLong)
        .containsExactlyElementsOf(
            LongStream.rangeClosed(5701, 5700 + copies.length).boxed().toList());
  }

  @Test
  @DisplayName(
      "A real pair: one goes into the trash with its reason, and comes back when both are kept")
  void trashAndBack() {
    byte[] png = Pictures.noise("png", 96, 96, 77);
    long kept = photos.upload("noise.png", png);
    long copy = photos.upload("noise.jpg", Pictures.noise("jpg", 96, 96, 77));
    photos.awaitStatus(kept, "completed");
    photos.awaitStatus(copy, "completed");
    awaitDone();
    assertThat(realPairs("")).contains(kept + "-" + copy);

    decide(copy, kept, "trash");

    assertThat(photos.json("/entities/" + copy).get("is_deleted").asBoolean()).isTrue();
    assertThat(realPairs("")).doesNotContain(kept + "-" + copy);
    assertThat(realPairs("&include_deleted=true")).contains(kept + "-" + copy);
    assertThat(
            photos
                .jdbc()
                .sql("SELECT reason FROM revision ORDER BY transaction_id DESC LIMIT 1")
                .query(String.class)
                .single())
        .isEqualTo("decided of near-duplicates %d and %d: trash".formatted(copy, kept));

    decide(kept, copy, "trash");

    assertThat(photos.json("/entities/" + copy).get("is_deleted").asBoolean())
        .as("deciding anew takes back the decision before")
        .isFalse();
    assertThat(photos.json("/entities/" + kept).get("is_deleted").asBoolean()).isTrue();

    assertThat(decide(copy, kept, "keep").get("replaces").asText()).isEqualTo("trash");

    assertThat(photos.json("/entities/" + kept).get("is_deleted").asBoolean()).isFalse();
    assertThat(realPairs("")).doesNotContain(kept + "-" + copy);
    assertThat(realPairs("&include_decided=true")).contains(kept + "-" + copy);

    photos.delete(copy);
    assertThat(photos.count("duplicate_pairs WHERE other_id = " + copy)).isZero();
  }

  private static List<String> realPairs(String more) {
    return names(
        PhotoServer.list(
            photos
                .json("/intelligence/duplicates?limit=50&threshold=0.8&from=2020-01-01" + more)
                .get("results")));
  }

  @Test
  @DisplayName("What was in the trash before stays there, whatever is decided of it later")
  void trashedBefore() {
    long one = photos.upload("one.png", Pictures.noise("png", 40, 40, 78));
    long other = photos.upload("other.png", Pictures.noise("png", 40, 40, 79));
    photos.patch(other, "is_deleted", "true");

    decide(other, one, "trash");
    decide(other, one, "keep");

    assertThat(photos.json("/entities/" + other).get("is_deleted").asBoolean()).isTrue();
  }

  @Test
  @DisplayName(
      "A decision that cannot be is refused by the names of its fields; unknown photos are 404")
  void badDecisions() {
    Map<Map<String, Object>, String> wrong = new LinkedHashMap<>();
    wrong.put(Map.of("other_id", 2, "decision", "keep"), "entity_id");
    wrong.put(Map.of("entity_id", 1, "decision", "keep"), "other_id");
    wrong.put(Map.of("entity_id", 1, "other_id", 2), "decision");
    wrong.put(Map.of("entity_id", 1, "other_id", 2, "decision", "burn"), "decision");
    wrong.put(Map.of("entity_id", 1, "other_id", 1, "decision", "keep"), "other_id");
    wrong.put(Map.of("entity_id", 0, "other_id", 1, "decision", "keep"), "entity_id");
    wrong.put(Map.of("entity_id", "one", "other_id", 1, "decision", "keep"), "entity_id");
    wrong.forEach(
        (body, name) -> {
          HttpResponse<String> answer = post(body);
          assertThat(answer.statusCode()).as(body + ": " + answer.body()).isEqualTo(422);
          assertThat(TestServer.json(answer).at("/detail/0/loc/1").asText()).isEqualTo(name);
        });
    photos.write(() -> library.collection(5900, null, false));
    assertThat(post(Map.of("entity_id", 5900, "other_id", 987654321, "decision", "keep")).body())
        .contains("Entity not found");
    assertThat(
            post(Map.of("entity_id", 987654321, "other_id", 5900, "decision", "keep")).statusCode())
        .isEqualTo(404);
  }

  private static HttpResponse<String> post(Map<String, Object> body) {
    return photos
        .http()
        .json("POST", photos.http().store("/intelligence/duplicates/decisions"), null, body);
  }

  @Test
  @DisplayName("Which queue and pairs there are follows the vectors of other kinds not at all")
  void otherKinds() {
    photos.write(() -> library.add(library.plain(5991, null)));
    Embeddings embeddings = photos.bean(Embeddings.class);
    float[] vector = library.vector(512);
    photos.write(
        () -> {
          embeddings.save(VectorKind.CLIP, 5991, "clip-embedding-lite", 5991, "md5", vector);
          assertThat(photos.count("duplicate_queue WHERE entity_id = 5991")).isZero();
        });
  }
}
