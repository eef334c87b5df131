package dev.minsight.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.minsight.api.StoreClient.Multipart;
import dev.minsight.people.Persons;
import dev.minsight.testing.Contract;
import dev.minsight.testing.OpenServer;
import dev.minsight.testing.Pictures;
import dev.minsight.testing.TestServer;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What leaves a version and what does not; store.md section 12. */
class VersioningRulesTest {

  private static final AtomicLong SEEDS = new AtomicLong(System.nanoTime());

  private final TestServer server = OpenServer.shared();
  private final StoreClient store = new StoreClient(server);
  private final JdbcClient jdbc = server.bean(JdbcClient.class);

  private static byte[] picture() {
    return Pictures.noise("jpg", 50, 40, SEEDS.incrementAndGet());
  }

  private static Multipart file(byte[] bytes) {
    return new Multipart()
        .fields(Map.of("is_collection", "false", "label", "other"))
        .file("media_file", "b.jpg", bytes);
  }

  private static void ok(HttpResponse<?> answer) {
    assertThat(answer.statusCode()).isBetween(200, 299);
  }

  private JsonNode versions(long id) {
    return store.json("/entities/" + id + "/versions");
  }

  private List<String> operations(long id) {
    return versions(id).findValuesAsText("operation_type");
  }

  private long allVersions() {
    return jdbc.sql("SELECT COUNT(*) FROM entities_version").query(Long.class).single();
  }

  @Test
  @DisplayName("POST is version 1; each PUT and each PATCH that says something adds one")
  @Contract({
    "store.md 4.7 restore",
    "store.md 12 POST",
    "store.md 12 every PUT",
    "store.md 12 every PATCH"
  })
  void changes() {
    long id = store.uploaded(picture(), "a.jpg").get("id").asLong();
    assertThat(operations(id)).containsExactly("INSERT");

    Map<String, String> names = Map.of("is_collection", "false", "label", "x");
    ok(store.put(id, names));
    ok(store.put(id, names));
    assertThat(versions(id)).as("each PUT, also one that repeats the last").hasSize(3);
    ok(store.put(id, file(picture())));
    assertThat(versions(id)).as("with a file").hasSize(4);
    ok(store.patch(id, Map.of("description", "d")));
    assertThat(versions(id)).hasSize(5);
    store.trash(id);
    ok(store.patch(id, Map.of("is_deleted", "false")));
    assertThat(versions(id)).as("into the trash and out of it").hasSize(7);
    assertThat(versions(id).findValues("is_deleted"))
        .extracting(JsonNode::asBoolean)
        .containsExactly(false, false, false, false, false, true, false);
  }

  @Test
  @DisplayName("DELETE adds the state as last seen; what lay below has its DELETE and nothing else")
  @Contract({"store.md 4.7 collections", "store.md 12 hard delete"})
  void deletions() {
    long parent = store.collection("parent");
    long child =
        TestServer.json(
                store.create(
                    Map.of("is_collection", "true", "label", "c", "parent_id", "" + parent)))
            .get("id")
            .asLong();
    store.trash(parent);
    ok(store.delete("/entities/" + parent));

    assertThat(operations(parent)).containsExactly("INSERT", "UPDATE", "DELETE");
    assertThat(operations(child)).containsExactly("INSERT", "DELETE");
    assertThat(versions(child).get(1).get("label").asText()).isEqualTo("c");
    assertThat(versions(child).get(1).get("transaction_id"))
        .as("one transaction")
        .isEqualTo(versions(parent).get(2).get("transaction_id"));
  }

  @Test
  @DisplayName("Reading leaves no version, however it is done")
  @Contract("store.md 12 not reading")
  void reading() {
    long id = store.uploaded(picture(), "a.jpg").get("id").asLong();
    long before = allVersions();

    for (String path :
        List.of(
            "",
            "?version=1",
            "/versions",
            "/media",
            "/preview",
            "/preview?force=1",
            "/stream/adaptive.m3u8")) {
      store.bytes("GET", "/entities/" + id + path);
    }
    store.get("/entities?version=1");
    store.get("/entities/lookup?md5=" + store.entity(id).get("md5").asText());

    assertThat(allVersions()).isEqualTo(before);
  }

