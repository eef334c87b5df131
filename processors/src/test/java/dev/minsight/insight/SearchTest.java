package dev.minsight.insight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.minsight.insight.SearchLibrary.Row;
import dev.minsight.ml.ModelManifest;
import dev.minsight.ml.ServingModel;
import dev.minsight.ml.TextModels;
import dev.minsight.ml.TinyTextModel;
import dev.minsight.testing.Repository;
import dev.minsight.testing.TestServer;
import dev.minsight.vectors.VectorIndex;
import dev.minsight.vectors.VectorIndex.Hit;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Searches by example, by words and by people, with their conditions, on a server of their own. */
class SearchTest {

  private static final PhotoFilter EVERYTHING = PhotoFilter.LIVE.withDeleted(true);

  private static PhotoServer photos;
  private static SearchLibrary library;

  @BeforeAll
  static void start(@TempDir Path home) throws IOException {
    byte[] model = TinyTextModel.masked();
    TinyTextModel.install(model, home.resolve("models"));
    Path manifest = home.resolve("manifest.yaml");
    Files.writeString(
        manifest,
        Repository.read(Repository.root().resolve("ml-models/models.yaml"))
            + TinyTextModel.entry(model, "clip-embedding-lite"));
    photos =
        PhotoServer.start(
            home,
            context ->
                context.registerBean(
                    "manifestOfTest",
                    ModelManifest.class,
                    () -> ModelManifest.load(manifest),
                    bean -> bean.setPrimary(true)));
    await().atMost(PhotoServer.LONG).until(() -> photos.bean(VectorCollections.class).checked());
    library = new SearchLibrary(photos);
    library.fill(240);
  }

  @AfterAll
  static void stop() {
    if (photos != null) {
      photos.close();
    }
  }

  /** Sifts as it would where more photos fit than are worth reading. */
  private static Similarity sifting() {
    VectorIndex index = photos.bean(VectorIndex.class);
    return new Similarity(
        index,
        photos.bean(VectorCollections.class),
        photos.bean(PictureVectors.class),
        new FilteredSearch(index, photos.jdbc(), 3));
  }

  private static List<Hit> all(VectorKind kind, long id, PhotoFilter filter, int limit) {
    return all(photos.bean(Similarity.class), kind, id, filter, limit);
  }

  private static List<Hit> all(
      Similarity similarity, VectorKind kind, long id, PhotoFilter filter, int limit) {
    List<Hit> all = new ArrayList<>();
    Position at = Position.START;
    while (at != null) {
      Similarity.Query query = new Similarity.Query(limit, 0, true, filter, at);
      Similarity.Page page =
          kind == VectorKind.FACE
              ? similarity.faces(id, query)
              : similarity.photos(kind, id, query, Set.of());
      assertThat(page.hits()).hasSizeLessThanOrEqualTo(limit);
      all.addAll(page.hits());
      at = page.next();
    }
    return all;
  }

  private static Row photoOf(VectorKind kind, long id) {
    long photo = kind == VectorKind.FACE ? id / 10_000 : id;
    return library.rows().stream().filter(row -> row.id() == photo).findFirst().orElseThrow();
  }

  @Test
  @DisplayName(
      "What is found with conditions is what fits them of all that is found without, page by page")
  void filtersLaw() {
    Random dice = new Random(3);
    int found = 0;
    for (VectorKind kind : List.of(VectorKind.CLIP, VectorKind.FACE)) {
      Row asked =
          library.rows().stream().filter(row -> !row.persons().isEmpty()).findFirst().orElseThrow();
      long id = kind == VectorKind.FACE ? asked.id() * 10_000 : asked.id();
      List<Hit> everything = all(kind, id, EVERYTHING, 50);
      assertThat(everything.get(0).id()).isEqualTo(id);
      for (int i = 0; i < 40; i++) {
        PhotoFilter filter = library.filter(dice);

        List<Hit> hits = all(kind, id, filter, 1 + dice.nextInt(50));

        List<Hit> fitting =
            everything.stream().filter(hit -> photoOf(kind, hit.id()).fits(filter)).toList();
        assertThat(hits).as("%s with %s", kind, filter).containsExactlyElementsOf(fitting);
        assertThat(all(sifting(), kind, id, filter, 1 + dice.nextInt(50)))
            .as("sifted: %s with %s", kind, filter)
            .containsExactlyElementsOf(fitting);
        found += hits.size();
      }
    }
    assertThat(found).as("some of the conditions fit something").isGreaterThan(500);
  }

