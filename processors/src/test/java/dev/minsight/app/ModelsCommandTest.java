package dev.minsight.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import dev.minsight.ml.ModelManifest;
import dev.minsight.ml.ModelStore;
import dev.minsight.ml.ServingModel;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code minsight models} installs, checks and chooses models, and says what it did. */
class ModelsCommandTest {

  private static final byte[] STANDARD =
      "the standard model".repeat(9000).getBytes(StandardCharsets.UTF_8);
  private static final byte[] OTHER = "another model".getBytes(StandardCharsets.UTF_8);
  private static final byte[] DINO = "a model of another task".getBytes(StandardCharsets.UTF_8);

  @TempDir Path folder;

  private final Map<String, byte[]> served = new ConcurrentHashMap<>();
  private HttpServer server;
  private Path home;
  private ModelManifest manifest;
  private String out;
  private String err;

  @BeforeEach
  void prepare() throws Exception {
    home = folder.resolve("home");
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          String path = exchange.getRequestURI().getPath();
          byte[] body = served.get(path.replace("/moved", ""));
          if (path.startsWith("/moved")) {
            exchange.getResponseHeaders().add("Location", path.substring("/moved".length()));
            exchange.sendResponseHeaders(302, -1);
          } else if (body == null) {
            exchange.sendResponseHeaders(404, -1);
          } else {
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
          }
          exchange.close();
        });
    server.start();
    served.put("/standard.onnx", STANDARD);
    served.put("/other.onnx", OTHER);
    served.put("/dino.onnx", DINO);
    manifest =
        manifest(
            entry("standard", "clip_embedding", STANDARD, url("/moved/standard.onnx"), true),
            entry("other", "clip_embedding", OTHER, url("/other.onnx"), false),
            entry("dino", "dino_embedding", DINO, url("/dino.onnx"), true));
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  @DisplayName("pull installs the default of every task, following redirects, with progress")
  void pull() throws IOException {
    assertThat(run("pull")).isZero();

    assertThat(home.resolve("models/standard.onnx")).hasBinaryContent(STANDARD);
    assertThat(home.resolve("models/dino.onnx")).hasBinaryContent(DINO);
    assertThat(home.resolve("models/other.onnx")).doesNotExist();
    assertThat(out).contains("standard installed", "clip_embedding now uses standard");
    assertThat(err).contains("standard: 0.2 of 0.2 MB (100 %)");
    assertServes("clip_embedding", "standard");
    assertNoLeftovers();
  }

  @Test
  @DisplayName("Pulling again downloads nothing, and a damaged file is replaced")
  void pullAgain() throws IOException {
    run("pull");
    served.clear();

    assertThat(run("pull")).isZero();
    assertThat(out).contains("standard is installed already");

    served.put("/standard.onnx", STANDARD);
    Files.write(home.resolve("models/standard.onnx"), new byte[7]);
    assertThat(run("pull", "clip_embedding")).isZero();
    assertThat(home.resolve("models/standard.onnx")).hasBinaryContent(STANDARD);
  }

  @Test
  @DisplayName("A model named by its id becomes the one in use; the next bare pull keeps it")
  void pullById() throws IOException {
    assertThat(run("pull", "other")).isZero();
    assertServes("clip_embedding", "other");

    assertThat(run("pull")).isZero();

    assertThat(out).contains("clip_embedding keeps using other");
    assertServes("clip_embedding", "other");
  }

  @Test
  @DisplayName("A wrong checksum ends with 1, one error line, and nothing installed")
  void wrongChecksum() throws IOException {
    byte[] forged = STANDARD.clone();
    forged[100] ^= 1;
    served.put("/standard.onnx", forged);

    assertThat(run("pull", "standard")).isEqualTo(1);

    assertThat(lastLine(err)).startsWith("error: ").contains("standard", "has the checksum");
    assertThat(home.resolve("models/standard.onnx")).doesNotExist();
    assertNoLeftovers();
  }

  @Test
  @DisplayName("Too many or too few bytes, or an error page, end with 1 as well")
  void wrongAnswers() throws IOException {
    served.put("/standard.onnx", new byte[STANDARD.length + 1]);
    assertThat(run("pull", "standard")).isEqualTo(1);
    assertThat(lastLine(err)).contains("more than the " + STANDARD.length + " bytes");

    served.put("/standard.onnx", "<html>".getBytes(StandardCharsets.UTF_8));
    assertThat(run("pull", "standard")).isEqualTo(1);
    assertThat(lastLine(err)).contains("6 bytes instead of");

    served.remove("/standard.onnx");
    assertThat(run("pull", "standard")).isEqualTo(1);
    assertThat(lastLine(err)).contains("status 404");
    assertNoLeftovers();
  }

  @Test
  @DisplayName("A host that does not answer ends with 3; with --json also told as retryable")
  void unreachable() throws IOException {
    server.stop(0);

    assertThat(run("pull", "standard")).isEqualTo(3);

    assertThat(lastLine(err)).startsWith("error: ").contains("cannot be reached");
  }

  @Test
  @DisplayName("A second place is tried when the first fails")
  void secondPlace() throws Exception {
    manifest =
        manifest(
            entry(
                "standard",
                "clip_embedding",
                STANDARD,
                url("/gone") + ", " + url("/standard.onnx"),
                true));

    assertThat(run("pull")).isZero();

    assertThat(home.resolve("models/standard.onnx")).hasBinaryContent(STANDARD);
  }

  @Test
  @DisplayName("pull --from takes what it knows, whatever the names; an alternative is put to use")
  void importAlternative() throws IOException {
    Path usb = Files.createDirectories(folder.resolve("usb/deep"));
    Files.write(usb.resolve("some name.bin"), OTHER);
    Files.write(usb.resolve("other.onnx"), "not it".getBytes(StandardCharsets.UTF_8));

    assertThat(run("pull", "--from", folder.resolve("usb").toString())).isZero();

    assertThat(out)
        .contains("other installed", "clip_embedding now uses other")
        .contains("an alternative: the default standard is not there");
    assertThat(home.resolve("models/other.onnx")).hasBinaryContent(OTHER);
    assertServes("clip_embedding", "other");
  }

  @Test
  @DisplayName("pull --from with both prefers the default; a folder without models ends with 4")
  void importBoth() throws IOException {
    Path usb = Files.createDirectories(folder.resolve("usb"));
    Files.write(usb.resolve("a"), OTHER);
    Files.write(usb.resolve("b"), STANDARD);

    assertThat(run("pull", "--from", usb.toString())).isZero();
    assertServes("clip_embedding", "standard");

    Path nothing = Files.createDirectories(folder.resolve("nothing"));
    assertThat(run("pull", "--from", nothing.toString())).isEqualTo(4);
    assertThat(lastLine(err)).startsWith("error: ");
    assertThat(run("pull", "--from", folder.resolve("absent").toString())).isEqualTo(2);
  }

  @Test
  @DisplayName("use switches between installed models and refuses others")
  void use() throws IOException {
    run("pull", "standard", "other");

    assertThat(run("use", "clip_embedding=standard")).isZero();
    assertServes("clip_embedding", "standard");

    assertThat(run("use", "dino_embedding=other")).isEqualTo(4);
    assertThat(run("use", "dino_embedding=dino")).isEqualTo(4);
    assertThat(lastLine(err)).contains("missing");
    assertThat(run("use", "standard")).isEqualTo(2);
  }

  @Test
  @DisplayName("The beginning of a name will do if it is that of one model only")
  void shortNames() throws Exception {
    manifest =
        manifest(
            entry("standard", "clip_embedding", STANDARD, url("/moved/standard.onnx"), true),
            entry("station", "clip_embedding", OTHER, url("/other.onnx"), false));
    run("pull", "station", "standard");

    assertThat(run("use", "clip_embedding=stand")).isZero();
    assertServes("clip_embedding", "standard");

    assertThat(run("use", "clip_embedding=sta")).isEqualTo(2);
    assertThat(lastLine(err)).contains("standard or station");
    assertThat(run("use", "clip_embedding=x")).isEqualTo(4);
  }

  @Test
  @DisplayName(
      "Where a server searches vectors, use waits for it, list says so, and rollback calls it off;"
          + " --now does not wait, and rollback goes back")
  void changes() throws IOException {
    run("pull", "standard");
    run("pull", "other");
    run("use", "clip_embedding=standard");
    new ModelStore(home.resolve("models"), manifest).keep(manifest.find("standard").orElseThrow());

    assertThat(run("use", "clip_embedding=other")).isZero();
    assertThat(out).contains("goes on using standard until everything is described by other");
    assertServes("clip_embedding", "standard");
    run("list");
    assertThat(out).contains("clip_embedding: other takes over");
    run("list", "--json");
    assertThat(new ObjectMapper().readTree(out).at("/upgrades/0/to").asText()).isEqualTo("other");

    assertThat(run("rollback", "clip_embedding")).isZero();
    assertThat(out).contains("clip_embedding now uses standard again");
    run("list");
    assertThat(out).doesNotContain("takes over");

    assertThat(run("use", "--now", "clip_embedding=other")).isZero();
    assertServes("clip_embedding", "other");
    assertThat(run("rollback", "clip_embedding")).isZero();
    assertServes("clip_embedding", "standard");
    assertThat(run("rollback", "nonsense")).isEqualTo(4);
    assertThat(run("rollback", "dino_embedding")).isEqualTo(4);
  }

  @Test
  @DisplayName("verify reads every byte: 0 when all is well, 1 with a line per damaged model")
  void verify() throws IOException {
    run("pull");
    assertThat(run("verify")).isZero();
    assertThat(out).contains("standard ok", "dino ok").doesNotContain("other");

    byte[] flipped = STANDARD.clone();
    flipped[0] ^= 1;
    Files.write(home.resolve("models/standard.onnx"), flipped);
    Files.delete(home.resolve("models/dino.onnx"));

    assertThat(run("verify")).isEqualTo(1);
    assertThat(err.lines())
        .anyMatch(line -> line.startsWith("error: ") && line.contains("standard is damaged"))
        .anyMatch(line -> line.startsWith("error: ") && line.contains("dino is missing"));
  }

  @Test
  @DisplayName("list shows what serves; --json says the same to programs")
  void list() throws IOException {
    run("pull", "other");

    assertThat(run("list")).isZero();
    assertThat(out.lines())
        .anyMatch(line -> line.startsWith("*") && line.contains("other"))
        .anyMatch(line -> line.startsWith(" ") && line.contains("standard"))
        .anyMatch(line -> line.startsWith("dino_embedding waits"));

    assertThat(run("list", "--json")).isZero();
    JsonNode models = new ObjectMapper().readTree(out).path("models");
    assertThat(models).hasSize(3);
    assertThat(models.get(0).path("state").asText()).isEqualTo("absent");
    assertThat(models.get(0).path("default").asBoolean()).isTrue();
    assertThat(models.get(1).path("serving").asBoolean()).isTrue();
  }

  @Test
  @DisplayName("Wrong use ends with 2 and one error line")
  void usage() {
    assertThat(run()).isEqualTo(2);
    assertThat(err.lines()).singleElement().asString().startsWith("error: say what to do");
    assertThat(run("dance")).isEqualTo(2);
    assertThat(err.lines()).singleElement().asString().startsWith("error: ");
    assertThat(run("pull", "nonsense")).isEqualTo(4);
  }

  private int run(String... args) {
    StringWriter outText = new StringWriter();
    StringWriter errText = new StringWriter();
    String[] all =
        Stream.concat(Stream.of("--home", home.toString()), Stream.of(args)).toArray(String[]::new);
    int code =
        ModelsCommand.run(
            manifest, new PrintWriter(outText, true), new PrintWriter(errText, true), all);
    out = outText.toString();
    err = errText.toString();
    return code;
  }

  private void assertServes(String task, String id) {
    assertThat(new ModelStore(home.resolve("models"), manifest).serving(task))
        .isInstanceOfSatisfying(
            ServingModel.Ready.class, ready -> assertThat(ready.spec().id()).isEqualTo(id));
  }

  private void assertNoLeftovers() throws IOException {
    try (Stream<Path> files = Files.list(home.resolve("models"))) {
      assertThat(files).noneMatch(file -> file.toString().endsWith(".part"));
    }
  }

  private static String lastLine(String text) {
    return text.lines().reduce((first, second) -> second).orElse("");
  }

  private String url(String path) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + path;
  }

  private ModelManifest manifest(String... entries) throws IOException {
    Path file = folder.resolve("models.yaml");
    Files.writeString(file, "models:\n" + String.join("", entries));
    return ModelManifest.load(file);
  }

  private static String entry(String id, String task, byte[] bytes, String urls, boolean preferred)
      throws Exception {
    String sha256 = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    return """
          - id: %s
            task: %s
            default: %s
            file: %s.onnx
            size: %d
            sha256: %s
            licence: none
            urls: [%s]
            input: {colour: rgb, scale: 1, mean: [0, 0, 0], std: [1, 1, 1],
                    resize: {mode: stretch, size: 8, filter: box}}
            output: {pooling: vector, dimension: 3}
            thresholds: {search: 0.5}
        """
        .formatted(id, task, preferred, id, bytes.length, sha256, urls);
  }
}
