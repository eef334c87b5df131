package dev.minsight.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.minsight.sdk.ApiException;
import dev.minsight.sdk.MinsightClient;
import dev.minsight.sdk.ServerUrls;
import dev.minsight.testing.Contract;
import dev.minsight.testing.OpenServer;
import dev.minsight.testing.Pictures;
import dev.minsight.testing.TestServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Acceptance cases of the store that no other test is about. */
class StoreCasesTest {

  private static final AtomicLong SEEDS = new AtomicLong(System.nanoTime());

  private final TestServer server = OpenServer.shared();
  private final StoreClient store = new StoreClient(server);

  private static byte[] picture() {
    return Pictures.noise("jpg", 64, 48, SEEDS.incrementAndGet());
  }

  @Test
  @DisplayName("AC-A04, AC-A05 The home folder is used, and made where it is missing")
  @Contract({"auth.md 1 required env", "store.md 8 media root", "store.md 11 CL_SERVER_DIR"})
  void home() {
    assertThat(server.home().resolve("media")).isDirectory();
    assertThat(server.home().resolve("keys/public_key.pem")).exists();
  }

  @Test
  @DisplayName("AC-A08, AC-A11 The database file lies in the home, with WAL and foreign keys")
  @Contract({
    "auth.md 1 DB",
    "compute.md 1 migrate command",
    "compute.md 1 DB",
    "store.md 8 database",
    "store.md 11 database",
    "store.md 13 database name"
  })
  void database() {
    JdbcClient jdbc = server.bean(JdbcClient.class);
    Path file = server.home().resolve("db/minsight.db");
    Assumptions.assumeTrue(Files.exists(file), "skipped: not about SQLite here");

    assertThat(jdbc.sql("PRAGMA journal_mode").query(String.class).single()).isEqualTo("wal");
    assertThat(jdbc.sql("PRAGMA foreign_keys").query(Integer.class).single()).isEqualTo(1);
    assertThat(jdbc.sql("PRAGMA synchronous").query(Integer.class).single()).isEqualTo(1);
    assertThat(jdbc.sql("PRAGMA busy_timeout").query(Integer.class).single()).isEqualTo(10_000);
  }

