package dev.minsight.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.minsight.testing.Contract;
import dev.minsight.testing.OpenServer;
import dev.minsight.testing.Pictures;
import dev.minsight.testing.TestServer;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Soft delete, restore and hard delete, store.md 4.7; versions, 4.8 and section 12. */
class TrashHttpTest {

  private static final AtomicLong SEEDS = new AtomicLong(System.nanoTime());

  private final TestServer server = OpenServer.shared();
  private final StoreClient store = new StoreClient(server);

  private JsonNode photo(Long parent) {
    byte[] bytes = Pictures.noise("jpg", 60, 40, SEEDS.incrementAndGet());
    Map<String, String> fields =
        parent == null
            ? Map.of("is_collection", "false", "label", "photo")
            : Map.of("is_collection", "false", "label", "photo", "parent_id", "" + parent);
    return TestServer.json(store.upload(bytes, "p.jpg", fields));
  }

  private long collection(Long parent) {
    long id = store.collection("c");
    if (parent != null) {
      store.patch(id, Map.of("parent_id", "" + parent));
    }
    return id;
  }

  private int status(long id) {
    return store.get("/entities/" + id).statusCode();
  }

  private Path onDisk(JsonNode entity) {
    return server.home().resolve("media").resolve(entity.get("file_path").asText());
  }

  @Test
  @DisplayName("AC-H01, AC-H02 Into the trash and out of it")
  @Contract({"store.md 4.1 is_deleted", "store.md 4.4 in the trash", "store.md 4.7 restore"})
  void trash() {
    long id = photo(null).get("id").asLong();

    store.trash(id);
    assertThat(store.entity(id).get("is_deleted").asBoolean()).isTrue();
    store.patch(id, Map.of("is_deleted", "false"));
    assertThat(store.entity(id).get("is_deleted").asBoolean()).isFalse();
  }

  @Test
  @DisplayName("AC-H03 What is not in the trash cannot be deleted for good")
  @Contract({
    "store.md 3 #8",
    "store.md 4.7 hard delete",
    "store.md 13 precondition of hard delete"
  })
  void notInTrash() {
    long id = photo(null).get("id").asLong();

    HttpResponse<String> refused = store.delete("/entities/" + id);

    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(TestServer.json(refused).get("detail").asText())
        .contains("must be soft-deleted first");
    assertThat(status(id)).isEqualTo(200);
  }

  @Test
  @DisplayName("AC-H04, AC-H05, AC-H15 DELETE removes row, file and preview; a second one is 404")
  @Contract({
    "store.md 3 #8",
    "store.md 4.7 hard delete",
    "store.md 4.7 what goes",
    "store.md 8 thumbnail"
  })
  void delete() {
    JsonNode entity = photo(null);
    long id = entity.get("id").asLong();
    store.bytes("GET", "/entities/" + id + "/preview");
    store.trash(id);

    HttpResponse<String> answer = store.delete("/entities/" + id);

    assertThat(answer.statusCode()).isEqualTo(204);
    assertThat(answer.body()).isEmpty();
    assertThat(status(id)).isEqualTo(404);
    assertThat(onDisk(entity)).doesNotExist();
    assertThat(Path.of(onDisk(entity) + ".tb.png")).doesNotExist();
    assertThat(store.delete("/entities/" + id).statusCode()).isEqualTo(404);
  }

  @Test
  @DisplayName("AC-H06, AC-H07 A trashed collection goes with all that is in it, trashed or not")
  @Contract("store.md 4.7 collections")
  void tree() {
    long grandparent = collection(null);
    long parent = collection(grandparent);
    JsonNode leaf = photo(parent);
    long direct = photo(grandparent).get("id").asLong();
    store.trash(grandparent);

    assertThat(store.delete("/entities/" + grandparent).statusCode()).isEqualTo(204);

    assertThat(status(grandparent)).isEqualTo(404);
    assertThat(status(parent)).isEqualTo(404);
    assertThat(status(leaf.get("id").asLong())).isEqualTo(404);
    assertThat(status(direct)).isEqualTo(404);
    assertThat(onDisk(leaf)).doesNotExist();
  }

