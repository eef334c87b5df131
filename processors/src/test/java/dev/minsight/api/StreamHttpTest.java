package dev.minsight.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.minsight.testing.Contract;
import dev.minsight.testing.OpenServer;
import dev.minsight.testing.Pictures;
import dev.minsight.testing.TestServer;
import dev.minsight.testing.Videos;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.util.FileSystemUtils;

/** Streams of videos, made for whoever asks: store.md section 8. */
class StreamHttpTest {

  private static final Duration LONG = Duration.ofMinutes(2);
  private static final String PLAYLIST = "application/vnd.apple.mpegurl";

  private final TestServer server = OpenServer.shared();
  private final StoreClient store = new StoreClient(server);

  private long video(int seconds) {
    return store.uploaded(Videos.bytes(64, 48, seconds), "v.mp4").get("id").asLong();
  }

  private static String stream(long id) {
    return "/entities/" + id + "/stream";
  }

  private static String manifest(long id) {
    return stream(id) + "/adaptive.m3u8";
  }

  private Path folder(long id) {
    return server.home().resolve("media/streams/video/mp4/media_" + id);
  }

  private HttpResponse<String> ask(long id) {
    return store.get(manifest(id));
  }

  private String awaitStream(long id) {
    await().atMost(LONG).until(() -> ask(id).statusCode() == 200);
    return ask(id).body();
  }

  private void awaitEnd(long id) {
    await().atMost(LONG).until(() -> Files.exists(folder(id).resolve("adaptive-orig.m3u8")));
    await().atMost(LONG).until(() -> jobs(id, "AND status = 'completed'") > 0);
  }

  private int jobs(long id, String more) {
    return server
        .bean(JdbcClient.class)
        .sql("SELECT COUNT(*) FROM jobs WHERE params LIKE :folder " + more)
        .param("folder", "%/media_" + id + "\"%")
        .query(Integer.class)
        .single();
  }

  private static String type(HttpResponse<?> answer) {
    return answer.headers().firstValue("Content-Type").orElse("");
  }

  private static List<String> uris(String playlist) {
    return playlist.lines().filter(line -> !line.startsWith("#") && !line.isBlank()).toList();
  }

