package dev.minsight.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.minsight.api.StoreClient.Multipart;
import dev.minsight.testing.Contract;
import dev.minsight.testing.OpenServer;
import dev.minsight.testing.Pictures;
import dev.minsight.testing.TestServer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** PUT and PATCH, store.md 4.6; parents, section 5; duplicates, section 6. */
class ChangesHttpTest {

  private static final AtomicLong SEEDS = new AtomicLong(System.nanoTime());

  private final TestServer server = OpenServer.shared();
  private final StoreClient store = new StoreClient(server);

  private static byte[] newPicture() {
    return Pictures.noise("jpg", 60, 40, SEEDS.incrementAndGet());
  }

  private static Multipart file(String label, String field, byte[] bytes) {
    return new Multipart()
        .fields(Map.of("is_collection", "false", "label", label, "description", "about " + label))
        .file(field, "new.jpg", bytes);
  }

  private static JsonNode ok(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return TestServer.json(answer);
  }

  private static void assertText(HttpResponse<String> answer, int status, String detail) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(TestServer.json(answer).get("detail").asText()).contains(detail);
  }

  private long photo() {
    return store.uploaded(newPicture(), "a.jpg").get("id").asLong();
  }

  /** The entity without what the pipeline finds out meanwhile. */
  private JsonNode row(long id) {
    ObjectNode entity = (ObjectNode) store.entity(id);
    return entity.without(List.of("intelligence_data", "cockpit_url", "business_key"));
  }

  private long versions(long id) {
    return store.json("/entities/" + id + "/versions").size();
  }

  private byte[] media(long id) {
    return store.bytes("GET", "/entities/" + id + "/media").body();
  }

  private Path onDisk(JsonNode entity) {
    return server.home().resolve("media").resolve(entity.get("file_path").asText());
  }

  // ---- PATCH

  @Test
  @DisplayName(
      "AC-F01, AC-F02, AC-F23 PATCH of the label leaves the description and touches the time")
  @Contract({
    "store.md 3 #7",
    "store.md 4.1 added_date, updated_date, create_date",
    "store.md 4.6 fields",
    "store.md 4.6 absent field",
    "store.md 4.6 body"
  })
  void patchLabel() {
    long id =
        TestServer.json(
                store.create(
                    Map.of("is_collection", "true", "label", "old", "description", "stays")))
            .get("id")
            .asLong();
    long before = store.entity(id).get("updated_date").asLong();

    JsonNode patched = ok(store.patch(id, Map.of("label", "new")));

    assertThat(patched.get("label").asText()).isEqualTo("new");
    assertThat(patched.get("description").asText()).isEqualTo("stays");
    assertThat(patched.get("updated_date").asLong()).isGreaterThan(before);
    assertThat(ok(store.patch(id, Map.of("label", "a", "description", "b"))))
        .isEqualTo(store.entity(id));
  }

  @Test
  @DisplayName("AC-F03, AC-F04 PATCH moves into a collection, and with an empty parent to the root")
  @Contract("store.md 4.6 empty string")
  void move() {
    long child = store.collection("child");
    long parent = store.collection("parent");

    assertThat(ok(store.patch(child, Map.of("parent_id", "" + parent))).get("parent_id").asLong())
        .isEqualTo(parent);
    assertThat(store.entity(parent).get("children_count").asInt()).isEqualTo(1);
    assertThat(ok(store.patch(child, Map.of("parent_id", ""))).get("parent_id").isNull()).isTrue();
  }

  @Test
  @DisplayName("AC-F07, AC-F08 An empty description is cleared and stays so")
  @Contract("store.md 4.6 empty string")
  void clear() {
    long id = photo();
    store.patch(id, Map.of("label", "kept", "description", "goes"));

    JsonNode cleared = ok(store.patch(id, Map.of("description", "")));

    assertThat(cleared.get("description").isNull()).isTrue();
    assertThat(cleared.get("label").asText()).isEqualTo("kept");
    assertThat(ok(store.patch(id, Map.of("label", "x"))).get("description").isNull()).isTrue();
  }

  @Test
  @DisplayName("AC-F09, D-36 An empty PATCH is accepted, changes nothing and leaves no version")
  @Contract({
    "store.md 1 unknown fields",
    "store.md 4.6 is_collection",
    "store.md 4.6 empty PATCH",
    "store.md 12 every PATCH"
  })
  void emptyPatch() {
    long id = photo();
    JsonNode before = row(id);

    ok(store.patch(id, Map.of()));
    ok(store.patch(id, Map.of("is_collection", "true", "unknown", "ignored")));

    assertThat(row(id)).isEqualTo(before);
    assertThat(versions(id)).isEqualTo(1);
  }

  @Test
  @DisplayName("AC-F10, D-35 is_deleted takes the contract's words; any other word is refused")
  @Contract({"store.md 3 #7", "store.md 4.6 is_deleted", "store.md 4.6 rows in the trash"})
  void words() {
    long id = photo();

    assertThat(ok(store.patch(id, Map.of("is_deleted", "YES"))).get("is_deleted").asBoolean())
        .isTrue();
    HttpResponse<String> typo = store.patch(id, Map.of("is_deleted", "ture"));

    assertThat(typo.statusCode()).isEqualTo(422);
    assertThat(store.entity(id).get("is_deleted").asBoolean()).isTrue();
    assertThat(ok(store.patch(id, Map.of("is_deleted", "0"))).get("is_deleted").asBoolean())
        .isFalse();
  }

  @Test
  @DisplayName("PATCH takes JSON, too: absent is kept, null is cleared")
  @Contract("store.md 4.6 body")
  void json() {
    long id = photo();
    store.patch(id, Map.of("label", "l", "description", "d"));

    HttpResponse<String> answer =
        server.send(
            server
                .request(store.uri("/entities/" + id), null)
                .header("Content-Type", "application/json")
                .method(
                    "PATCH",
                    java.net.http.HttpRequest.BodyPublishers.ofString(
                        "{\"description\":null,\"is_deleted\":true}"))
                .build());

    JsonNode patched = ok(answer);
    assertThat(patched.get("label").asText()).isEqualTo("l");
    assertThat(patched.get("description").isNull()).isTrue();
    assertThat(patched.get("is_deleted").asBoolean()).isTrue();
  }

  @ParameterizedTest(name = "body {0}")
  @ValueSource(strings = {"[1]", "{\"label\":{\"a\":1}}", "{", " ", "\"text\""})
  @DisplayName("JSON that is no object of single values is refused and changes nothing")
  @Contract("store.md 4.6 body")
  void badJson(String body) {
    long id = photo();
    JsonNode before = row(id);

    HttpResponse<String> answer =
        server.send(
            server
                .request(store.uri("/entities/" + id), null)
                .header("Content-Type", "application/json")
                .method("PATCH", java.net.http.HttpRequest.BodyPublishers.ofString(body))
                .build());

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
    assertThat(row(id)).isEqualTo(before);
  }

  // ---- parents

  @Test
  @DisplayName("AC-F05 A collection cannot move below itself")
  @Contract({
    "store.md 4.6 parent validation",
    "store.md 4.6 status of refusals",
    "store.md 5 no cycle",
    "store.md 5 status"
  })
  void circle() {
    long a = store.collection("a");
    long b = store.collection("b");
    ok(store.patch(b, Map.of("parent_id", "" + a)));

    assertText(store.patch(a, Map.of("parent_id", "" + b)), 422, "Circular hierarchy detected");
    assertText(store.patch(a, Map.of("parent_id", "" + a)), 422, "Circular hierarchy detected");
    assertThat(store.entity(a).get("parent_id").isNull()).isTrue();
  }

  private long chain(int levels) {
    long last = store.collection("1");
    for (int level = 2; level <= levels; level++) {
      last =
          TestServer.json(
                  store.create(
                      Map.of("is_collection", "true", "label", "" + level, "parent_id", "" + last)))
              .get("id")
              .asLong();
    }
    return last;
  }

  @Test
  @DisplayName("AC-F06 Ten levels are made, the eleventh is refused")
  @Contract("store.md 5 depth")
  void depth() {
    long tenth = chain(10);

    assertText(
        store.create(Map.of("is_collection", "true", "label", "11", "parent_id", "" + tenth)),
        422,
        "Maximum hierarchy depth exceeded. Max allowed depth is 10 levels.");
  }

  @Test
  @DisplayName("D-38 A moved tree must fit in with all below it")
  @Contract("store.md 5 moved subtree")
  void depthOfMovedTree() {
    long eighth = chain(8);
    long top = store.collection("top");
    long middle = store.collection("middle");
    long leaf = store.collection("leaf");
    ok(store.patch(leaf, Map.of("parent_id", "" + middle)));
    ok(store.patch(middle, Map.of("parent_id", "" + top)));

    assertText(
        store.patch(top, Map.of("parent_id", "" + eighth)),
        422,
        "Maximum hierarchy depth exceeded");
    ok(store.patch(middle, Map.of("parent_id", "" + eighth)));
  }

  @Test
  @DisplayName(
      "AC-F25, D-09, D-10 PUT without a file checks the parent, too, and then changes nothing")
  @Contract({
    "store.md 4.6 parent validation",
    "store.md 4.6 status of refusals",
    "store.md 5 parent exists",
    "store.md 5 status",
    "store.md 13 PUT errors"
  })
  void putParent() {
    long id = photo();
    long other = photo();
    long trashed = store.collection("trashed");
    store.trash(trashed);
    long collection = store.collection("c");
    JsonNode before = row(id);

    for (String parent : new String[] {"999999999", "" + other, "" + trashed}) {
      assertText(
          store.put(id, Map.of("is_collection", "false", "label", "changed", "parent_id", parent)),
          400,
          "Cannot set parent_id to " + parent);
    }
    assertText(
        store.put(
            collection,
            Map.of("is_collection", "true", "label", "x", "parent_id", "" + collection)),
        400,
        "Circular hierarchy detected");
    assertThat(row(id)).isEqualTo(before);
  }

  // ---- PUT

  @Test
  @DisplayName("AC-F12, AC-F19, AC-F24 PUT without a file changes the names and keeps the file")
  @Contract({
    "store.md 3 #6",
    "store.md 4.6 fields",
    "store.md 4.6 absent field",
    "store.md 4.6 file",
    "store.md 4.6 updated_date, updated_by"
  })
  void putNames() {
    long id = photo();
    JsonNode before = store.entity(id);

    JsonNode after =
        ok(store.put(id, Map.of("is_collection", "false", "label", "n", "description", "d")));

    assertThat(after.get("label").asText()).isEqualTo("n");
    assertThat(after.get("description").asText()).isEqualTo("d");
    assertThat(after.get("md5")).isEqualTo(before.get("md5"));
    assertThat(after.get("updated_date").asLong())
        .as("AC-F19")
        .isGreaterThan(before.get("updated_date").asLong());
    assertThat(
            ok(store.put(id, Map.of("is_collection", "false", "label", "n")))
                .get("description")
                .isNull())
        .as("what PUT does not send is emptied")
        .isTrue();
  }

  @Test
  @DisplayName("D-37 PUT takes an empty label as none; a missing one is refused")
  @Contract({
    "store.md 4.6 fields",
    "store.md 4.6 empty string",
    "store.md 4.6 PUT of an empty label"
  })
  void emptyLabel() {
    long id = photo();
    store.patch(id, Map.of("label", "old"));

    assertThat(
            ok(store.put(id, Map.of("is_collection", "false", "label", ""))).get("label").isNull())
        .isTrue();
    assertThat(store.put(id, Map.of("is_collection", "false")).statusCode()).isEqualTo(422);
  }

  @Test
  @DisplayName("AC-F11 PUT and PATCH of an entity that is not there are 404")
  @Contract({"store.md 3 #6", "store.md 3 #7", "store.md 4.6 not found"})
  void missing() {
    assertText(
        store.put(987654321, Map.of("is_collection", "false", "label", "x", "parent_id", "5")),
        404,
        "Entity not found");
    assertText(
        store.put(987654321, file("x", "media_file", newPicture())), 404, "Entity not found");
    assertText(store.patch(987654321, Map.of("label", "x")), 404, "Entity not found");
  }

  @Test
  @DisplayName("AC-F13, AC-F14 What is a file stays one, and a collection takes none")
  @Contract({
    "store.md 3 #6",
    "store.md 4.1 is_collection",
    "store.md 4.6 is_collection",
    "store.md 4.6 400 texts"
  })
  void kind() {
    long id = photo();
    long collection = store.collection("c");

    assertText(
        store.put(id, Map.of("is_collection", "true", "label", "x")),
        400,
        "Cannot change is_collection from False to True. is_collection is immutable after entity"
            + " creation.");
    for (String field : new String[] {"media_file", "image"}) {
      assertText(
          store.put(
              collection,
              new Multipart()
                  .fields(Map.of("is_collection", "true", "label", "x"))
                  .file(field, "a.jpg", newPicture())),
          400,
          "Media file should not be provided when is_collection is True");
    }
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"media_file", "image"})
  @DisplayName("AC-F15, AC-F16, AC-F17, AC-F26, D-60 PUT with a file replaces it")
  @Contract({
    "store.md 4.6 file",
    "store.md 4.6 PUT of image",
    "store.md 4.6 PUT of a file",
    "store.md 4.6 the file before",
    "store.md 12 files of older versions",
    "store.md 13 upload field"
  })
  void replaceFile(String field) {
    long id = photo();
    JsonNode before = store.entity(id);
    store.bytes("GET", "/entities/" + id + "/preview");
    byte[] picture = newPicture();

    JsonNode after = ok(store.put(id, file("second", field, picture)));

    assertThat(after.get("md5").asText()).hasSize(128).isNotEqualTo(before.get("md5").asText());
    assertThat(after.get("file_size").asLong()).isEqualTo(picture.length);
    assertThat(after.get("id").asLong()).isEqualTo(id);
    assertThat(after.get("label").asText()).isEqualTo("second");
    assertThat(after.get("description").asText()).isEqualTo("about second");
    for (String kept : new String[] {"create_date", "added_date", "added_by"}) {
      assertThat(after.get(kept)).as(kept).isEqualTo(before.get(kept));
    }
    assertThat(store.entity(id).get("md5")).isEqualTo(after.get("md5"));
    assertThat(media(id)).isEqualTo(picture);
    assertThat(onDisk(before)).doesNotExist();
    assertThat(Path.of(onDisk(before) + ".tb.png")).doesNotExist();
  }

  @Test
  @DisplayName("AC-F18 The preview follows the file")
  void previewFollows() {
    long id = photo();
    byte[] before = store.bytes("GET", "/entities/" + id + "/preview").body();

    ok(store.put(id, file("x", "media_file", newPicture())));
    HttpResponse<byte[]> after = store.bytes("GET", "/entities/" + id + "/preview");

    assertThat(after.statusCode()).isEqualTo(200);
    assertThat(after.body()).isNotEmpty().isNotEqualTo(before);
  }

  @Test
  @DisplayName("AC-D02 PUT of a content that another entity has is 409 and changes nothing")
  @Contract({
    "store.md 3 #6",
    "store.md 4.1 md5",
    "store.md 4.6 duplicate content",
    "store.md 4.6 409 text",
    "store.md 6 PUT of another's content",
    "store.md 6 PUT of trashed content",
    "store.md 13 PUT errors"
  })
  void putDuplicate() {
    byte[] second = newPicture();
    long first = photo();
    long other = store.uploaded(second, "b.jpg").get("id").asLong();
    JsonNode before = row(first);

    for (boolean trashed : new boolean[] {false, true}) {
      if (trashed) {
        store.trash(other);
      }
      assertText(
          store.put(first, file("x", "image", second)),
          409,
          "File content matches existing entity "
              + other
              + ". Update would create a duplicate across entities.");
    }
    assertThat(row(first)).isEqualTo(before);
    assertThat(media(other)).isEqualTo(second);
  }

  @Test
  @DisplayName("AC-D03, AC-D04, D-02 PUT of the entity's own file keeps it and takes the new label")
  @Contract({"store.md 4.6 the file before", "store.md 6 PUT of own content"})
  void putOwnFile() {
    byte[] picture = newPicture();
    JsonNode before = store.uploaded(picture, "a.jpg");
    long id = before.get("id").asLong();

    JsonNode after = ok(store.put(id, file("renamed", "media_file", picture)));

    assertThat(after.get("md5")).isEqualTo(before.get("md5"));
    assertThat(after.get("label").asText()).isEqualTo("renamed");
    assertThat(media(id)).isEqualTo(picture);
    assertThat(onDisk(after)).exists();
  }

  /** The same pixels with another comment segment: one content, two files. */
  private static byte[] withComment(byte[] jpeg, int letter) {
    byte[] segment = {(byte) 0xff, (byte) 0xfe, 0, 5, 'h', 'i', (byte) letter};
    byte[] out = Arrays.copyOf(jpeg, jpeg.length + segment.length);
    System.arraycopy(segment, 0, out, 2, segment.length);
    System.arraycopy(jpeg, 2, out, 2 + segment.length, jpeg.length - 2);
    return out;
  }

  @Test
  @DisplayName("PUT of the same pixels in other bytes keeps the content and stores the new bytes")
  @Contract("store.md 6 PUT of own content")
  void putSamePixels() {
    byte[] picture = newPicture();
    JsonNode before = store.uploaded(picture, "a.jpg");
    long id = before.get("id").asLong();

    for (int edit = 'a'; edit <= 'c'; edit++) {
      byte[] edited = withComment(picture, edit);
      JsonNode after = ok(store.put(id, file("x", "media_file", edited)));

      assertThat(after.get("md5")).isEqualTo(before.get("md5"));
      assertThat(media(id)).isEqualTo(edited);
    }
  }

  @Test
  @DisplayName("AC-D05, D-03 Content in the trash is a clear conflict, or comes back on request")
  @Contract({
    "store.md 4.7 soft delete",
    "store.md 6 POST of trashed content",
    "store.md 8 GET media"
  })
  void trashedContent() {
    byte[] picture = newPicture();
    long id = store.uploaded(picture, "a.jpg").get("id").asLong();
    store.trash(id);

    assertText(
        store.upload(picture, "b.jpg", Map.of("is_collection", "false")), 409, "entity " + id);
    assertThat(media(id)).isEqualTo(picture);
    HttpResponse<String> restored =
        store.upload(picture, "b.jpg", Map.of("is_collection", "false", "restore_deleted", "true"));

    assertThat(ok(restored).get("id").asLong()).isEqualTo(id);
    assertThat(store.entity(id).get("is_deleted").asBoolean()).isFalse();
  }

  @Test
  @DisplayName("A refused PUT leaves no file behind")
  void refusedPutLeavesNothing() throws IOException {
    long id = photo();
    long before = files();

    store.put(
        id,
        new Multipart()
            .fields(Map.of("is_collection", "false", "label", "x", "parent_id", "999999999"))
            .file("media_file", "a.jpg", newPicture()));
    store.put(
        id,
        new Multipart()
            .fields(Map.of("is_collection", "false", "label", "x"))
            .file("media_file", "a.jpg", new byte[0]));

    assertThat(files()).isEqualTo(before);
  }

  private long files() throws IOException {
    try (Stream<Path> files = Files.walk(server.home().resolve("media"))) {
      return files
          .filter(Files::isRegularFile)
          .filter(f -> !f.toString().contains("faces"))
          .count();
    }
  }

  // ---- If-Match

  @Test
  @DisplayName("If-Match: the tag of an earlier state is refused with 412, the present one passes")
  void ifMatch() {
    long id = photo();
    String old = store.get("/entities/" + id).headers().firstValue("ETag").orElseThrow();
    String now =
        store.patch(id, Map.of("label", "by another")).headers().firstValue("ETag").orElseThrow();

    assertThat(old).isNotEqualTo(now);
    HttpResponse<String> stale = patchIf(id, old);
    assertText(stale, 412, "was changed meanwhile");
    store.trash(id);
    HttpResponse<byte[]> refused = store.bytes("DELETE", "/entities/" + id, "If-Match", old);
    assertThat(refused.statusCode()).isEqualTo(412);
    now = store.get("/entities/" + id).headers().firstValue("ETag").orElseThrow();
    assertThat(patchIf(id, "W/" + now).statusCode()).as("weak").isEqualTo(412);
    assertThat(patchIf(id, "\"other\", " + now).statusCode()).isEqualTo(200);
    assertThat(patchIf(id, "*").statusCode()).isEqualTo(200);
  }

  private HttpResponse<String> patchIf(long id, String tag) {
    return server.send(
        server
            .request(store.uri("/entities/" + id), null)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .header("If-Match", tag)
            .method("PATCH", java.net.http.HttpRequest.BodyPublishers.ofString("label=mine"))
            .build());
  }

  // ---- lookup

  @Test
  @DisplayName("AC-E24, AC-E25 Lookup by content, never in the trash; 400 without a question")
  @Contract({
    "store.md 3 #3",
    "store.md 4.3 md5",
    "store.md 4.3 md5 wins",
    "store.md 4.3 never from the trash",
    "store.md 4.3 neither given",
    "store.md 4.3 none found",
    "store.md 4.3 before /entities/{id}"
  })
  void lookup() {
    JsonNode entity = store.uploaded(newPicture(), "a.jpg");
    String md5 = entity.get("md5").asText();

    assertThat(store.json("/entities/lookup?md5=" + md5).get("id")).isEqualTo(entity.get("id"));
    assertThat(store.json("/entities/lookup?md5=" + md5 + "&label=nothing").get("id"))
        .as("md5 wins")
        .isEqualTo(entity.get("id"));
    store.trash(entity.get("id").asLong());
    assertText(store.get("/entities/lookup?md5=" + md5), 404, "No matching entity found");
    assertText(store.get("/entities/lookup"), 400, "Must provide either md5 or label parameter");
    assertText(store.get("/entities/lookup?md5="), 400, "Must provide either md5 or label");
  }

  @Test
  @DisplayName("D-34 Of collections with one label lookup takes the newest, or the one in a parent")
  @Contract({"store.md 4.3 label", "store.md 4.3 several found"})
  void lookupLabel() {
    String label = "shared label " + SEEDS.incrementAndGet();
    long first = store.collection(label);
    long parent = store.collection("parent");
    long second = store.collection(label);
    ok(store.patch(second, Map.of("parent_id", "" + parent)));
    String query = "/entities/lookup?label=" + label.replace(' ', '+');

    assertThat(store.json(query).get("id").asLong()).isEqualTo(second);
    assertThat(store.json(query + "&parent_id=0").get("id").asLong()).isEqualTo(first);
    assertThat(store.json(query + "&parent_id=" + parent).get("id").asLong()).isEqualTo(second);
  }
}
