package dev.minsight.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.minsight.api.StoreClient.Multipart;
import dev.minsight.testing.Contract;
import dev.minsight.testing.OpenServer;
import dev.minsight.testing.Pictures;
import dev.minsight.testing.TestServer;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows of store.md that no other test is about. */
class StoreRowsTest {

  private static final AtomicLong SEEDS = new AtomicLong(System.nanoTime());
  private static final Map<String, String> FILE = Map.of("is_collection", "false");

  private final TestServer server = OpenServer.shared();
  private final StoreClient store = new StoreClient(server);

  private static byte[] picture(int width, int height) {
    return Pictures.noise("png", width, height, SEEDS.incrementAndGet());
  }

  private JsonNode uploaded(byte[] bytes, long parent) {
    return TestServer.json(
        store.upload(bytes, "a.png", Map.of("is_collection", "false", "parent_id", "" + parent)));
  }

  private List<String> ids(String query) {
    return store.json("/entities?" + query).get("items").findValuesAsText("id");
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "/entities/",
        "/entities/{id}/",
        "/entities/{id}/versions/",
        "/entities/lookup/?label={label}",
        "/admin/pref/",
        "/system/audit/",
        "/m_insight/status/",
        "/intelligence/known-persons/"
      })
  @DisplayName("A slash at the end of a path changes nothing: no redirect, the same answer")
  @Contract("store.md 1 trailing slash")
  void trailingSlash(String path) {
    String label = "slash" + SEEDS.incrementAndGet();
    long id = store.collection(label);

    HttpResponse<String> answer =
        store.get(path.replace("{id}", "" + id).replace("{label}", label));

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  @ParameterizedTest(name = "{0} is {1}")
  @CsvSource({
    "true, true", "1, true", "ON, true", "Yes, true", "t, true", "Y, true",
    "False, false", "0, false", "off, false", "NO, false", "F, false", "n, false"
  })
  @DisplayName("Booleans in forms and queries: twelve words in any case, everything else is 422")
  @Contract("store.md 1 booleans")
  void booleans(String word, boolean meant) {
    long parent = store.collection("booleans");
    store.create(
        Map.of("is_collection", "true", "label", "inner", "parent_id", Long.toString(parent)));

    HttpResponse<String> made = store.create(Map.of("is_collection", word, "label", "b"));
    String list = "parent_id=" + parent + "&is_collection=";

    assertThat(made.statusCode()).isEqualTo(meant ? 201 : 422);
    assertThat(ids(list + word)).hasSize(meant ? 1 : 0);
    assertThat(store.get("/entities?" + list + word + "x").statusCode()).isEqualTo(422);
    assertThat(store.create(Map.of("is_collection", word + "x")).body()).contains("bool_parsing");
  }

  @Test
  @DisplayName("An empty value counts as not sent; of a required field as missing")
  @Contract({"store.md 1 empty string", "store.md 4.5 label, description"})
  void emptyValues() {
    JsonNode made =
        TestServer.json(
            store.create(
                Map.of("is_collection", "true", "label", "", "description", "", "parent_id", "")));
    JsonNode list = store.json("/entities?page=&page_size=&parent_id=&is_collection=&version=");

    assertThat(made.get("label").isNull()).isTrue();
    assertThat(made.get("description").isNull()).isTrue();
    assertThat(made.get("parent_id").isNull()).isTrue();
    assertThat(list.at("/pagination/page").asInt()).isEqualTo(1);
    assertThat(list.at("/pagination/page_size").asInt()).isEqualTo(20);
    HttpResponse<String> missing =
        store.put(made.get("id").asLong(), Map.of("is_collection", "", "label", "x"));
    assertThat(missing.statusCode()).isEqualTo(422);
    assertThat(missing.body()).contains("\"missing\"", "is_collection");
  }

  @Test
  @DisplayName("What was sent is checked before it is looked up: 422 before 404")
  @Contract("store.md 1 order of checks")
  void checkedBeforeLookedUp() {
    assertThat(store.patch(987654321, Map.of("is_deleted", "perhaps")).statusCode()).isEqualTo(422);
    assertThat(store.put(987654321, Map.of("label", "x")).statusCode()).isEqualTo(422);
    assertThat(store.get("/entities/987654321?version=x").statusCode()).isEqualTo(422);
    assertThat(store.get("/entities/987654321/preview?force=x").statusCode()).isEqualTo(422);
  }

  @Test
  @DisplayName("Without accounts any token is ignored, and nobody is noted")
  @Contract({"store.md 2 no-auth ignores tokens", "store.md 4.1 added_by, updated_by"})
  void nobody() {
    JsonNode made =
        TestServer.json(
            server.form(
                "POST",
                store.uri("/entities"),
                server.token("42", "media_store_write"),
                Map.of("is_collection", "true")));
    JsonNode changed = TestServer.json(store.patch(made.get("id").asLong(), Map.of("label", "x")));

    assertThat(made.get("added_by").isNull()).isTrue();
    assertThat(changed.get("updated_by").isNull()).isTrue();
  }

  @Test
  @DisplayName("What is new has one time and one author; it is not in the trash")
  @Contract({
    "store.md 1 times",
    "store.md 4.1 added_date, updated_date, create_date",
    "store.md 4.5 dates and authors"
  })
  void stamps() {
    TestServer accounts = TestServer.shared();
    JsonNode made =
        TestServer.json(
            accounts.form(
                "POST",
                accounts.store("/entities"),
                accounts.token("42", "media_store_write"),
                Map.of("is_collection", "true")));

    assertThat(made.get("added_date").isIntegralNumber()).isTrue();
    assertThat(made.get("updated_date")).isEqualTo(made.get("added_date"));
    assertThat(made.get("create_date")).isEqualTo(made.get("added_date"));
    assertThat(made.get("added_by").asText()).isEqualTo("42");
    assertThat(made.get("updated_by").asText()).isEqualTo("42");
    assertThat(made.get("is_deleted").isBoolean()).isTrue();
    assertThat(made.get("is_deleted").asBoolean()).isFalse();
  }

  @Test
  @DisplayName("create_date is when the picture was taken, in the server's time zone")
  @Contract("store.md 7 date is used")
  void dateOfPicture() {
    byte[] jpeg =
        Pictures.withDates(
            Pictures.noise("jpg", 20, 20, SEEDS.incrementAndGet()),
            Map.of(36867, "2008:05:30 15:56:01"));

    JsonNode entity = store.uploaded(jpeg, "a.jpg");

    assertThat(entity.get("create_date").asLong())
        .isEqualTo(
            LocalDateTime.of(2008, 5, 30, 15, 56, 1)
                .atZone(ZoneId.systemDefault())
                .toInstant()
                .toEpochMilli());
    assertThat(entity.get("added_date").asLong()).isGreaterThan(entity.get("create_date").asLong());
  }

  @Test
  @DisplayName("A collection has every field; those of a file are null")
  @Contract({"store.md 1 nulls", "store.md 4.1 file_size, height, width"})
  void nulls() {
    long id = store.collection("nulls");

    for (String field :
        List.of(
            "file_size",
            "height",
            "width",
            "duration",
            "mime_type",
            "type",
            "extension",
            "md5",
            "file_path",
            "description",
            "parent_id",
            "added_by",
            "updated_by")) {
      assertThat(store.entity(id).has(field)).as(field).isTrue();
      assertThat(store.entity(id).get(field).isNull()).as(field).isTrue();
    }
  }

  @Test
  @DisplayName("children_count is right in the answer of every call, for the present tree")
  @Contract({"store.md 4.1 children_count", "store.md 4.4 children_count"})
  void childrenCount() {
    String label = "counted" + SEEDS.incrementAndGet();
    long id = store.collection(label);
    uploaded(picture(8, 8), id);
    store.trash(uploaded(picture(8, 8), id).get("id").asLong());

    for (JsonNode answer :
        List.of(
            TestServer.json(store.patch(id, Map.of("description", "x"))),
            TestServer.json(store.put(id, Map.of("is_collection", "true", "label", label))),
            store.json("/entities/lookup?label=" + label),
            store.json("/entities?search_query=" + label).get("items").get(0),
            store.json("/entities/" + id + "?version=1"),
            store.entity(id))) {
      assertThat(answer.get("id").asLong()).isEqualTo(id);
      assertThat(answer.get("children_count").asInt()).as("%s", answer).isEqualTo(1);
    }
  }

  @Test
  @DisplayName("intelligence_data is in the answer for one entity, and in lists when asked for")
  @Contract("store.md 4.1 intelligence_data")
  void intelligenceData() {
    long parent = store.collection("seen");
    long id = uploaded(picture(64, 48), parent).get("id").asLong();
    await()
        .atMost(Duration.ofMinutes(2))
        .until(
            () ->
                store
                    .entity(id)
                    .at("/intelligence_data/overall_status")
                    .asText()
                    .equals("completed"));

    JsonNode plain = store.json("/entities?parent_id=" + parent).get("items").get(0);
    JsonNode full =
        store.json("/entities?include_intelligence=true&parent_id=" + parent).get("items").get(0);

    assertThat(plain.has("intelligence_data")).isTrue();
    assertThat(plain.get("intelligence_data").isNull()).isTrue();
    assertThat(full.get("intelligence_data")).isEqualTo(store.json("/intelligence/entities/" + id));
  }

  @Test
  @DisplayName("md5, mime_type, type, width and height find what is exactly so, together by AND")
  @Contract({"store.md 4.2 md5, mime_type, type, width, height", "store.md 4.2 all by AND"})
  void exactFilters() {
    long parent = store.collection("exact");
    JsonNode wide = uploaded(picture(31, 17), parent);
    JsonNode high = uploaded(picture(17, 31), parent);
    JsonNode text =
        uploaded(("note " + SEEDS.incrementAndGet()).getBytes(StandardCharsets.UTF_8), parent);
    String in = "parent_id=" + parent + "&";

    assertThat(ids(in + "width=31")).containsExactly(wide.get("id").asText());
    assertThat(ids(in + "height=31")).containsExactly(high.get("id").asText());
    assertThat(ids(in + "width=31&height=31")).isEmpty();
    assertThat(ids(in + "type=text")).containsExactly(text.get("id").asText());
    assertThat(ids(in + "mime_type=image/png"))
        .containsExactly(high.get("id").asText(), wide.get("id").asText());
    assertThat(ids(in + "md5=" + high.get("md5").asText()))
        .containsExactly(high.get("id").asText());
    assertThat(ids(in + "md5=" + high.get("md5").asText() + "&width=31")).isEmpty();
    assertThat(ids(in + "type=imag")).isEmpty();
  }

  @Test
  @DisplayName("A content is found by the digest of its picture and by the SHA-256 of its bytes")
  @Contract({"store.md 4.3 md5", "store.md 7 lookup by either digest"})
  void bothDigests() throws NoSuchAlgorithmException {
    byte[] bytes = picture(12, 12);
    JsonNode entity = store.uploaded(bytes, "a.png");
    String sha256 = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));

    assertThat(sha256).isNotEqualTo(entity.get("md5").asText());
    for (String digest : List.of(sha256, entity.get("md5").asText())) {
      assertThat(store.json("/entities/lookup?md5=" + digest).get("id"))
          .isEqualTo(entity.get("id"));
    }
  }

  @Test
  @DisplayName("PUT works on what is in the trash and leaves it there, whatever is_deleted says")
  @Contract({
    "store.md 4.6 is_deleted",
    "store.md 4.6 rows in the trash",
    "store.md 4.6 PUT of a file"
  })
  void putInTrash() {
    long id = store.uploaded(picture(20, 10), "a.png").get("id").asLong();
    store.trash(id);

    JsonNode renamed =
        TestServer.json(
            store.put(id, Map.of("is_collection", "false", "label", "new", "is_deleted", "false")));
    JsonNode replaced =
        TestServer.json(
            store.put(
                id,
                new Multipart()
                    .fields(Map.of("is_collection", "false", "label", "newer"))
                    .file("media_file", "b.png", picture(10, 20))));

    assertThat(renamed.get("label").asText()).isEqualTo("new");
    assertThat(renamed.get("is_deleted").asBoolean()).isTrue();
    assertThat(replaced.get("width").asInt()).isEqualTo(10);
    assertThat(replaced.get("is_deleted").asBoolean()).isTrue();
  }

  @Test
  @DisplayName("PUT needs is_collection; a parent that is no number is 422 in PUT and PATCH")
  @Contract({"store.md 4.6 fields", "store.md 4.6 parent validation"})
  void fieldsOfChanges() {
    long id = store.collection("c");

    HttpResponse<String> missing = store.put(id, Map.of("label", "x"));
    assertThat(missing.statusCode()).isEqualTo(422);
    assertThat(TestServer.json(missing).at("/detail/0/loc/1").asText()).isEqualTo("is_collection");
    for (HttpResponse<String> answer :
        List.of(
            store.patch(id, Map.of("parent_id", "abc")),
            store.put(id, Map.of("is_collection", "true", "label", "x", "parent_id", "abc")))) {
      assertThat(answer.statusCode()).isEqualTo(422);
      assertThat(TestServer.json(answer).at("/detail/0/type").asText()).isEqualTo("int_parsing");
    }
  }

  @Test
  @DisplayName("AC-I07 Pixels that cannot be read: 201, known by its bytes, without a preview")
  @Contract({"store.md 4.5 hash or tool fails", "store.md 4.5 preview fails"})
  void damagedPicture() {
    byte[] broken = Arrays.copyOf(picture(30, 30), 60);
    HttpResponse<String> answer = store.upload(broken, "a.png", FILE);
    JsonNode entity = TestServer.json(answer);

    assertThat(answer.statusCode()).isEqualTo(201);
    assertThat(entity.get("mime_type").asText()).isEqualTo("image/png");
    assertThat(entity.get("md5").asText()).matches("[0-9a-f]{128}");
    assertThat(store.upload(broken, "again.png", FILE).statusCode()).isEqualTo(200);
    String path = "/entities/" + entity.get("id").asLong();
    assertThat(store.get(path + "/preview").statusCode()).isEqualTo(404);
    assertThat(store.bytes("GET", path + "/media").body()).isEqualTo(broken);
  }

  @Test
  @DisplayName("A download without a name of its own is called by digest and extension, with a dot")
  @Contract({"store.md 8 GET media", "store.md 8 GET preview"})
  void nameOfDownload() {
    JsonNode entity = store.uploaded(picture(14, 14), "..");
    HttpResponse<byte[]> answer =
        store.bytes("GET", "/entities/" + entity.get("id").asLong() + "/media");
    HttpResponse<byte[]> preview =
        store.bytes("GET", "/entities/" + entity.get("id").asLong() + "/preview");

    assertThat(entity.get("original_name").isNull()).isTrue();
    assertThat(answer.headers().firstValue("Content-Disposition").orElse(""))
        .contains("filename=\"" + entity.get("md5").asText() + ".png\"");
    assertThat(preview.headers().firstValue("Content-Disposition").orElse(""))
        .contains("filename=\"" + entity.get("md5").asText() + ".tb.png\"");
  }

  @Test
  @DisplayName("A manifest that nobody can ever play is hls_failed; other files are not found")
  @Contract({
    "store.md 3 #12",
    "store.md 3 #13",
    "store.md 8 GET stream manifest",
    "store.md 8 GET stream file"
  })
  void noManifest() {
    long collection = store.collection("no video");
    long text =
        store
            .uploaded(("text " + SEEDS.incrementAndGet()).getBytes(StandardCharsets.UTF_8), "a.txt")
            .get("id")
            .asLong();

    assertDetail("/entities/" + collection + "/stream/adaptive.m3u8", 404, "hls_failed");
    assertDetail("/entities/987654321/stream/adaptive.m3u8", 404, "hls_failed");
    assertDetail("/entities/" + text + "/stream/adaptive.m3u8", 404, "hls_failed");
    assertDetail("/entities/" + text + "/stream/a.ts", 404, "Stream file not found");
    assertDetail("/entities/" + text + "/stream/a%5Cb.ts", 400, null);
    assertDetail("/entities/" + text + "/stream/.hidden", 400, "Invalid filename");
    assertDetail("/entities/" + collection + "/stream/a.ts", 400, "Entity is a collection");
  }

  private void assertDetail(String path, int status, String detail) {
    HttpResponse<String> answer = store.get(path);
    assertThat(answer.statusCode()).as(path).isEqualTo(status);
    if (detail != null) {
      assertThat(TestServer.json(answer).get("detail").asText()).as(path).isEqualTo(detail);
    }
  }

  @Test
  @DisplayName(
      "The status of mInsight is an object of the contract's five fields and our one, never null")
  @Contract({"mqtt.md 5 admins only", "store.md 3 #20", "store.md 9 GET /m_insight/status"})
  void status() {
    JsonNode status = store.json("/m_insight/status");

    assertThat(status.fieldNames())
        .toIterable()
        .containsExactly(
            "status", "timestamp", "version_start", "version_end", "processed_count", "process_id");
    assertThat(status.get("status").asText()).isIn("unknown", "running", "idle", "offline");
    assertThat(status.get("timestamp").asLong()).isPositive();
  }

  @Test
  @DisplayName("The compute routes of older stores belong to compute and ask for its permission")
  @Contract({"store.md 3 alias /compute", "store.md 13 compute routes on the store"})
  void computeRoutes() {
    TestServer accounts = TestServer.shared();
    URI jobs = accounts.store("/compute/jobs/00000000-0000-4000-8000-000000000000");

    HttpResponse<String> answer = accounts.get(jobs, accounts.token("7", "media_store_write"));

    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(answer.body()).contains("Required: ai_inference_support");
  }
}