  private void assertFailed(long id, String reason) {
    HttpResponse<String> answer = ask(id);
    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.body()).isEqualTo("{\"detail\":\"hls_failed\"}");
    JsonNode problem =
        TestServer.json(
            server.send(
                server
                    .request(store.uri(manifest(id)), null)
                    .header("Accept", "application/problem+json")
                    .build()));
    assertThat(problem.get("detail").asText()).isEqualTo("hls_failed");
    assertThat(problem.get("reason").asText()).contains(reason);
  }

  @Test
  @DisplayName("AC-J06, D-18, D-77 The first who asks gets 202, whoever waits the manifest")
  @Contract({"store.md 3 #12", "store.md 8 GET stream manifest"})
  void firstAndLater() {
    long id = video(2);

    HttpResponse<String> first = ask(id);
    assertThat(first.statusCode()).isEqualTo(202);
    assertThat(first.body()).isEqualTo("{\"detail\":\"hls_generating\"}");
    assertThat(first.headers().firstValue("Retry-After")).isPresent();
    HttpResponse<String> waited = store.get(manifest(id) + "?wait=true");

    assertThat(waited.statusCode()).isEqualTo(200);
    assertThat(type(waited)).isEqualTo(PLAYLIST);
    assertThat(waited.body()).startsWith("#EXTM3U");
  }

  @Test
  @DisplayName("A player finds every variant and segment that the manifest leads to")
  @Contract({"store.md 3 #13", "store.md 8 HLS", "store.md 8 GET stream file"})
  void asPlayed() {
    long id = video(5);
    List<String> variants = uris(awaitStream(id));
    awaitEnd(id);

    assertThat(variants).containsExactly("adaptive-720p-3500.m3u8", "adaptive-480p-1500.m3u8");
    for (String variant : variants) {
      HttpResponse<String> playlist = store.get(stream(id) + "/" + variant);
      assertThat(type(playlist)).isEqualTo(PLAYLIST);
      assertThat(playlist.body()).contains("#EXT-X-ENDLIST");
      assertThat(uris(playlist.body())).hasSize(3);
      for (String segment : uris(playlist.body())) {
        HttpResponse<byte[]> bytes = store.bytes("GET", stream(id) + "/" + segment);
        assertThat(bytes.statusCode()).isEqualTo(200);
        assertThat(type(bytes)).isEqualTo("video/mp2t");
        assertThat(bytes.body()[0]).as("sync byte of ISO 13818-1").isEqualTo((byte) 0x47);
      }
    }
  }

  @Test
  @DisplayName("A stream can be played while it is still being made")
  void whileItGrows() {
    long id = store.uploaded(Videos.bytes(320, 240, 90), "long.mp4").get("id").asLong();

    String manifest = awaitStream(id);

    assertThat(jobs(id, "AND status = 'processing'")).isEqualTo(1);
    for (String variant : uris(manifest)) {
      String playlist = store.get(stream(id) + "/" + variant).body();
      assertThat(playlist).contains("#EXT-X-PLAYLIST-TYPE:EVENT");
      assertThat(store.bytes("GET", stream(id) + "/" + uris(playlist).get(0)).statusCode())
          .isEqualTo(200);
    }
    store.delete(stream(id));
  }

  @Test
  @DisplayName("D-63 However many ask, a video is encoded once")
  void once() throws Exception {
    long id = video(1);
    ExecutorService threads = Executors.newFixedThreadPool(8);
    List<Callable<HttpResponse<String>>> calls = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      calls.add(() -> store.get(manifest(id) + "?wait=true"));
    }

    for (Future<HttpResponse<String>> call : threads.invokeAll(calls)) {
      assertThat(call.get().statusCode()).isEqualTo(200);
    }
    threads.shutdown();

    awaitEnd(id);
    assertThat(jobs(id, "")).isEqualTo(1);
  }

  @Test
  @DisplayName("D-19 What is no video, or is not there, is 404 hls_failed with the reason")
  @Contract({"store.md 3 #12", "store.md 8 GET stream manifest"})
  void noVideo() {
    assertFailed(
        store
            .uploaded(Pictures.noise("png", 40, 30, System.nanoTime()), "a.png")
            .get("id")
            .asLong(),
        "is no video but image/png");
    assertFailed(store.collection("c"), "is a collection");
    assertFailed(987654321, "there is no entity 987654321");
    assertThat(store.bytes("HEAD", manifest(987654321)).statusCode()).isEqualTo(404);
  }

  @Test
  @DisplayName("D-65 A video that cannot be encoded ends as 404 hls_failed, until DELETE")
  @Contract({"store.md 8 GET stream manifest"})
  void failed() {
    byte[] whole = Videos.bytes(64, 48, 5);
    byte[] cut = Arrays.copyOf(whole, whole.length / 2);
    long id = store.uploaded(cut, "cut.mp4").get("id").asLong();
    assertThat(store.entity(id).get("type").asText()).isEqualTo("video");

    await().atMost(LONG).until(() -> ask(id).statusCode() == 404);

    assertFailed(id, "ffmpeg cannot read the file");
    assertThat(folder(id))
        .satisfiesAnyOf(
            folder -> assertThat(folder).doesNotExist(),
            folder -> assertThat(folder).isEmptyDirectory());
    assertThat(store.delete(stream(id)).statusCode()).isEqualTo(204);
    assertThat(ask(id).statusCode()).isEqualTo(202);
  }

  @Test
  @DisplayName("A manifest that is gone from disk is made again")
  void madeAgain() {
    long id = video(1);
    awaitStream(id);
    awaitEnd(id);
    FileSystemUtils.deleteRecursively(folder(id).toFile());

    assertThat(ask(id).statusCode()).isEqualTo(202);

    awaitStream(id);
    awaitEnd(id);
    assertThat(jobs(id, "")).isEqualTo(2);
  }

  @Test
  @DisplayName(
      "AC-J07, D-14 DELETE: the stream is gone, the entity is not, and it can be made anew")
  @Contract({"store.md 3 #14", "store.md 8 DELETE stream"})
  void delete() {
    long id = video(1);
    awaitStream(id);
    awaitEnd(id);

    assertThat(store.delete(stream(id)).statusCode()).isEqualTo(204);

    assertThat(folder(id)).doesNotExist();
    assertThat(store.entity(id).get("id").asLong()).isEqualTo(id);
    assertThat(store.get("/intelligence/entities/" + id).statusCode()).isEqualTo(200);
    assertThat(store.get(stream(id) + "/adaptive-480p-1500.m3u8").statusCode()).isEqualTo(404);
    assertThat(store.delete(stream(id)).statusCode()).isEqualTo(204);
    assertThat(store.delete("/entities/987654321/stream").statusCode()).isEqualTo(404);
    assertThat(ask(id).statusCode()).isEqualTo(202);
    awaitStream(id);
  }

  @Test
  @DisplayName("AC-J07 DELETE in the middle of the work ends it and leaves nothing")
  @Contract({"store.md 8 DELETE stream"})
  void deleteInWork() {
    long id = store.uploaded(Videos.bytes(320, 240, 120), "long.mp4").get("id").asLong();
    awaitStream(id);

    assertThat(store.delete(stream(id)).statusCode()).isEqualTo(204);

    assertThat(folder(id)).doesNotExist();
    assertThat(jobs(id, "")).isZero();
    awaitNoEncoder(id);
    assertThat(folder(id)).doesNotExist();
  }

  /** The worker has to notice that its job is gone. */
  private void awaitNoEncoder(long id) {
    String video = store.entity(id).get("file_path").asText();
    await()
        .atMost(LONG)
        .until(
            () ->
                ProcessHandle.current()
                    .descendants()
                    .noneMatch(child -> child.info().commandLine().orElse("").contains(video)));
  }

  @Test
  @DisplayName("D-17 A replaced video loses its stream; the next is of the new content")
  @Contract("pipeline.md 8 Do image replaced")
  void replaced() {
    long id = video(1);
    awaitStream(id);
    awaitEnd(id);
    byte[] longer = Videos.bytes(64, 48, 5);

    assertThat(
            store
                .put(
                    id,
                    new StoreClient.Multipart()
                        .fields(Map.of("is_collection", "false", "label", "longer"))
                        .file("media_file", "v.mp4", longer))
                .statusCode())
        .isEqualTo(200);

    assertThat(folder(id)).doesNotExist();
    assertThat(ask(id).statusCode()).isEqualTo(202);
    awaitStream(id);
    awaitEnd(id);
    assertThat(uris(store.get(stream(id) + "/adaptive-480p-1500.m3u8").body())).hasSize(3);
  }

  @Test
  @DisplayName("D-17 A video deleted for good while its stream is made leaves neither")
  @Contract("pipeline.md 8 Do hard delete")
  void removed() {
    long id = store.uploaded(Videos.bytes(320, 240, 120), "long.mp4").get("id").asLong();
    awaitStream(id);
    store.trash(id);

    assertThat(store.delete("/entities/" + id).statusCode()).isEqualTo(204);

    assertThat(folder(id)).doesNotExist();
    assertThat(jobs(id, "")).isZero();
    assertFailed(id, "there is no entity");
  }

  @Test
  @DisplayName("AC-J08, D-70 Files of a stream are served by plain names only")
  @Contract({"store.md 3 #13", "store.md 8 GET stream file"})
  void names() {
    long id = video(1);
    awaitStream(id);

    assertThat(store.get(stream(id) + "/none.ts").statusCode()).isEqualTo(404);
    assertThat(store.get(stream(id) + "/..%5Cx").statusCode()).isIn(400, 404);
    assertThat(store.get(stream(id) + "/%2e%2e").statusCode()).isIn(400, 404);
    assertThat(store.get("/entities/" + store.collection("c") + "/stream/x.ts").statusCode())
        .isEqualTo(400);
    assertThat(store.get("/stream/" + id + "/adaptive.m3u8").statusCode())
        .as("the old address")
        .isEqualTo(200);
  }

  @Test
  @DisplayName("AC-B31 With guest mode off a player with a link token gets playlists that carry it")
  void withToken() throws IOException {
    TestServer closed = TestServer.shared();
    String admin = closed.adminToken();
    guestMode(closed, false);
    try {
      Path file = Videos.silent(closed.home().resolve("tokens.mp4"), 64, 48, 1);
      HttpResponse<String> uploaded =
          closed.multipart(
              "POST",
              closed.store("/entities"),
              admin,
              Map.of("is_collection", "false"),
              "media_file",
              file);
      long id = TestServer.json(uploaded).get("id").asLong();
      assertThat(closed.get(closed.store(manifest(id)), null).statusCode()).isEqualTo(401);
      await()
          .atMost(LONG)
          .until(() -> closed.get(closed.store(manifest(id)), admin).statusCode() == 200);
      HttpResponse<String> link =
          closed.form("POST", closed.auth("/auth/link-token"), admin, Map.of());
      String query = "?token=" + TestServer.json(link).get("token").asText();

      String uri = "adaptive.m3u8" + query;
      for (String expected : List.of(PLAYLIST, PLAYLIST, "video/mp2t")) {
        HttpResponse<byte[]> answer = new StoreClient(closed).bytes("GET", stream(id) + "/" + uri);
        assertThat(answer.statusCode()).as(uri).isEqualTo(200);
        assertThat(type(answer)).isEqualTo(expected);
        assertThat(uri).endsWith(query);
        if (expected.equals(PLAYLIST)) {
          uri = uris(new String(answer.body(), StandardCharsets.UTF_8)).get(0);
        }
      }
      assertThat(closed.get(closed.store(manifest(id)), admin).body())
          .as("with a header")
          .doesNotContain("token=");
    } finally {
      guestMode(closed, true);
    }
  }

  private static void guestMode(TestServer server, boolean on) {
    server.form(
        "PUT",
        server.store("/admin/pref/guest-mode"),
        server.adminToken(),
        Map.of("guest_mode", Boolean.toString(on)));
  }
}