  @Test
  @DisplayName("Without conditions only the trash is left out, unless it is asked for")
  void trash() {
    long id = library.rows().get(0).id();
    String path = "/intelligence/entities/" + id + "/similar?score_threshold=0&limit=50";

    assertThat(ids(pages(path)))
        .containsExactlyElementsOf(
            all(VectorKind.CLIP, id, PhotoFilter.LIVE, 50).stream().map(Hit::id).toList())
        .allMatch(hit -> !photoOf(VectorKind.CLIP, hit).trashed());
    assertThat(ids(pages(path + "&include_deleted=true")))
        .anyMatch(hit -> photoOf(VectorKind.CLIP, hit).trashed());
  }

  private static List<JsonNode> pages(String path) {
    List<JsonNode> all = new ArrayList<>();
    String cursor = "";
    while (cursor != null) {
      JsonNode page = photos.json(path + (cursor.isEmpty() ? "" : "&cursor=" + cursor));
      all.addAll(PhotoServer.list(page.get("results")));
      cursor = page.get("next_cursor").textValue();
    }
    return all;
  }

  private static List<Long> ids(List<JsonNode> results) {
    return results.stream().map(hit -> hit.get("entity_id").asLong()).toList();
  }

  @Test
  @DisplayName("Pages by cursor are the whole list; what comes in meanwhile shifts nothing")
  void paging() {
    long id = library.rows().get(1).id();
    String path = "/intelligence/entities/" + id + "/similar?score_threshold=0&type=image&limit=";
    List<Long> whole = ids(pages(path + 50));
    assertThat(ids(pages(path + 7))).isEqualTo(whole);

    JsonNode first = photos.json(path + 7);
    photos.write(() -> library.add(library.plain(1900, null)));
    VectorIndex index = photos.bean(VectorIndex.class);
    index.upsert(
        VectorKind.CLIP.collection(),
        1900,
        index.vector(VectorKind.CLIP.collection(), id).orElseThrow());
    JsonNode second = photos.json(path + 7 + "&cursor=" + first.get("next_cursor").asText());

    assertThat(ids(PhotoServer.list(second.get("results")))).isEqualTo(whole.subList(7, 14));
    index.delete(VectorKind.CLIP.collection(), 1900);
  }

  @Test
  @DisplayName("A cursor of another question, or a changed one, is refused by its name")
  void foreignCursor() {
    String path = "/intelligence/entities/" + library.rows().get(1).id() + "/similar?";
    String cursor = photos.json(path + "score_threshold=0&limit=2").get("next_cursor").asText();

    for (String query :
        List.of(
            "score_threshold=0.1&cursor=" + cursor,
            "score_threshold=0&type=image&cursor=" + cursor,
            "score_threshold=0&cursor=" + cursor.substring(1),
            "score_threshold=0&cursor=%3F%3F")) {
      assertRefused(path + query, "cursor");
    }
    assertThat(photos.get(path + "score_threshold=0&limit=9&cursor=" + cursor).statusCode())
        .as("the size of the page may differ")
        .isEqualTo(200);
  }

  private static void assertRefused(String path, String... names) {
    HttpResponse<String> answer = photos.get(path);
    assertThat(answer.statusCode()).as(path + ": " + answer.body()).isEqualTo(422);
    assertThat(PhotoServer.list(TestServer.json(answer).get("detail")))
        .as(path)
        .extracting(error -> error.at("/loc/1").asText())
        .contains(names);
  }

  @ParameterizedTest
  @DisplayName("AC-L17 A condition that cannot be is refused by its name, in every search")
  @CsvSource(
      delimiter = '|',
      value = {
        "limit=0                          | limit",
        "limit=51                         | limit",
        "limit=many                       | limit",
        "from=yesterday                   | from",
        "from=2026-02-30                  | from",
        "to=2026-01-01T10:00              | to",
        "from=2026-01-02&to=2026-01-01    | to",
        "bbox=1,2,3                       | bbox",
        "bbox=1,50,2,40                   | bbox",
        "bbox=1,2,3,91                    | bbox",
        "bbox=a,b,c,d                     | bbox",
        "near=48.85                       | near",
        "near=91,2                        | near",
        "near=NaN,2                       | near",
        "radius_km=5                      | near",
        "near=48,2&radius_km=-1           | radius_km",
        "near=48,2&radius_km=far          | radius_km",
        "type=photo                       | type",
        "parent_id=0                      | parent_id",
        "parent_id=one                    | parent_id",
        "person_id=1&person_id=eve        | person_id",
        "include_deleted=perhaps          | include_deleted",
        "cursor=none                      | cursor"
      })
  void badConditions(String query, String name) {
    Row row = library.rows().stream().filter(photo -> !photo.persons().isEmpty()).findFirst().get();
    for (String search :
        List.of(
            "/intelligence/entities/" + row.id() + "/similar?",
            "/intelligence/entities/" + row.id() + "/duplicates?",
            "/intelligence/faces/" + row.id() * 10_000 + "/similar?",
            "/intelligence/search/text?q=dog&",
            "/intelligence/search/persons?person_id=801&",
            "/intelligence/duplicates?",
            "/intelligence/duplicates/groups?")) {
      assertRefused(search + query, name);
    }
  }