  @Test
  @DisplayName("AC-A13, AC-A14 Ten creates and then ten reads all succeed")
  void noLeak() {
    List<Long> ids = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      ids.add(store.collection("leak " + i));
    }
    for (long id : ids) {
      assertThat(store.get("/entities/" + id).statusCode()).isEqualTo(200);
    }
  }

  @Test
  @DisplayName("AC-C06, AC-C07, AC-C08, AC-C11, AC-C12, AC-C13 What an upload answers")
  @Contract({
    "store.md 1 times",
    "store.md 1 durations and sizes",
    "store.md 4.1 added_date, updated_date, create_date",
    "store.md 4.5 media without a parent"
  })
  void upload() {
    byte[] bytes = picture();
    long before = System.currentTimeMillis();

    HttpResponse<String> answer =
        store.upload(bytes, "photo.jpg", Map.of("is_collection", "false", "label", "l"));

    JsonNode entity = TestServer.json(answer);
    assertThat(answer.statusCode()).isEqualTo(201);
    assertThat(entity.get("file_size").asLong()).isEqualTo(bytes.length);
    assertThat(entity.get("width").asInt()).isEqualTo(64);
    assertThat(entity.get("height").asInt()).isEqualTo(48);
    assertThat(entity.get("mime_type").asText()).isEqualTo("image/jpeg");
    assertThat(entity.get("type").asText()).isEqualTo("image");
    assertThat(entity.get("extension").asText()).isEqualTo("jpg");
    assertThat(entity.get("md5").asText()).matches("[0-9a-f]{128}");
    assertThat(entity.get("parent_id").isNull()).isTrue();
    assertThat(entity.get("added_date").asLong()).isBetween(before, System.currentTimeMillis());
    assertThat(entity.get("create_date").asLong()).isPositive();
  }

  @Test
  @DisplayName(
      "AC-C09, AC-C24 Many and large pictures, one after the other: ids and digests differ")
  void many() {
    HashSet<String> ids = new HashSet<>();
    HashSet<String> digests = new HashSet<>();
    for (int i = 0; i < 12; i++) {
      int width = i < 3 ? 2400 : 40;
      JsonNode entity =
          store.uploaded(Pictures.noise("jpg", width, 40, SEEDS.incrementAndGet()), "m" + i);
      ids.add(entity.get("id").asText());
      digests.add(entity.get("md5").asText());
      assertThat(store.entity(entity.get("id").asLong()).get("md5")).isEqualTo(entity.get("md5"));
    }
    assertThat(ids).hasSize(12);
    assertThat(digests).hasSize(12);
  }

  @Test
  @DisplayName("AC-C21 A collection with a description comes back with both")
  void describedCollection() {
    JsonNode entity =
        TestServer.json(
            store.create(Map.of("is_collection", "true", "label", "l", "description", "d")));

    assertThat(entity.get("label").asText()).isEqualTo("l");
    assertThat(entity.get("description").asText()).isEqualTo("d");
    assertThat(entity.get("is_collection").asBoolean()).isTrue();
  }

  @Test
  @DisplayName("AC-E03, AC-H17, AC-H18 Deleted, an entity is not found; a second time is an error")
  @Contract("store.md 4.7 SDK delete_entity")
  void deletedForGood() {
    MinsightClient client =
        MinsightClient.builder()
            .servers(
                new ServerUrls(
                    server.auth(""),
                    server.store(""),
                    server.compute(""),
                    URI.create("mqtt://127.0.0.1:" + server.settings().mqtt().port())))
            .build();
    long id = store.uploaded(picture(), "d.jpg").get("id").asLong();
    store.trash(id);

    assertThat(store.delete("/entities/" + id).statusCode()).isEqualTo(204);

    assertThatThrownBy(() -> client.store().get(id))
        .isInstanceOf(ApiException.NotFound.class)
        .hasMessageContaining("Not Found");
    assertThat(store.patch(id, Map.of("is_deleted", "true")).statusCode()).isEqualTo(404);
    assertThat(store.delete("/entities/" + id).statusCode()).isEqualTo(404);
  }

  @Test
  @DisplayName("AC-F20, AC-F21, AC-F22 updated_by is who changed it last, added_by who brought it")
  @Contract({"store.md 4.1 added_by, updated_by", "store.md 4.6 updated_date, updated_by"})
  void whoChanged() {
    TestServer accounts = TestServer.shared();
    String ada = accounts.token("ada", "media_store_write");
    String bob = accounts.token("bob", "media_store_write");
    JsonNode made =
        TestServer.json(
            accounts.form(
                "POST", accounts.store("/entities"), ada, Map.of("is_collection", "true")));
    URI uri = accounts.store("/entities/" + made.get("id").asLong());

    JsonNode put =
        TestServer.json(
            accounts.form("PUT", uri, bob, Map.of("is_collection", "true", "label", "x")));
    JsonNode patched = TestServer.json(accounts.form("PATCH", uri, ada, Map.of("label", "y")));

    assertThat(made.get("added_by").asText()).isEqualTo("ada");
    assertThat(put.get("updated_by").asText()).isEqualTo("bob");
    assertThat(put.get("added_by").asText()).isEqualTo("ada");
    assertThat(patched.get("updated_by").asText()).isEqualTo("ada");
    assertThat(patched.get("added_by").asText()).isEqualTo("ada");
    JsonNode versions =
        TestServer.json(accounts.get(URI.create(uri + "/versions"), accounts.adminToken()));
    assertThat(versions.findValuesAsText("actor")).containsExactly("ada", "bob", "ada");
  }

  @Test
  @DisplayName("AC-G07 Both versions of a collection keep their labels")
  @Contract("store.md 4.4 version")
  void versionsOfCollection() {
    long id = store.collection("first");
    store.patch(id, Map.of("label", "second"));

    assertThat(store.json("/entities/" + id + "?version=1").get("label").asText())
        .isEqualTo("first");
    assertThat(store.json("/entities/" + id + "?version=2").get("label").asText())
        .isEqualTo("second");
  }

  @Test
  @DisplayName("AC-G15 Changes after a transaction, one entity each, show its last state")
  void changesAfter() {
    long id = store.collection("0");
    JsonNode first = store.json("/entities/" + id + "/versions").get(0);
    for (int i = 1; i <= 3; i++) {
      store.patch(id, Map.of("label", "" + i));
    }

    List<String> changed =
        server
            .bean(JdbcClient.class)
            .sql(
                """
                SELECT DISTINCT e.label FROM entities_version v JOIN entities e ON e.id = v.id
                WHERE v.id = :id AND v.transaction_id > :after""")
            .param("id", id)
            .param("after", first.get("transaction_id").asLong())
            .query(String.class)
            .list();

    assertThat(changed).containsExactly("3");
  }

  @Test
  @DisplayName("AC-H16 An entity whose file is gone can be deleted")
  void fileGone() throws IOException {
    JsonNode entity = store.uploaded(picture(), "gone.jpg");
    long id = entity.get("id").asLong();
    Files.delete(server.home().resolve("media").resolve(entity.get("file_path").asText()));
    store.trash(id);

    assertThat(store.delete("/entities/" + id).statusCode()).isEqualTo(204);
  }

  @Test
  @DisplayName("AC-I02, AC-I03, AC-I05 The extension comes from the bytes, with one dot")
  @Contract("store.md 4.1 extension")
  void extension() {
    JsonNode entity = store.uploaded(picture(), "named.PNG");
    JsonNode unknown = store.uploaded(new byte[] {0, 1, (byte) SEEDS.incrementAndGet(), 7}, "x.");

    assertThat(entity.get("file_path").asText()).endsWith(entity.get("md5").asText() + ".jpg");
    assertThat(unknown.get("type").asText()).isEqualTo("file");
    assertThat(unknown.get("mime_type").asText()).isEqualTo("application/octet-stream");
    assertThat(unknown.get("file_path").asText())
        .endsWith(unknown.get("md5").asText() + "." + unknown.get("extension").asText());
  }

  @Test
  @DisplayName("AC-P04, AC-P05 Audit and clearing are for admins")
  @Contract({"store.md 3 #18", "store.md 3 #19"})
  void housekeepingIsForAdmins() {
    TestServer accounts = TestServer.shared();
    String writer = accounts.token("writer", "media_store_read", "media_store_write");

    assertThat(accounts.get(accounts.store("/system/audit"), accounts.adminToken()).statusCode())
        .isEqualTo(200);
    assertThat(accounts.get(accounts.store("/system/audit"), writer).statusCode()).isEqualTo(403);
    assertThat(
            accounts
                .form("POST", accounts.store("/system/clear-orphans"), writer, Map.of())
                .statusCode())
        .isEqualTo(403);
  }
}
