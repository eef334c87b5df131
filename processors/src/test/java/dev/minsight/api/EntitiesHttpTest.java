package dev.minsight.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.minsight.api.StoreClient.Multipart;
import dev.minsight.testing.Contract;
import dev.minsight.testing.OpenServer;
import dev.minsight.testing.Pictures;
import dev.minsight.testing.TestServer;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EntitiesHttpTest {

  private static final AtomicLong SEEDS = new AtomicLong(System.nanoTime());
  private static final Map<String, String> FILE = Map.of("is_collection", "false");

  private final TestServer server = OpenServer.shared();
  private final StoreClient store = new StoreClient(server);

  private static byte[] newPicture() {
    return Pictures.noise("jpg", 60, 40, SEEDS.incrementAndGet());
  }

  private static byte[] randomBytes(int count) {
    byte[] bytes = new byte[count];
    new Random(SEEDS.incrementAndGet()).nextBytes(bytes);
    return bytes;
  }

  private static void assertText(HttpResponse<String> answer, int status, String detail) {
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(TestServer.json(answer).get("detail").asText()).isEqualTo(detail);
  }

  private static void assertProblem(HttpResponse<String> answer, String type, String... loc) {
    assertThat(answer.statusCode()).isEqualTo(422);
    JsonNode problem = TestServer.json(answer).get("detail").get(0);
    assertThat(problem.fieldNames()).toIterable().containsExactly("type", "loc", "msg", "input");
    assertThat(problem.get("type").asText()).isEqualTo(type);
    assertThat(problem.get("loc")).extracting(JsonNode::asText).containsExactly(loc);
  }

  @Test
  @DisplayName("AC-C01, AC-C02, AC-C26 An urlencoded form makes a collection; file fields are null")
  @Contract({
    "store.md 1 write bodies",
    "store.md 3 #4",
    "store.md 4.1 is_collection",
    "store.md 4.1 label, description",
    "store.md 4.1 parent_id",
    "store.md 4.5 is_collection",
    "store.md 4.5 label, description"
  })
  void collection() {
    HttpResponse<String> answer =
        store.create(
            Map.of("is_collection", "TRUE", "label", "Ferien & Meer – 海", "description", "a+b=c"));

    JsonNode entity = TestServer.json(answer);
    assertThat(answer.statusCode()).isEqualTo(201);
    assertThat(entity.get("id").asLong()).isPositive();
    assertThat(entity.get("is_collection").asBoolean()).isTrue();
    assertThat(entity.get("label").asText()).isEqualTo("Ferien & Meer – 海");
    assertThat(entity.get("description").asText()).isEqualTo("a+b=c");
    assertThat(entity.get("md5").isNull()).isTrue();
    assertThat(entity.get("file_size").isNull()).isTrue();
    assertThat(entity.get("parent_id").isNull()).isTrue();
    assertThat(entity.get("is_indirectly_deleted").isBoolean()).isTrue();
  }

  @Test
  @DisplayName("An entity has the 22 fields of the contract and the three that we add")
  @Contract("store.md 1 nulls")
  void fields() {
    JsonNode entity = store.uploaded(newPicture(), "a.jpg");

    assertThat(entity.fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder(
            "id",
            "is_collection",
            "label",
            "description",
            "parent_id",
            "children_count",
            "added_date",
            "updated_date",
            "create_date",
            "added_by",
            "updated_by",
            "file_size",
            "height",
            "width",
            "duration",
            "mime_type",
            "type",
            "extension",
            "md5",
            "file_path",
            "is_deleted",
            "is_indirectly_deleted",
            "intelligence_data",
            "original_name",
            "cockpit_url");
    assertThat(bare(store.json("/entities/" + entity.get("id")))).isEqualTo(bare(entity));
  }

  /** Without what others know of the entity, which may have changed since. */
  private static JsonNode bare(JsonNode entity) {
    ObjectNode bare = entity.deepCopy();
    bare.remove(List.of("intelligence_data", "cockpit_url", "business_key"));
    return bare;
  }

  @Test
  @DisplayName("AC-C03, AC-C04 A media item needs a file, a collection must have none")
  @Contract({"store.md 4.5 file missing", "store.md 4.5 file for a collection"})
  void fileOrNot() {
    assertText(store.create(FILE), 422, "Media file is required when is_collection is False");
    assertText(
        store.upload(new byte[0], "a.jpg", FILE),
        422,
        "Media file is required when is_collection is False");
    assertText(
        store.upload(newPicture(), "a.jpg", Map.of("is_collection", "true")),
        422,
        "Media file should not be provided when is_collection is True");
    assertText(
        store.send(new Multipart().fields(Map.of("is_collection", "0", "media_file", "no file"))),
        422,
        "Media file is required when is_collection is False");
  }

  @Test
  @DisplayName("Fields of the wrong type are listed, all of them at once")
  @Contract({
    "store.md 1 empty string",
    "store.md 1 error body",
    "store.md 3 #4",
    "store.md 3 #5",
    "store.md 4.5 is_collection",
    "store.md 4.5 parent_id"
  })
  void wrongTypes() {
    assertProblem(store.create(Map.of("label", "x")), "missing", "body", "is_collection");
    assertProblem(
        store.create(Map.of("is_collection", "", "label", "x")),
        "missing",
        "body",
        "is_collection");
    assertProblem(
        store.create(Map.of("is_collection", "perhaps")), "bool_parsing", "body", "is_collection");
    HttpResponse<String> two = store.create(Map.of("is_collection", "?", "parent_id", "abc"));
    assertThat(TestServer.json(two).get("detail")).hasSize(2);
    assertProblem(store.get("/entities/abc"), "int_parsing", "path", "entity_id");
    assertProblem(store.get("/entities/1?version=x"), "int_parsing", "query", "version");
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("AC-C05, AC-C29 Both names of the file field work")
  @ValueSource(strings = {"media_file", "image"})
  @Contract({
    "store.md 4.1 file_size, height, width",
    "store.md 4.1 duration",
    "store.md 4.1 mime_type",
    "store.md 4.1 type",
    "store.md 4.1 extension",
    "store.md 4.1 md5",
    "store.md 4.1 file_path",
    "store.md 4.5 media_file",
    "store.md 4.5 image",
    "store.md 13 upload field",
    "store.md 13 original filename"
  })
  void fileField(String field) {
    byte[] bytes = newPicture();

    HttpResponse<String> answer =
        store.send(new Multipart().fields(FILE).file(field, "a.jpg", bytes));

    JsonNode entity = TestServer.json(answer);
    assertThat(answer.statusCode()).isEqualTo(201);
    assertThat(entity.get("md5").asText()).matches("[0-9a-f]{128}");
    assertThat(entity.get("width").asInt()).isEqualTo(60);
    assertThat(entity.get("height").asInt()).isEqualTo(40);
    assertThat(entity.get("file_size").asInt()).isEqualTo(bytes.length);
    assertThat(entity.get("mime_type").asText()).isEqualTo("image/jpeg");
    assertThat(entity.get("type").asText()).isEqualTo("image");
    assertThat(entity.get("extension").asText()).isEqualTo("jpg");
    assertThat(entity.get("duration").isNull()).isTrue();
    assertThat(entity.get("label").isNull()).isTrue();
    assertThat(entity.get("original_name").asText()).isEqualTo("a.jpg");
    assertThat(entity.get("file_path").asText())
        .matches("store/\\d{4}/\\d{2}/\\d{2}/" + entity.get("md5").asText() + "\\.jpg");
    assertThat(entity.get("added_date").asLong()).isEqualTo(entity.get("create_date").asLong());
  }

  @Test
  @DisplayName("AC-C29 Of media_file and image, media_file is used")
  @Contract({"store.md 4.5 media_file", "store.md 4.5 image"})
  void bothFields() {
    byte[] used = newPicture();

    JsonNode entity =
        TestServer.json(
            store.send(
                new Multipart()
                    .fields(FILE)
                    .file("image", "image.jpg", newPicture())
                    .file("media_file", "media.jpg", used)));

    assertThat(entity.get("original_name").asText()).isEqualTo("media.jpg");
    assertThat(store.bytes("GET", "/entities/" + entity.get("id") + "/media").body())
        .isEqualTo(used);
  }

  @Test
  @DisplayName("AC-C18, AC-C19, AC-C20 Random bytes named .jpg are kept, found and given back")
  @Contract({
    "store.md 4.1 parent_id",
    "store.md 4.1 type",
    "store.md 4.1 md5",
    "store.md 4.5 parent_id",
    "store.md 4.5 type unknown",
    "store.md 4.5 random bytes",
    "store.md 7 type from mime"
  })
  void randomBytes() {
    long parent = store.collection("random");
    byte[] bytes = randomBytes(1024);
    bytes[0] = 0;

    JsonNode entity =
        TestServer.json(
            store.upload(
                bytes, "a.jpg", Map.of("is_collection", "false", "parent_id", "" + parent)));

    assertThat(entity.get("parent_id").asLong()).isEqualTo(parent);
    assertThat(entity.get("type").asText()).isEqualTo("file");
    assertThat(entity.get("md5").asText()).hasSize(32);
    JsonNode listed =
        store.json("/entities?mime_type=" + entity.get("mime_type").asText() + "&page_size=100");
    assertThat(listed.get("items")).contains(entity);
    assertThat(store.bytes("GET", "/entities/" + entity.get("id") + "/media").body())
        .isEqualTo(bytes);
  }

  @Test
  @DisplayName("AC-C15 A slightly truncated PNG is kept")
  @Contract("store.md 4.5 corrupt PNG")
  void truncatedPng() {
    byte[] png = Pictures.plain("png", 1, 1, new Random(SEEDS.incrementAndGet()).nextInt(1 << 24));

    HttpResponse<String> answer = store.upload(Arrays.copyOf(png, png.length - 5), "a.png", FILE);

    assertThat(answer.statusCode()).isEqualTo(201);
    assertThat(TestServer.json(answer).get("mime_type").asText()).isEqualTo("image/png");
  }

  @Test
  @DisplayName("AC-D01 The same content again is 200 with the entity as it was")
  @Contract({"store.md 3 #4", "store.md 6 POST of live content", "store.md 13 duplicate POST"})
  void duplicate() {
    byte[] bytes = newPicture();
    JsonNode first = store.uploaded(bytes, "first.jpg");

    HttpResponse<String> again =
        store.upload(bytes, "again.jpg", Map.of("is_collection", "false", "label", "another"));

    assertThat(again.statusCode()).isEqualTo(200);
    assertThat(TestServer.json(again)).isEqualTo(first);
  }

  @Test
  @DisplayName("A wrong parent is said in the contract's words, also for a known content")
  @Contract({"store.md 4.5 parent rules", "store.md 5 parent is a collection", "store.md 5 status"})
  void wrongParent() {
    byte[] bytes = newPicture();
    long file = store.uploaded(bytes, "a.jpg").get("id").asLong();

    assertText(
        store.upload(bytes, "a.jpg", Map.of("is_collection", "false", "parent_id", "" + file)),
        422,
        "Cannot set parent_id to %d: parent entity must be a collection. Entity %d is not a collection."
            .formatted(file, file));
  }

  @Test
  @DisplayName("Odd names are reduced; fields named like headers or path variables change nothing")
  @Contract("store.md 1 unknown fields")
  void oddNames() {
    JsonNode entity =
        TestServer.json(
            store.upload(
                newPicture(),
                "..\\..\\etc/pass\u202Ewd\u0001.jpg",
                Map.of(
                    "is_collection", "false",
                    "id", "7",
                    "CamelHttpResponseCode", "500",
                    "Content-Type", "text/html",
                    "Authorization", "Bearer x")));

    assertThat(entity.get("original_name").asText()).isEqualTo("passwd.jpg");
    assertThat(bare(store.json("/entities/" + entity.get("id") + "?id=1&CamelHttpUri=x")))
        .isEqualTo(bare(entity));
  }

  @Test
  @DisplayName("AC-E01, AC-E02 An entity is read by id, in both slash forms; an unknown one is 404")
  @Contract({
    "store.md 1 trailing slash",
    "store.md 1 error body",
    "store.md 3 #5",
    "store.md 3 #9",
    "store.md 4.4 not found",
    "store.md 4.8 not found"
  })
  void readOne() {
    long id = store.collection("one");

    assertThat(store.json("/entities/" + id).get("label").asText()).isEqualTo("one");
    assertThat(store.get("/entities/" + id + "/").statusCode()).isEqualTo(200);
    assertThat(store.get("/entities/").statusCode()).isEqualTo(200);
    assertText(store.get("/entities/999999999"), 404, "Entity not found");
    assertText(
        store.get("/entities/999999999/versions"),
        404,
        "Entity not found or no versions available");
    assertText(
        store.get("/entities/" + id + "?version=99"),
        404,
        "Entity " + id + " version 99 not found");
  }

  @Test
  @DisplayName("AC-G08 A version says what it was and by which transaction")
  @Contract({"store.md 3 #9", "store.md 4.8 list", "store.md 4.8 more fields"})
  void versions() {
    long id = store.collection("v");

    JsonNode version = store.json("/entities/" + id + "/versions").get(0);

    assertThat(version.get("version").asInt()).isEqualTo(1);
    assertThat(version.get("transaction_id").isIntegralNumber()).isTrue();
    assertThat(version.get("end_transaction_id").isNull()).isTrue();
    assertThat(version.get("operation_type").asText()).isEqualTo("INSERT");
    assertThat(version.get("label").asText()).isEqualTo("v");
    assertThat(version.get("is_deleted").asBoolean()).isFalse();
    assertThat(version.fieldNames()).toIterable().contains("description", "md5", "updated_by");
    assertThat(version.get("updated_date").asLong()).isPositive();
    assertThat(bare(store.json("/entities/" + id + "?version=1")))
        .isEqualTo(bare(store.json("/entities/" + id)));
  }

  @Test
  @DisplayName("AC-C22, AC-C23, AC-E21 60 writes and reads at the same time all succeed")
  @Contract("store.md 4.5 database locked")
  void atOnce() throws Exception {
    int each = 20;
    CyclicBarrier start = new CyclicBarrier(3 * each);
    ExecutorService threads = Executors.newFixedThreadPool(3 * each);
    List<Callable<Integer>> calls = new ArrayList<>();
    for (int i = 0; i < each; i++) {
      Map<String, String> collection = Map.of("is_collection", "1", "label", "parallel " + i);
      byte[] picture = newPicture();
      calls.add(together(start, () -> store.create(collection)));
      calls.add(together(start, () -> store.upload(picture, "p.jpg", FILE)));
      calls.add(together(start, () -> store.get("/entities")));
    }

    List<Integer> statuses = new ArrayList<>();
    for (Future<Integer> call : threads.invokeAll(calls)) {
      statuses.add(call.get());
    }
    threads.shutdown();

    assertThat(statuses).filteredOn(status -> status == 201).hasSize(2 * each);
    assertThat(statuses).filteredOn(status -> status == 200).hasSize(each);
  }

  private static Callable<Integer> together(
      CyclicBarrier start, Supplier<HttpResponse<String>> call) {
    return () -> {
      start.await();
      return call.get().statusCode();
    };
  }

  @Test
  @DisplayName("AC-H13, AC-H14 There is no call that deletes everything")
  void noBulkDelete() {
    assertThat(server.delete(server.store("/entities"), null).statusCode()).isIn(404, 405);
    assertThat(server.delete(server.store("/entities/"), null).statusCode()).isIn(404, 405);
    assertThat(
            server.form("POST", server.store("/entities/delete-all"), null, Map.of()).statusCode())
        .isIn(404, 405);
  }
}