  @Test
  @DisplayName("AC-H08, AC-H09, AC-H10 What lies below the trash says so, and keeps its own flag")
  @Contract({"store.md 4.1 is_indirectly_deleted", "store.md 4.7 soft delete"})
  void below() {
    long grandparent = collection(null);
    long parent = collection(grandparent);
    JsonNode fresh = photo(parent);
    long leaf = fresh.get("id").asLong();
    assertThat(fresh.get("is_deleted").asBoolean()).isFalse();
    assertThat(fresh.get("is_indirectly_deleted").asBoolean()).isFalse();

    store.trash(grandparent);
    assertThat(store.entity(leaf).get("is_deleted").asBoolean()).isFalse();
    assertThat(store.entity(leaf).get("is_indirectly_deleted").asBoolean()).isTrue();

    store.patch(grandparent, Map.of("is_deleted", "false"));
    assertThat(store.entity(leaf).get("is_indirectly_deleted").asBoolean()).isFalse();
  }

  @Test
  @DisplayName("What lies below the trash can be deleted for good by itself")
  @Contract("store.md 4.7 below the trash")
  void deleteBelow() {
    long parent = collection(null);
    long leaf = photo(parent).get("id").asLong();
    store.trash(parent);

    assertThat(store.delete("/entities/" + leaf).statusCode()).isEqualTo(204);
    assertThat(status(parent)).isEqualTo(200);
  }

  @Test
  @DisplayName("AC-H19, D-01 A refused DELETE of a collection leaves its children")
  @Contract("store.md 4.7 collections")
  void refusedTree() {
    long parent = collection(null);
    JsonNode leaf = photo(parent);

    assertThat(store.delete("/entities/" + parent).statusCode()).isEqualTo(400);

    assertThat(status(leaf.get("id").asLong())).isEqualTo(200);
    assertThat(onDisk(leaf)).exists();
  }

