package dev.minsight.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.minsight.testing.Contract;
import dev.minsight.testing.OpenServer;
import dev.minsight.testing.Pictures;
import dev.minsight.testing.TestServer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The aliases of store.md section 3: each does what the path of today does. */
class AliasesTest {

  private final TestServer server = OpenServer.shared();
  private final StoreClient store = new StoreClient(server);

  @ParameterizedTest
  @CsvSource({
    "/entity, /entities",
    "/entity/7, /entities/7",
    "/entity/7/versions, /entities/7/versions",
    "/download/7, /entities/7/media",
    "/preview/7, /entities/7/preview",
    "/stream/7/adaptive.m3u8, /entities/7/stream/adaptive.m3u8",
    "/admin/config, /admin/pref",
    "/admin/config/guest-mode, /admin/pref/guest-mode",
    "/admin/config/read-auth, /admin/config/read-auth",
    "/entityx, /entityx",
    "/download/7/8, /download/7/8",
    "/entities/7, /entities/7"
  })
  @DisplayName("Paths of older clients become today's, others stay")
  @Contract({
    "store.md 3 alias /admin/config",
    "store.md 3 alias /entity",
    "store.md 3 alias /download, /preview, /stream",
    "store.md 13 paths"
  })
  void today(String asked, String meant) {
    assertThat(Aliases.today(asked)).isEqualTo(meant);
  }

  @Test
  @DisplayName(
      "/entity makes, lists, reads, changes and deletes, with and without a slash behind it")
  @Contract({"store.md 3 alias /entity", "store.md 13 paths"})
  void entity() {
    HttpResponse<String> made =
        store.form("POST", "/entity/", Map.of("is_collection", "true", "label", "by alias"));
    assertThat(made.statusCode()).isEqualTo(201);
    String path = "/entity/" + TestServer.json(made).get("id").asLong();

    assertThat(store.json("/entity/?search_query=by%20alias").at("/items/0/label").asText())
        .isEqualTo("by alias");
    assertThat(store.json(path).get("label").asText()).isEqualTo("by alias");
    assertThat(store.json(path + "/versions")).hasSize(1);
    assertThat(
            store
                .form("PUT", path, Map.of("is_collection", "true", "label", "renamed"))
                .statusCode())
        .isEqualTo(200);
    assertThat(store.form("PATCH", path, Map.of("is_deleted", "true")).statusCode()).isEqualTo(200);
    assertThat(store.delete(path).statusCode()).isEqualTo(204);
    assertThat(store.get(path).statusCode()).isEqualTo(404);
  }

  @Test
  @DisplayName("/download, /preview and /stream serve the files of an entity")
  @Contract({"store.md 3 alias /download, /preview, /stream", "store.md 8 HLS"})
  void files() throws IOException {
    byte[] picture = Pictures.noise("png", 31, 17, System.nanoTime());
    JsonNode entity = store.uploaded(picture, "alias.png");
    long id = entity.get("id").asLong();
    Path streams = server.home().resolve("media/streams/image/png/media_" + id);
    Files.createDirectories(streams);
    Files.writeString(streams.resolve("adaptive-480p-1500-000.ts"), "a segment");

    assertThat(store.bytes("GET", "/download/" + id).body()).isEqualTo(picture);
    assertThat(store.bytes("GET", "/download/" + id, "Range", "bytes=0-3").statusCode())
        .isEqualTo(206);
    assertThat(store.bytes("GET", "/preview/" + id).headers().firstValue("Content-Type"))
        .hasValue("image/png");
    assertThat(store.get("/stream/" + id + "/adaptive-480p-1500-000.ts").body())
        .isEqualTo("a segment");
    assertThat(store.get("/stream/" + id + "/adaptive.m3u8").body()).contains("hls_failed");
  }

  @Test
  @DisplayName("/admin/config shows and chooses guest mode")
  @Contract({"store.md 3 alias /admin/config", "store.md 13 preference route"})
  void config() {
    assertThat(store.json("/admin/config").has("guest_mode")).isTrue();
    assertThat(store.json("/admin/config/guest-mode").has("guest_mode")).isTrue();
    assertThat(
            store
                .form("PUT", "/admin/config/guest-mode", Map.of("guest_mode", "true"))
                .statusCode())
        .isEqualTo(200);
  }

  @Test
  @DisplayName("An alias asks for the permission of what it stands for")
  void permissions() {
    TestServer locked = TestServer.shared();

    assertThat(locked.form("POST", locked.store("/entity"), null, Map.of()).statusCode())
        .isEqualTo(401);
    assertThat(locked.delete(locked.store("/entity/7"), locked.token("7")).statusCode())
        .isEqualTo(403);
    assertThat(locked.get(locked.store("/admin/config"), null).statusCode()).isEqualTo(401);
  }
}