  @ParameterizedTest
  @DisplayName("AC-L17 A threshold outside its range is refused in every search that has one")
  @ValueSource(strings = {"1.5", "-0.1", "NaN", "much"})
  void badThresholds(String threshold) {
    long id = library.rows().get(0).id();
    assertRefused(
        "/intelligence/entities/" + id + "/similar?score_threshold=" + threshold,
        "score_threshold");
    assertRefused(
        "/intelligence/search/text?q=dog&score_threshold=" + threshold, "score_threshold");
    for (String search :
        List.of(
            "/intelligence/entities/" + id + "/duplicates",
            "/intelligence/duplicates",
            "/intelligence/duplicates/groups")) {
      assertRefused(search + "?threshold=" + threshold, "threshold");
    }
  }

  @Test
  @DisplayName("All mistakes of a question are told at once")
  void allMistakes() {
    assertRefused(
        "/intelligence/search/text?limit=0&type=x&from=y&person_id=z",
        "q",
        "limit",
        "type",
        "from",
        "person_id");
  }

  @ParameterizedTest
  @DisplayName("Words that are none, or too many, are refused")
  @ValueSource(strings = {"", "q=", "q=%20%09"})
  void noWords(String query) {
    assertRefused("/intelligence/search/text?" + query, "q");
    assertRefused("/intelligence/search/text?q=" + "dog+".repeat(200), "q");
  }

  @Test
  @DisplayName(
      "Words find the photo whose vector is nearest to theirs, with conditions and details")
  void words() {
    TextModels texts = photos.bean(TextModels.class);
    ServingModel.Ready model = (ServingModel.Ready) texts.counterpart("clip-embedding-lite");
    photos.write(() -> library.add(library.plain(1901, SearchLibrary.INNER)));
    photos
        .bean(VectorIndex.class)
        .upsert(VectorKind.CLIP.collection(), 1901, texts.embed(model, "a dog").vector());

    JsonNode found =
        photos.json("/intelligence/search/text?q=A+Dog&include_details=true&score_threshold=0.5");

    assertThat(found.get("query").asText()).isEqualTo("A Dog");
    assertThat(found.get("model_id").asText()).isEqualTo(TinyTextModel.ID);
    assertThat(ids(PhotoServer.list(found.get("results")))).containsExactly(1901L);
    JsonNode hit = found.get("results").get(0);
    assertThat(hit.get("score").asDouble()).isCloseTo(1, within(1e-3));
    assertThat(hit.get("entity").get("label").asText()).isEqualTo("a photo");
    String dog = "/intelligence/search/text?q=a+dog&score_threshold=0.5";
    assertThat(photos.json(dog + "&parent_id=901").get("results")).hasSize(1);
    assertThat(photos.json(dog + "&type=video").get("results")).isEmpty();
    assertThat(photos.json(dog + "&person_id=801").get("results")).isEmpty();
  }

  @Test
  @DisplayName("A search by words goes on by cursor, and all of it is the whole list")
  void wordsByPages() {
    String path = "/intelligence/search/text?q=sunset+at+sea&score_threshold=0&limit=";

    List<JsonNode> whole = pages(path + 50);

    assertThat(ids(pages(path + 9))).isEqualTo(ids(whole)).hasSizeGreaterThan(50);
    assertThat(whole)
        .extracting(hit -> hit.get("score").asDouble())
        .isSortedAccordingTo(Comparator.reverseOrder());
  }

  @Test
  @DisplayName(
      "Without the text model the answer is 409 with the command that gets it, until it is back")
  void withoutTextModel() throws IOException {
    Path model = photos.home().resolve("models").resolve(TinyTextModel.ID + ".onnx");
    Path away = photos.home().resolve("away.onnx");
    Files.move(model, away);
    try {
      HttpResponse<String> answer = photos.get("/intelligence/search/text?q=dog");

      assertThat(answer.statusCode()).isEqualTo(409);
      assertThat(TestServer.json(answer).get("detail").asText())
          .contains("./minsight models pull " + TinyTextModel.ID);
    } finally {
      Files.move(away, model);
    }
    assertThat(photos.get("/intelligence/search/text?q=dog").statusCode()).isEqualTo(200);
  }

