package dev.minsight.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.minsight.testing.Contract;
import dev.minsight.testing.OpenServer;
import dev.minsight.testing.Pictures;
import dev.minsight.testing.TestServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The "Bad input", from the outside: a clear 4xx, or the harmless outcome that ours.md
 * names, and no row or file that should not be there.
 */
class BadInputTest {

  private static final AtomicLong SEEDS = new AtomicLong(System.nanoTime());

  private final TestServer server = OpenServer.shared();
  private final StoreClient store = new StoreClient(server);
  private Stock before;

  /** What a refused request must leave as it was. */
  private record Stock(long entities, long files, long spooled) {}

  @BeforeEach
  void count() {
    before = stock();
  }

  private Stock stock() {
    long entities =
        server
            .bean(JdbcClient.class)
            .sql("SELECT COUNT(*) FROM entities")
            .query(Long.class)
            .single();
    return new Stock(
        entities, files(server.home().resolve("media")), files(server.home().resolve("tmp")));
  }

  private static long files(Path folder) {
    if (Files.notExists(folder)) {
      return 0;
    }
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(file -> Files.isRegularFile(file) && !file.toString().contains(".tb."))
          .count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void assertRefused(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isBetween(400, 499);
    assertThat(answer.body()).startsWith("{\"detail\":");
    assertThat(answer.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
    assertThat(stock()).isEqualTo(before);
  }

  private static byte[] picture() {
    return Pictures.noise("png", 24, 16, SEEDS.incrementAndGet());
  }

  static List<String> oddNames() {
    return List.of(
        "../../../../etc/passwd",
        "..\\\\..\\\\boot.ini",
        "/etc/passwd",
        "C:\\\\windows\\\\system.ini",
        "%2e%2e%2fescape.png",
        "with\u0001control\u007f.png",
        "photo\u202egnp.exe",
        "n".repeat(10_000) + ".png",
        "....",
        " ",
        "a;b=c.png",
        "<img src=x onerror=alert(1)>.png",
        "'; DROP TABLE entities; --.png");
  }

  @ParameterizedTest
  @MethodSource("oddNames")
  @DisplayName("Odd file names are refused or reduced to a harmless original_name, never a path")
  void fileNames(String name) {
    HttpResponse<String> answer = store.upload(picture(), name, Map.of("is_collection", "false"));

    if (answer.statusCode() != 201) {
      assertRefused(answer);
      return;
    }
    JsonNode entity = TestServer.json(answer);
    String kept = entity.get("original_name").asText("");
    assertThat(kept.length()).isLessThanOrEqualTo(255);
    assertThat(kept).doesNotContain("/", "\\", "\u0001", "\u007f", "\u202e", "\0");
    Path media = server.home().resolve("media");
    Path file = media.resolve(entity.get("file_path").asText()).normalize();
    assertThat(file).startsWith(media).exists();
    assertThat(file.getFileName().toString()).startsWith(entity.get("md5").asText());
    String offered =
        store
            .bytes("GET", "/entities/" + entity.get("id").asLong() + "/media")
            .headers()
            .firstValue("Content-Disposition")
            .orElseThrow();
    assertThat(offered).startsWith("attachment").doesNotContain("/", "\r", "\n");
  }

  @Test
  @DisplayName("A file name with a NUL is refused or cut, and no path has one")
  void nulName() {
    HttpResponse<String> answer =
        store.upload(picture(), "a\0.png", Map.of("is_collection", "false"));

    if (answer.statusCode() == 201) {
      assertThat(TestServer.json(answer).get("original_name").asText("")).doesNotContain("\0");
    } else {
      assertRefused(answer);
    }
  }

  @Test
  @DisplayName("A content type that lies counts for nothing: the bytes decide")
  @Contract("store.md 7 type by bytes")
  void lyingType() {
    byte[] html =
        ("<html><script>alert(" + SEEDS.incrementAndGet() + ")</script></html>")
            .getBytes(StandardCharsets.UTF_8);

    JsonNode entity = store.uploaded(html, "holiday.jpg"); // declared image/jpeg
    HttpResponse<byte[]> media =
        store.bytes("GET", "/entities/" + entity.get("id").asLong() + "/media");

    assertThat(entity.get("mime_type").asText()).doesNotContain("image");
    assertThat(entity.get("type").asText()).isNotEqualTo("image");
    assertThat(media.headers().firstValue("Content-Disposition").orElse(""))
        .startsWith("attachment");
    assertThat(media.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
    assertThat(media.headers().firstValue("Content-Security-Policy").orElse(""))
        .contains("sandbox");
  }

  @Test
  @DisplayName("A file of 0 bytes is refused")
  @Contract("store.md 4.5 file missing")
  void emptyFile() {
    assertRefused(store.upload(new byte[0], "empty.png", Map.of("is_collection", "false")));
  }

  @Test
  @DisplayName("A PNG that says it is 100000 x 100000 is never decoded: refused, or kept as a file")
  void declaredHuge() {
    byte[] png = hugePng();

    HttpResponse<String> answer = store.upload(png, "huge.png", Map.of("is_collection", "false"));

    if (answer.statusCode() != 201) {
      assertRefused(answer);
      return;
    }
    long id = TestServer.json(answer).get("id").asLong();
    assertThat(store.get("/entities/" + id + "/preview").statusCode()).isEqualTo(404);
    assertThat(store.bytes("GET", "/entities/" + id + "/media").body()).isEqualTo(png);
  }

  /** Signature and a header chunk, PNG specification section 11.2.1, and no pixels. */
  private static byte[] hugePng() {
    ByteBuffer header =
        ByteBuffer.allocate(17)
            .put("IHDR".getBytes(StandardCharsets.US_ASCII))
            .putInt(100_000)
            .putInt(100_000)
            .put(new byte[] {8, 2, 0, 0, 0});
    CRC32 crc = new CRC32();
    crc.update(header.array());
    ByteBuffer png = ByteBuffer.allocate(8 + 4 + 17 + 4 + 8);
    png.put(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
    png.putInt(13).put(header.array()).putInt((int) crc.getValue());
    return png.putLong(SEEDS.incrementAndGet()).array();
  }

  @Test
  @DisplayName("Multipart with 10,000 parts is refused")
  void manyParts() {
    StoreClient.Multipart form =
        new StoreClient.Multipart().fields(Map.of("is_collection", "true"));
    for (int i = 0; i < 10_000; i++) {
      form.fields(Map.of("f" + i, "x"));
    }

    HttpResponse<String> answer = store.send(form);

    assertRefused(answer);
    assertThat(answer.body()).contains("too many parts");
  }

  @Test
  @DisplayName("Multipart without a boundary is refused")
  void noBoundary() {
    assertRefused(
        raw("multipart/form-data", "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n"));
  }

  private HttpResponse<String> raw(String type, String body) {
    return server.send(
        server
            .request(server.store("/entities"), null)
            .header("Content-Type", type)
            .POST(BodyPublishers.ofString(body))
            .build());
  }

  @Test
  @DisplayName("Multipart without a length (chunked) is taken like any other")
  void chunked() {
    byte[] body =
        new StoreClient.Multipart("chunks")
            .fields(Map.of("is_collection", "false"))
            .file("media_file", "a.png", picture())
            .bytes();

    HttpResponse<String> answer =
        server.send(
            server
                .request(server.store("/entities"), null)
                .header("Content-Type", "multipart/form-data; boundary=chunks")
                .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)))
                .build());

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
  }

  @Test
  @DisplayName("A multipart form that breaks off, or is none, is refused")
  void brokenOff() {
    assertRefused(
        raw("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"a"));
    assertRefused(raw("multipart/form-data; boundary=x", "no form at all"));
  }

  @Test
  @DisplayName("A connection that breaks off in the middle of an upload leaves nothing")
  void connectionBreaksOff() throws IOException {
    try (Socket socket = new Socket("127.0.0.1", server.settings().ports().store())) {
      OutputStream out = socket.getOutputStream();
      out.write(
          ("POST /entities HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=x\r\n"
                  + "Content-Length: 5000000\r\n\r\n--x\r\n"
                  + "Content-Disposition: form-data; name=\"media_file\"; filename=\"a.png\"\r\n\r\n")
              .getBytes(StandardCharsets.US_ASCII));
      out.write(new byte[3_000_000]);
      out.flush();
    }

    await().until(() -> stock().equals(before));
  }

  @Test
  @DisplayName("JSON where a form is due, and a form where JSON is due, are refused")
  @Contract("store.md 1 write bodies")
  void wrongKindOfBody() {
    assertRefused(raw("application/json", "{\"is_collection\": true}"));
    assertRefused(store.form("PUT", "/admin/config/read-auth", Map.of("enabled", "false")));
    assertRefused(store.form("PATCH", "/intelligence/known-persons/1", Map.of("name", "Ada")));
    assertRefused(
        server.json(
            "PUT", server.store("/admin/pref/guest-mode"), null, Map.of("guest_mode", true)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/entities/9223372036854775808",
        "/entities/-9223372036854775809",
        "/entities/1e3",
        "/entities/0x10",
        "/entities/1.5",
        "/entities/٣x",
        "/entities?page=-1",
        "/entities?page=99999999999999999999",
        "/entities?page_size=2147483648",
        "/entities?file_size_min=NaN",
        "/entities?parent_id=one",
        "/entities?is_collection=maybe",
        "/intelligence/faces/1/similar?threshold=NaN",
        "/intelligence/faces/1/similar?threshold=Infinity",
        "/intelligence/faces/1/similar?limit=0",
        "/system/audit?min_age=-1",
        "/?service=pump"
      })
  @DisplayName("Numbers and words out of range are refused")
  void outOfRange(String path) {
    HttpResponse<String> answer = store.get(path.replace("٣", "%D9%A3"));

    assertRefused(answer);
    assertThat(answer.statusCode()).isEqualTo(422);
  }

  @Test
  @DisplayName("A parent that is itself, below itself, a file, deleted or absent is refused")
  void wrongParents() {
    long upper = store.collection("upper");
    long lower =
        Long.parseLong(
            TestServer.json(
                    store.create(
                        Map.of("is_collection", "true", "parent_id", Long.toString(upper))))
                .get("id")
                .asText());
    long file = store.uploaded(picture(), "a.png").get("id").asLong();
    long gone = store.collection("gone");
    store.trash(gone);
    before = stock();

    for (long parent : List.of(upper, lower, file, gone, 987654321L)) {
      assertRefused(store.patch(upper, Map.of("parent_id", Long.toString(parent))));
      if (parent != upper && parent != lower) {
        assertRefused(
            store.create(Map.of("is_collection", "true", "parent_id", Long.toString(parent))));
      }
    }
    assertThat(store.entity(upper).get("parent_id").isNull()).isTrue();
  }

  static List<String> injections() {
    return List.of(
        "' OR '1'='1",
        "'; DROP TABLE entities; --",
        "\" OR \"\"=\"",
        "x') UNION SELECT password FROM users --",
        "1; UPDATE users SET is_admin = TRUE",
        "%' OR label LIKE '%",
        "e.id OR 1=1",
        "') OR EXISTS (SELECT u FROM User u) OR ('x'='",
        "${jndi:ldap://127.0.0.1/a}",
        "#{T(java.lang.Runtime).getRuntime()}",
        "{{7*7}}",
        "\\",
        "*",
        "\"unbalanced",
        "NEAR(a b",
        "<script>alert(1)</script>",
        "a\r\nX-Injected: yes");
  }

  @ParameterizedTest
  @MethodSource("injections")
  @DisplayName("SQL, JPQL, templates and markup in text fields are stored and returned as they are")
  @Contract("store.md 4.1 label, description")
  void inertText(String text) {
    Map<String, String> fields =
        Map.of("is_collection", "true", "label", text, "description", text);
    HttpResponse<String> made = store.create(fields);
    assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
    long id = TestServer.json(made).get("id").asLong();

    assertThat(store.entity(id).get("label").asText()).isEqualTo(text);
    assertThat(store.entity(id).get("description").asText()).isEqualTo(text);
    HttpResponse<String> read = store.get("/entities/" + id);
    assertThat(read.headers().firstValue("Content-Type").orElse("")).startsWith("application/json");
    assertThat(read.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
    assertThat(read.headers().firstValue("X-Injected")).isEmpty();
    assertThat(stock().entities()).isEqualTo(before.entities() + 1);
    assertThat(
            TestServer.json(store.get("/entities/lookup?label=" + encode(text))).get("id").asLong())
        .isEqualTo(id);
  }

  @ParameterizedTest
  @MethodSource("injections")
  @DisplayName("SQL, JPQL and markup in every query parameter is refused or finds nothing")
  void inertQueries(String text) {
    store.collection("something that a wrong query would find");
    Stock full = stock();

    for (ApiDocument.Operation operation : ApiDocument.of(server).operations()) {
      for (String name : operation.names("query")) {
        if (!operation.method().equals("GET")) {
          continue;
        }
        String path = operation.path("987654321", "a.ts") + "?" + name + "=" + encode(text);
        // Accounts are kept locked also on a server without accounts.
        HttpResponse<String> answer = server.get(store.uri(path), server.adminToken());
        // 409: words are not searched without their model.
        assertThat(answer.statusCode()).as("%s %s", operation, name).isIn(200, 400, 404, 409, 422);
        assertThat(answer.headers().firstValue("X-Injected")).isEmpty();
      }
    }
    JsonNode found = store.json("/entities?type=" + encode(text));
    assertThat(found.at("/pagination/total_items").asLong()).isZero();
    assertThat(stock()).isEqualTo(full);
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  @Test
  @DisplayName("NUL in a text is refused: no database of ours may meet it")
  void nulInText() {
    assertRefused(store.create(Map.of("is_collection", "true", "label", "a\0b")));
    assertRefused(store.get("/entities?search_query=%00"));
    long id = store.collection("nul");
    before = stock();
    assertRefused(
        server.json("PATCH", server.store("/entities/" + id), null, Map.of("label", "a\0b")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "PATCH"})
  @DisplayName("A form of 3 MB and one of 20,000 fields are refused, by every method")
  void largeForms(String method) {
    long id = store.collection("large forms");
    before = stock();
    String path = method.equals("POST") ? "/entities" : "/entities/" + id;

    assertRefused(
        store.form(method, path, Map.of("is_collection", "true", "label", "a".repeat(3_000_000))));
    assertRefused(
        store.form(
            method,
            path,
            Stream.iterate(0, i -> i + 1)
                .limit(20_000)
                .collect(Collectors.toMap(i -> "f" + i, i -> "x"))));
  }

  @Test
  @DisplayName("JSON of 30 MB is refused, with its length and without")
  void largeJson() {
    long id = store.collection("large JSON");
    before = stock();
    String json = "{\"label\": \"" + "a".repeat(30_000_000) + "\"}";

    assertRefused(
        server.send(
            server
                .request(server.store("/entities/" + id), null)
                .header("Content-Type", "application/json")
                .method("PATCH", BodyPublishers.ofString(json))
                .build()));
    assertThat(store.entity(id).get("label").asText()).isEqualTo("large JSON");
  }

  static List<String> wireRequests() {
    String a = "a".repeat(1_000_000);
    return List.of(
        "GET /entities?label=" + a + " HTTP/1.1\r\nHost: x\r\n",
        "GET /" + a + " HTTP/1.1\r\nHost: x\r\n",
        "GET /entities HTTP/1.1\r\nHost: x\r\nX-Large: " + a + "\r\n",
        "GET /entities HTTP/1.1\r\n", // without a host
        "GET /entities HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n",
        "GET /entities HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n",
        "GET /entities/%zz HTTP/1.1\r\nHost: x\r\n",
        "GET /entities/%00 HTTP/1.1\r\nHost: x\r\n",
        "GET /entities?a=%zz HTTP/1.1\r\nHost: x\r\n",
        "GET /ui/%2e%2e/engine-rest/engine HTTP/1.1\r\nHost: x\r\n",
        "GET /%65ngine-rest/engine HTTP/1.1\r\nHost: x\r\n",
        "GET /engine-rest;a=b/engine HTTP/1.1\r\nHost: x\r\n",
        "BREW /entities HTTP/1.1\r\nHost: x\r\n",
        "PROPFIND /entities HTTP/1.1\r\nHost: x\r\n",
        "HELLO\r\n");
  }

  @ParameterizedTest
  @MethodSource("wireRequests")
  @DisplayName("What is hardly HTTP gets a 4xx in the contract's form")
  void hardlyHttp(String request) throws IOException {
    String answer = wire(request + "Connection: close\r\n\r\n");

    assertThat(answer).startsWith("HTTP/1.1 4").contains("\r\n\r\n{\"detail\":\"");
    assertThat(answer).containsIgnoringCase("X-Content-Type-Options: nosniff");
    assertThat(answer).doesNotContain("Exception", "Tomcat", "<html");
    assertThat(stock()).isEqualTo(before);
  }

  /** Sends bytes as they are, and reads until the server has nothing more to say. */
  private String wire(String request) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", server.settings().ports().store())) {
      socket.setSoTimeout(60_000);
      ByteArrayOutputStream answer = new ByteArrayOutputStream();
      try {
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      } catch (IOException e) {
        // the server has answered and hung up before it had read all
      }
      try (InputStream in = socket.getInputStream()) {
        in.transferTo(answer);
      } catch (IOException e) {
        // what came before the connection was reset is the answer
      }
      return answer.toString(StandardCharsets.UTF_8);
    }
  }

  @Test
  @DisplayName("A caller's request id cannot put anything into the answer's headers")
  void headerInjection() throws IOException {
    String answer =
        wire(
            "GET /entities/987654321 HTTP/1.1\r\nHost: x\r\nX-Request-Id: a b%0d%0aX-Injected: yes\r\n"
                + "Connection: close\r\n\r\n");

    assertThat(answer).startsWith("HTTP/1.1 404").doesNotContain("X-Injected");
  }
}