  @Test
  @DisplayName("AC-H20, D-11 DELETE of what is not there is 404")
  @Contract("store.md 3 #8")
  void missing() {
    HttpResponse<String> answer = store.delete("/entities/987654321");

    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(TestServer.json(answer).get("detail").asText()).isEqualTo("Entity not found");
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "/entities/delete-all",
        "/entities/bulk-delete",
        "/entities/clear",
        "/system/delete-all-entities",
        "/admin/delete-all"
      })
  @DisplayName("AC-H13 There is no way to delete everything at once")
  void noWipe(String path) {
    assertThat(store.form("POST", path, Map.of()).statusCode()).isIn(404, 405);
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"/entities", "/entities/"})
  @DisplayName("AC-H14 DELETE of the list is 404 or 405")
  void noWipeOfTheList(String path) {
    assertThat(store.delete(path).statusCode()).isIn(404, 405);
  }

  @Test
  @DisplayName("AC-C25 Ids are never used again")
  @Contract({"store.md 4.1 id", "intelligence.md 5.1 id is never reused"})
  void ids() {
    long id = photo(null).get("id").asLong();
    store.trash(id);
    store.delete("/entities/" + id);

    assertThat(photo(null).get("id").asLong()).isGreaterThan(id);
  }

  // ---- versions

  private JsonNode versions(long id) {
    return store.json("/entities/" + id + "/versions");
  }

  @Test
  @DisplayName(
      "AC-G04, AC-G09, AC-G14, AC-Q03 Each change is one version, with what changed and when")
  @Contract({"store.md 4.8 list", "store.md 4.8 more fields", "store.md 4.8 operation_type"})
  void versions() {
    long id = store.collection("one");
    store.put(id, Map.of("is_collection", "true", "label", "two", "description", "d"));
    store.patch(id, Map.of("label", "three"));
    store.trash(id);

    JsonNode versions = versions(id);

    assertThat(versions).hasSize(4);
    assertThat(versions.findValues("version"))
        .extracting(JsonNode::asInt)
        .containsExactly(1, 2, 3, 4);
    assertThat(versions.findValues("operation_type"))
        .extracting(JsonNode::asText)
        .containsExactly("INSERT", "UPDATE", "UPDATE", "UPDATE");
    assertThat(versions.findValues("transaction_id")).allMatch(JsonNode::isIntegralNumber);
    assertThat(versions.findValues("timestamp")).allMatch(time -> time.asLong() > 0);
    assertThat(versions.get(0).get("changes")).isEmpty();
    assertThat(versions.get(1).get("changes").findValuesAsText("field"))
        .containsExactly("label", "description");
    assertThat(versions.get(2).get("changes").get(0).toString())
        .isEqualTo("{\"field\":\"label\",\"before\":\"two\",\"after\":\"three\"}");
    assertThat(versions.get(3).get("is_deleted").asBoolean()).isTrue();
    assertThat(store.json("/entities/" + id + "?version=1").get("label").asText()).isEqualTo("one");
    assertThat(store.json("/entities/" + id + "?version=2").get("label").asText()).isEqualTo("two");
  }

  @Test
  @DisplayName("AC-G02, AC-G03 Versions of a replaced file show each its own digest")
  void versionsOfFiles() {
    JsonNode first = photo(null);
    long id = first.get("id").asLong();
    byte[] second = Pictures.noise("jpg", 60, 40, SEEDS.incrementAndGet());
    JsonNode now =
        TestServer.json(
            store.put(
                id,
                new StoreClient.Multipart()
                    .fields(Map.of("is_collection", "false", "label", "second"))
                    .file("image", "s.jpg", second)));

    assertThat(store.json("/entities/" + id + "?version=1").get("md5")).isEqualTo(first.get("md5"));
    assertThat(store.json("/entities/" + id + "?version=2").get("md5")).isEqualTo(now.get("md5"));
    assertThat(store.entity(id).get("label").asText()).as("AC-G03").isEqualTo("second");
  }

  @Test
  @DisplayName("A version tells the request's id and the reason that came with it")
  void reason() {
    long id = store.collection("c");

    server.send(
        server
            .request(store.uri("/entities/" + id), null)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .header("X-Request-Id", "request-42")
            .header("X-Change-Reason", "spelling")
            .method("PATCH", java.net.http.HttpRequest.BodyPublishers.ofString("label=d"))
            .build());

    JsonNode version = versions(id).get(1);
    assertThat(version.get("request_id").asText()).isEqualTo("request-42");
    assertThat(version.get("reason").asText()).isEqualTo("spelling");
  }

  @Test
  @DisplayName("as_of shows an entity as it was at an instant, also one deleted for good since")
  void asOf() {
    long id = store.collection("then");
    long then = versions(id).get(0).get("timestamp").asLong();
    for (long last = then; last <= then; ) {
      store.patch(id, Map.of("label", "now"));
      JsonNode versions = versions(id);
      last = versions.get(versions.size() - 1).get("timestamp").asLong();
    }
    store.trash(id);
    store.delete("/entities/" + id);

    assertThat(store.json("/entities/" + id + "?as_of=" + then).get("label").asText())
        .isEqualTo("then");
    assertThat(store.get("/entities/" + id + "?as_of=" + (then - 1000)).statusCode())
        .isEqualTo(404);
    assertThat(store.get("/entities/" + id + "?as_of=" + then + "&version=1").statusCode())
        .isEqualTo(422);
  }

  @Test
  @DisplayName("AC-G06 A version that is not there is 404 and named")
  @Contract("store.md 4.4 version not found")
  void noVersion() {
    long id = store.collection("c");

    HttpResponse<String> answer = store.get("/entities/" + id + "?version=99");

    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(TestServer.json(answer).get("detail").asText())
        .isEqualTo("Entity " + id + " version 99 not found");
  }

  @Test
  @DisplayName(
      "AC-G16 The history of what was deleted for good stays; its last row keeps the label")
  @Contract({"store.md 4.7 history stays", "store.md 4.8 operation_type"})
  void historyStays() {
    long id = store.collection("remembered");
    store.trash(id);
    store.delete("/entities/" + id);

    JsonNode versions = versions(id);

    assertThat(versions).hasSize(3);
    assertThat(versions.get(2).get("operation_type").asText()).isEqualTo("DELETE");
    assertThat(versions.get(2).get("label").asText()).isEqualTo("remembered");
    assertThat(store.get("/entities/987654321/versions").statusCode()).isEqualTo(404);
  }

  // ---- restoring

  @Test
  @DisplayName("A version is restored with its names, place and file; history grows by one")
  @Contract("store.md 12 files of older versions")
  void restoreVersion() {
    byte[] first = Pictures.noise("jpg", 60, 40, SEEDS.incrementAndGet());
    byte[] second = Pictures.noise("jpg", 60, 40, SEEDS.incrementAndGet());
    long album = collection(null);
    long id =
        TestServer.json(
                store.upload(
                    first,
                    "first.jpg",
                    Map.of("is_collection", "false", "label", "one", "parent_id", "" + album)))
            .get("id")
            .asLong();
    store.put(
        id,
        new StoreClient.Multipart()
            .fields(Map.of("is_collection", "false", "label", "two"))
            .file("media_file", "second.jpg", second));

    HttpResponse<String> answer =
        store.form("POST", "/entities/" + id + "/restore?version=1", Map.of());

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    JsonNode restored = TestServer.json(answer);
    assertThat(restored.get("label").asText()).isEqualTo("one");
    assertThat(restored.get("parent_id").asLong()).isEqualTo(album);
    assertThat(restored.get("original_name").asText()).isEqualTo("first.jpg");
    assertThat(store.bytes("GET", "/entities/" + id + "/media").body()).isEqualTo(first);
    assertThat(versions(id)).hasSize(3);
    assertThat(versions(id).get(2).get("reason").asText()).isEqualTo("restored version 1");

    store.form("POST", "/entities/" + id + "/restore?version=2", Map.of());
    assertThat(store.bytes("GET", "/entities/" + id + "/media").body()).isEqualTo(second);
  }

  @Test
  @DisplayName("Restore without a version takes an entity out of the trash")
  void restoreFromTrash() {
    long id = photo(null).get("id").asLong();
    store.trash(id);

    HttpResponse<String> answer = store.form("POST", "/entities/" + id + "/restore", Map.of());

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(store.entity(id).get("is_deleted").asBoolean()).isFalse();
  }

  @Test
  @DisplayName("An entity cannot leave the trash while a live one has its content")
  void twin() {
    byte[] picture = Pictures.noise("jpg", 60, 40, SEEDS.incrementAndGet());
    long old = store.uploaded(picture, "a.jpg").get("id").asLong();
    long other = photo(null).get("id").asLong();
    byte[] replacement = Pictures.noise("jpg", 60, 40, SEEDS.incrementAndGet());
    store.put(
        old,
        new StoreClient.Multipart()
            .fields(Map.of("is_collection", "false", "label", "x"))
            .file("image", "b.jpg", replacement));
    store.put(
        other,
        new StoreClient.Multipart()
            .fields(Map.of("is_collection", "false", "label", "has the first content now"))
            .file("image", "a.jpg", picture));

    HttpResponse<String> answer =
        store.form("POST", "/entities/" + old + "/restore?version=1", Map.of());

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(409);
    assertThat(TestServer.json(answer).get("detail").asText()).contains("entity " + other);
    assertThat(store.bytes("GET", "/entities/" + old + "/media").body()).isEqualTo(replacement);
  }
}