  @Test
  @DisplayName("Photos of persons together are those with all of them, newest first, page by page")
  void personsTogether() {
    String path = "/intelligence/search/persons?person_id=801&person_id=803";
    List<Long> expected =
        library.rows().stream()
            .filter(row -> !row.trashed() && row.persons().containsAll(Set.of(801L, 803L)))
            .sorted(Comparator.comparing(Row::created).thenComparing(Row::id).reversed())
            .map(Row::id)
            .toList();
    assertThat(expected).hasSizeGreaterThan(3);

    List<JsonNode> found = pages(path + "&limit=2&include_details=true");

    assertThat(ids(found)).isEqualTo(expected);
    assertThat(ids(pages(path + "&limit=50"))).isEqualTo(expected);
    assertThat(found)
        .allSatisfy(
            photo -> {
              assertThat(photo.get("face_ids")).hasSize(2);
              assertThat(photo.get("entity").get("id")).isEqualTo(photo.get("entity_id"));
            });
    assertThat(ids(pages(path + "&type=video")))
        .isEqualTo(
            expected.stream()
                .filter(id -> photoOf(VectorKind.CLIP, id).type().equals("video"))
                .toList());
  }

  @Test
  @DisplayName("Whoever nobody knows is in no photo; nobody at all is refused")
  void unknownPerson() {
    JsonNode found = photos.json("/intelligence/search/persons?person_id=987654321");

    assertThat(found.get("results")).isEmpty();
    assertThat(found.get("next_cursor").isNull()).isTrue();
    assertRefused("/intelligence/search/persons", "person_id");
  }

  @Test
  @DisplayName(
      "AC-L04, AC-L05 Where nothing is found the reference's two old routes answer 404, all others"
          + " an empty list")
  void nothingFound() {
    Row row = library.rows().stream().filter(photo -> !photo.persons().isEmpty()).findFirst().get();
    String photo = "/intelligence/entities/" + row.id();

    assertNothing(
        photo + "/similar?score_threshold=1&include_self=false",
        "No similar images found. Entity may not have an embedding yet.");
    assertNothing(
        "/intelligence/faces/" + row.id() * 10_000 + "/similar?threshold=1&include_self=false",
        "No similar faces found. Face may not have an embedding yet.");
    for (String search :
        List.of(
            photo + "/duplicates",
            "/intelligence/search/text?q=dog&score_threshold=1",
            "/intelligence/search/persons?person_id=801&to=1970-01-01",
            "/intelligence/duplicates?to=1970-01-01",
            "/intelligence/duplicates/groups?to=1970-01-01")) {
      JsonNode found = photos.json(search);
      assertThat(found.get("results")).as(search).isEmpty();
      assertThat(found.get("next_cursor").isNull()).as(search).isTrue();
    }
  }

  private static void assertNothing(String path, String detail) {
    HttpResponse<String> answer = photos.get(path);
    assertThat(answer.statusCode()).as(path).isEqualTo(404);
    assertThat(TestServer.json(answer).get("detail").asText()).isEqualTo(detail);
  }

  @Test
  @DisplayName("Days count from their first to their last instant, in UTC")
  void days() {
    photos.write(
        () ->
            library.add(
                new Row(
                    1902,
                    SearchLibrary.OUTER,
                    false,
                    "image",
                    "image/jpeg",
                    1_400_000_000_000L, // 2014-05-13T16:53:20Z
                    null,
                    null,
                    Set.of(802L))));
    String path = "/intelligence/search/persons?person_id=802&";

    for (String inside :
        List.of(
            "from=2014-05-13&to=2014-05-13",
            "from=1400000000000&to=1400000000000",
            "from=2014-05-13T18:53:20%2B02:00&to=2014-05-13T16:53:20Z")) {
      assertThat(ids(pages(path + inside))).as(inside).containsExactly(1902L);
    }
    for (String outside :
        List.of("to=2014-05-12", "from=2014-05-14&to=2014-12-31", "to=1399999999999")) {
      assertThat(ids(pages(path + outside))).as(outside).isEmpty();
    }
  }

  @Test
  @DisplayName(
      "A photo that knows where it was taken is found around that place, and not elsewhere")
  void place() {
    long id = photos.upload(PhotoServer.sharedPhoto("exif/DSCN0010.jpg"));
    photos.awaitStatus(id, "completed");
    String path = "/intelligence/entities/" + id + "/similar?";

    assertThat(ids(pages(path + "near=43.467,11.885&radius_km=1"))).containsExactly(id);
    assertThat(ids(pages(path + "bbox=11,43,12,44"))).containsExactly(id);
    assertThat(photos.get(path + "near=48.85,2.35").statusCode()).isEqualTo(404);
    assertThat(photos.get(path + "bbox=12,43,13,44").body()).contains("No similar images found");
    photos.delete(id); // the other tests know all photos there are
  }
}
