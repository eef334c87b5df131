package dev.minsight.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.minsight.ml.ModelManifest;
import dev.minsight.support.ConfigurationException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model that needs a file beside its weights comes, is checked and is missing with it. */
class ModelCompanionsTest {

  private static final byte[] WEIGHTS = "weights".repeat(1000).getBytes(StandardCharsets.UTF_8);
  private static final byte[] WORDS = "words".repeat(100).getBytes(StandardCharsets.UTF_8);

  @TempDir Path folder;

  private final List<String> asked = new ArrayList<>();
  private HttpServer server;
  private ModelManifest manifest;
  private String out;
  private String err;

  @BeforeEach
  void prepare() throws Exception {
    Map<String, byte[]> served = Map.of("/weights.onnx", WEIGHTS, "/words.gz", WORDS);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          String path = exchange.getRequestURI().getPath();
          asked.add(path);
          byte[] body = served.get(path);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    manifest = manifest(sha256(WORDS));
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  @DisplayName("pull installs the model with the file beside it, both checked")
  void pull() {
    assertThat(run("pull")).isZero();

    assertThat(installed("weights.onnx")).hasBinaryContent(WEIGHTS);
    assertThat(installed("words.gz")).hasBinaryContent(WORDS);
    assertThat(out).contains("reader installed", "clip_text now uses reader");
    assertThat(err).contains("words.gz: 0.0 of 0.0 MB (100 %)");
    assertThat(run("verify")).isZero();
  }

  @Test
  @DisplayName("Without the file the model is not whole; pull gets the file alone")
  void fileLost() throws IOException {
    run("pull");
    Files.delete(installed("words.gz"));

    assertThat(run("verify")).isEqualTo(1);
    assertThat(err).contains("words.gz", "reader", "is missing", "minsight models pull reader");
    asked.clear();
    assertThat(run("pull")).isZero();

    assertThat(asked).containsExactly("/words.gz");
    assertThat(run("verify")).isZero();
  }

  @Test
  @DisplayName("A damaged file counts as none and is replaced")
  void fileDamaged() throws IOException {
    run("pull");
    byte[] flipped = WORDS.clone();
    flipped[0] ^= 1;
    Files.write(installed("words.gz"), flipped);

    assertThat(run("verify")).isEqualTo(1);
    assertThat(err).contains("words.gz", "is damaged");
    assertThat(run("pull")).isZero();

    assertThat(installed("words.gz")).hasBinaryContent(WORDS);
  }

  @Test
  @DisplayName("pull --from takes both from a folder; the file may have come before")
  void importBoth() throws IOException {
    Path usb = Files.createDirectories(folder.resolve("usb"));
    Files.write(usb.resolve("some.bin"), WORDS);
    run("pull", "--from", usb.toString());
    assertThat(installed("words.gz")).hasBinaryContent(WORDS);

    Files.delete(usb.resolve("some.bin"));
    Files.write(usb.resolve("other.bin"), WEIGHTS);
    assertThat(run("pull", "--from", usb.toString())).isZero();

    assertThat(out).contains("reader installed from");
    assertThat(run("verify")).isZero();
  }

  @Test
  @DisplayName(
      "pull --from a folder with the weights alone says which file is missing, and ends with 4")
  void importWeightsAlone() throws IOException {
    Path usb = Files.createDirectories(folder.resolve("usb"));
    Files.write(usb.resolve("other.bin"), WEIGHTS);

    assertThat(run("pull", "--from", usb.toString())).isEqualTo(4);

    assertThat(err).contains("words.gz", "minsight models pull reader");
    assertThat(asked).isEmpty();
  }

  @Test
  @DisplayName("A manifest whose file has no checksum is refused")
  void badManifest() {
    Assertions.assertThatThrownBy(() -> manifest("none"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("reader: sha256 must be 64 lower-case hex digits");
  }

  private int run(String... args) {
    StringWriter outText = new StringWriter();
    StringWriter errText = new StringWriter();
    String[] all =
        Stream.concat(Stream.of("--home", folder.resolve("home").toString()), Stream.of(args))
            .toArray(String[]::new);
    int code =
        ModelsCommand.run(
            manifest, new PrintWriter(outText, true), new PrintWriter(errText, true), all);
    out = outText.toString();
    err = errText.toString();
    return code;
  }

  private Path installed(String file) {
    return folder.resolve("home/models").resolve(file);
  }

  private ModelManifest manifest(String checksum) throws Exception {
    String place = "http://127.0.0.1:" + server.getAddress().getPort();
    Path file = folder.resolve("models.yaml");
    Files.writeString(
        file,
        """
        models:
          - id: reader
            task: clip_text
            default: true
            pairs_with: pictures
            file: weights.onnx
            urls: [%1$s/weights.onnx]
            size: %2$d
            sha256: %3$s
            companions:
              - {file: words.gz, urls: ['%1$s/words.gz'], size: %4$d, sha256: %5$s}
            licence: none
            input: {max_tokens: 77}
            output: {pooling: vector, dimension: 3}
            thresholds: {search: 0.2}
        """
            .formatted(place, WEIGHTS.length, sha256(WEIGHTS), WORDS.length, checksum));
    return ModelManifest.load(file);
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }
}