  @Test
  @DisplayName("Known content, refused requests and preferences leave no version")
  @Contract({
    "store.md 6 POST of live content",
    "store.md 12 not a duplicate POST",
    "store.md 12 not a failed request",
    "store.md 12 not guest mode"
  })
  void nothingHappened() {
    byte[] bytes = picture();
    long id = store.uploaded(bytes, "a.jpg").get("id").asLong();
    long before = allVersions();

    assertThat(store.upload(bytes, "b.jpg", Map.of("is_collection", "false")).statusCode())
        .isEqualTo(200);
    Map<String, String> nowhere =
        Map.of("is_collection", "false", "label", "x", "parent_id", "987654321");
    assertThat(store.put(id, nowhere).statusCode()).isEqualTo(400);
    assertThat(store.create(nowhere).statusCode()).isEqualTo(422);
    assertThat(store.patch(id, Map.of("parent_id", "" + id)).statusCode()).isEqualTo(422);
    assertThat(store.delete("/entities/" + id).statusCode()).isEqualTo(400);
    ok(store.form("PUT", "/admin/pref/guest-mode", Map.of("guest_mode", "true")));

    assertThat(allVersions()).isEqualTo(before);
  }

  @Test
  @DisplayName("A version holds every stored field as it was")
  @Contract({"store.md 4.6 PUT of a file", "store.md 12 all columns"})
  void allFields() {
    long album = store.collection("album");
    JsonNode first =
        TestServer.json(
            store.upload(
                picture(),
                "first.jpg",
                Map.of(
                    "is_collection", "false",
                    "label", "l",
                    "description", "d",
                    "parent_id", "" + album)));
    long id = first.get("id").asLong();
    ok(
        store.put(
            id,
            new Multipart()
                .fields(Map.of("is_collection", "false", "label", "other"))
                .file(
                    "image", "second.png", Pictures.noise("png", 9, 7, SEEDS.incrementAndGet()))));
    store.trash(id);

    assertThat(stored(store.json("/entities/" + id + "?version=1"))).isEqualTo(stored(first));
    assertThat(stored(store.entity(id)).properties())
        .as("all of these differ")
        .filteredOn(field -> !field.getValue().equals(first.get(field.getKey())))
        .extracting(Map.Entry::getKey)
        .contains(
            "label",
            "description",
            "parent_id",
            "updated_date",
            "file_size",
            "height",
            "width",
            "mime_type",
            "extension",
            "md5",
            "file_path",
            "is_deleted",
            "original_name");
  }

  /** Without what is not stored with the row but found out for each answer. */
  private static ObjectNode stored(JsonNode entity) {
    ObjectNode row = entity.deepCopy();
    return row.without(
        List.of(
            "children_count",
            "is_indirectly_deleted",
            "intelligence_data",
            "cockpit_url",
            "business_key"));
  }

  @Test
  @DisplayName("Transactions are numbered for all entities together, ordinals for each by itself")
  @Contract({"store.md 12 ordinals", "store.md 12 transaction ids"})
  void numbers() {
    long one = store.collection("one");
    long two = store.collection("two");
    store.patch(one, Map.of("label", "one again"));
    store.patch(two, Map.of("label", "two again"));

    List<Long> transactions =
        List.of(
            versions(one).get(0).get("transaction_id").asLong(),
            versions(two).get(0).get("transaction_id").asLong(),
            versions(one).get(1).get("transaction_id").asLong(),
            versions(two).get(1).get("transaction_id").asLong());
    assertThat(transactions).isSorted().doesNotHaveDuplicates();
    assertThat(versions(two).findValuesAsText("version")).containsExactly("1", "2");
  }

  @Test
  @DisplayName("Persons have a history of their own, numbered with that of the entities")
  @Contract("store.md 12 known person")
  void persons() {
    Persons persons = server.bean(Persons.class);
    long before = lastTransaction(store.collection("before"));
    long person =
        Objects.requireNonNull(
            new TransactionTemplate(server.bean(PlatformTransactionManager.class))
                .execute(tx -> persons.create()));
    long between = lastTransaction(store.collection("between"));
    persons.rename(person, "Ada");
    long after = lastTransaction(store.collection("after"));

    try {
      List<Map<String, Object>> history =
          jdbc.sql("SELECT * FROM known_persons_version WHERE id = :id ORDER BY transaction_id")
              .param("id", person)
              .query()
              .listOfRows();
      assertThat(history).hasSize(2);
      assertThat(history.get(0).get("name")).isNull();
      assertThat(number(history.get(0), "operation_type")).isZero();
      assertThat(number(history.get(0), "transaction_id")).isBetween(before, between);
      assertThat(history.get(1).get("name")).isEqualTo("Ada");
      assertThat(number(history.get(1), "operation_type")).isEqualTo(1);
      assertThat(number(history.get(1), "transaction_id")).isBetween(between, after);
    } finally {
      jdbc.sql("DELETE FROM known_persons WHERE id = :id").param("id", person).update();
    }
  }

  private long lastTransaction(long id) {
    return versions(id).get(0).get("transaction_id").asLong();
  }

  private static long number(Map<String, Object> row, String column) {
    return ((Number) row.get(column)).longValue();
  }
}
