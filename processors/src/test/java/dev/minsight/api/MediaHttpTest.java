package dev.minsight.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.minsight.testing.Contract;
import dev.minsight.testing.OpenServer;
import dev.minsight.testing.Pictures;
import dev.minsight.testing.TestServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class MediaHttpTest {

  private static final AtomicLong SEEDS = new AtomicLong(System.nanoTime());

  private final TestServer server = OpenServer.shared();
  private final StoreClient store = new StoreClient(server);
  private final byte[] picture = Pictures.noise("png", 400, 300, SEEDS.incrementAndGet());
  private final JsonNode entity = store.uploaded(picture, "Straße, 海 \"1\".png");
  private final String media = "/entities/" + entity.get("id") + "/media";
  private final String preview = "/entities/" + entity.get("id") + "/preview";

  private static String header(HttpResponse<?> answer, String name) {
    return answer.headers().firstValue(name).orElse(null);
  }

  @Test
  @DisplayName("AC-J01 The original comes back byte by byte, as an attachment with its own name")
  @Contract({
    "store.md 3 #10",
    "store.md 8 original filename",
    "store.md 8 GET media",
    "store.md 13 original filename"
  })
  void whole() {
    HttpResponse<byte[]> answer = store.bytes("GET", media);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo(picture);
    assertThat(header(answer, "Content-Type")).isEqualTo("image/png");
    assertThat(header(answer, "Content-Length")).isEqualTo("" + picture.length);
    assertThat(header(answer, "Accept-Ranges")).isEqualTo("bytes");
    assertThat(header(answer, "X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(header(answer, "Content-Disposition"))
        .startsWith("attachment; filename=\"Stra_e, _ ")
        .contains("filename*=UTF-8''Stra%C3%9Fe%2C%20%E6%B5%B7");
  }

  @Test
  @DisplayName("AC-J09 A range is 206 with the slice, one beyond the end 416 with the size")
  @Contract({"store.md 3 #10", "store.md 8 GET media"})
  void ranges() {
    HttpResponse<byte[]> part = store.bytes("GET", media, "Range", "bytes=10-19");
    assertThat(part.statusCode()).isEqualTo(206);
    assertThat(part.body()).isEqualTo(Arrays.copyOfRange(picture, 10, 20));
    assertThat(header(part, "Content-Range")).isEqualTo("bytes 10-19/" + picture.length);
    assertThat(header(part, "Content-Length")).isEqualTo("10");

    HttpResponse<byte[]> end = store.bytes("GET", media, "Range", "bytes=-5");
    assertThat(end.body())
        .isEqualTo(Arrays.copyOfRange(picture, picture.length - 5, picture.length));

    HttpResponse<byte[]> beyond = store.bytes("GET", media, "Range", "bytes=99999999-");
    assertThat(beyond.statusCode()).isEqualTo(416);
    assertThat(header(beyond, "Content-Range")).isEqualTo("bytes */" + picture.length);
    assertThat(new String(beyond.body(), StandardCharsets.UTF_8)).startsWith("{\"detail\":");
  }

  @Test
  @DisplayName(
      "A client that has the bytes gets 304; If-Range asks for the rest of the same bytes only")
  @Contract("store.md 8 GET media")
  void validators() {
    HttpResponse<byte[]> first = store.bytes("GET", media);
    String etag = header(first, "ETag");

    HttpResponse<byte[]> same = store.bytes("GET", media, "If-None-Match", "\"x\", W/" + etag);
    assertThat(same.statusCode()).isEqualTo(304);
    assertThat(same.body()).isEmpty();
    assertThat(header(same, "ETag")).isEqualTo(etag);
    assertThat(store.bytes("GET", media, "If-None-Match", "\"other\"").statusCode()).isEqualTo(200);
    String modified = header(first, "Last-Modified");
    assertThat(store.bytes("GET", media, "If-Modified-Since", modified).statusCode())
        .isEqualTo(304);
    assertThat(store.bytes("GET", media, "If-Modified-Since", "yesterday").statusCode())
        .isEqualTo(200);

    assertThat(store.bytes("GET", media, "Range", "bytes=0-0", "If-Range", etag).statusCode())
        .isEqualTo(206);
    assertThat(store.bytes("GET", media, "Range", "bytes=0-0", "If-Range", "\"old\"").statusCode())
        .isEqualTo(200);
  }

  @Test
  @DisplayName("HEAD tells size and validators without the bytes")
  void head() {
    HttpResponse<byte[]> answer = store.bytes("HEAD", media, "Range", "bytes=0-9");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEmpty();
    assertThat(header(answer, "Content-Length")).isEqualTo("" + picture.length);
    assertThat(header(answer, "ETag")).isEqualTo(header(store.bytes("GET", media), "ETag"));
    assertThat(store.bytes("HEAD", preview).statusCode()).isEqualTo(200);
  }

  @Test
  @DisplayName("AC-C17 The preview is a PNG 256 pixels wide, and knows its validator")
  @Contract({"store.md 3 #11", "store.md 8 GET preview"})
  void preview() throws IOException {
    HttpResponse<byte[]> answer = store.bytes("GET", preview);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(header(answer, "Content-Type")).isEqualTo("image/png");
    var image = ImageIO.read(new ByteArrayInputStream(answer.body()));
    assertThat(image.getWidth()).isEqualTo(256);
    assertThat(image.getHeight()).isEqualTo(192);
    assertThat(store.bytes("GET", preview, "If-None-Match", header(answer, "ETag")).statusCode())
        .isEqualTo(304);
  }

  @Test
  @DisplayName("AC-J05 A preview that is gone is made again, once, however many ask")
  @Contract({"store.md 8 thumbnail", "store.md 8 GET preview"})
  void previewAgain() throws Exception {
    store.bytes("GET", preview);
    Path file =
        server.home().resolve("media").resolve(entity.get("file_path").asText() + ".tb.png");
    Files.delete(file);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    List<Callable<HttpResponse<byte[]>>> calls = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      calls.add(() -> store.bytes("GET", preview + "?force=1"));
    }

    for (Future<HttpResponse<byte[]>> call : threads.invokeAll(calls)) {
      assertThat(call.get().statusCode()).isEqualTo(200);
    }
    threads.shutdown();
    assertThat(file).isRegularFile();
  }

  @Test
  @DisplayName("AC-J03 What has no preview is 404, what cannot be shown too, with force 500")
  @Contract({"store.md 3 #11", "store.md 8 GET preview"})
  void noPreview() {
    byte[] text = ("hello " + SEEDS.incrementAndGet()).getBytes(StandardCharsets.UTF_8);
    long plain = store.uploaded(text, "a.txt").get("id").asLong();
    byte[] broken = Arrays.copyOf(picture, 60);
    broken[30] ^= (byte) SEEDS.incrementAndGet();
    broken[31] ^= (byte) (SEEDS.get() >> 8);
    long damaged = store.uploaded(broken, "a.png").get("id").asLong();

    assertThat(store.get("/entities/" + plain + "/preview").statusCode()).isEqualTo(404);
    assertThat(store.get("/entities/" + damaged + "/preview").statusCode()).isEqualTo(404);
    HttpResponse<String> forced = store.get("/entities/" + damaged + "/preview?force=true");
    assertThat(forced.statusCode()).isEqualTo(500);
    assertThat(TestServer.json(forced).get("detail").asText())
        .isEqualTo("Failed to generate preview");
  }

  @Test
  @DisplayName("AC-J04 A collection has neither media nor preview; an unknown entity is 404")
  @Contract({"store.md 3 #10", "store.md 3 #11", "store.md 8 GET media"})
  void collection() {
    long collection = store.collection("c");

    for (String what : List.of("/media", "/preview")) {
      HttpResponse<String> answer = store.get("/entities/" + collection + what);
      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(TestServer.json(answer).get("detail").asText())
          .isEqualTo("Entity is a collection");
      assertThat(store.get("/entities/999999999" + what).statusCode()).isEqualTo(404);
    }
  }

  @Test
  @DisplayName("An active type comes as an attachment that no browser runs")
  void activeContent() {
    byte[] page =
        ("<!DOCTYPE html><html><script>alert(" + SEEDS.incrementAndGet() + ")</script></html>")
            .getBytes(StandardCharsets.UTF_8);
    JsonNode html = store.uploaded(page, "a.html");

    HttpResponse<byte[]> answer = store.bytes("GET", "/entities/" + html.get("id") + "/media");

    assertThat(header(answer, "Content-Type")).startsWith("text/html");
    assertThat(header(answer, "Content-Disposition")).startsWith("attachment");
    assertThat(header(answer, "X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(header(answer, "Content-Security-Policy")).startsWith("sandbox");
  }

  @Test
  @DisplayName("An original that is gone from a folder that is there is 404")
  @Contract("store.md 8 GET media")
  void fileGone() throws IOException {
    Files.delete(server.home().resolve("media").resolve(entity.get("file_path").asText()));

    HttpResponse<String> answer = store.get(media);

    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(TestServer.json(answer).get("detail").asText()).isEqualTo("Media file not found");
  }
}
