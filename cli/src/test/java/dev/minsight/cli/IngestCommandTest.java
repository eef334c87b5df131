package dev.minsight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minsight.testing.ScriptedServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("minsight ingest")
class IngestCommandTest {

  private static final String STATE = "GET /intelligence/entities/7";

  private final ScriptedServer server = new ScriptedServer();

  @TempDir Path temp;
  private Path photos;
  private Path beach;

  @BeforeEach
  void start() throws IOException {
    photos = Files.createDirectories(temp.resolve("photos"));
    beach = Files.writeString(photos.resolve("beach.jpg"), "beach");
    server.on("POST /entities", 201, ScriptedServer.wire("entity"));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  @DisplayName("uploads a file under its name and prints one line")
  void oneFile() {
    CliRun.Result result = cli().run("ingest", beach.toString());

    assertThat(result)
        .isEqualTo(
            new CliRun.Result(
                0,
                "new  7  " + beach + "\n",
                "uploading " + beach + "\n1 new, 0 known, 0 failed\n"));
    assertThat(server.lastCall().text())
        .contains("name=\"label\"", "\r\nbeach.jpg\r\n", "filename=\"beach.jpg\"")
        .doesNotContain(photos.toString(), "parent_id");
  }

  @Test
  @DisplayName("tells what the server had already")
  void known() {
    server.on("POST /entities", 200, ScriptedServer.wire("entity"));

    assertThat(cli().run("ingest", beach.toString(), "--json").out())
        .isEqualTo("{\"path\":\"" + beach + "\",\"status\":\"known\",\"entity_id\":7}\n");
  }

  @Test
  @DisplayName("takes a folder only when told to, without hidden files and links")
  void recursive() throws IOException {
    Path deeper = Files.createDirectories(photos.resolve("a/b"));
    Path surf = Files.writeString(deeper.resolve("surf.jpg"), "surf");
    Files.writeString(photos.resolve(".hidden.jpg"), "x");
    Files.writeString(Files.createDirectories(photos.resolve(".git")).resolve("x.jpg"), "x");
    Files.createSymbolicLink(photos.resolve("link.jpg"), beach);

    CliRun.Result refused = cli().run("ingest", photos.toString());
    assertThat(refused)
        .isEqualTo(
            new CliRun.Result(2, "", "error: " + photos + " is a folder; add --recursive\n"));
    CliRun.Result result = cli().run("ingest", "-r", photos.toString());

    assertThat(result.exitCode()).isZero();
    assertThat(result.out()).isEqualTo("new  7  " + surf + "\nnew  7  " + beach + "\n");
  }

  @Test
  @DisplayName("sends nothing when one of the files is not there")
  void missing() {
    Path missing = photos.resolve("missing.jpg");

    CliRun.Result result = cli().run("ingest", beach.toString(), missing.toString(), "--json");

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).isEqualTo("error: no such file: " + missing + "\n");
    assertThat(result.out())
        .isEqualTo(
            "{\"status\":\"failed\",\"error\":\"no such file: "
                + missing
                + "\",\"retryable\":false}\n");
    assertThat(server.calls()).isEmpty();
  }

  @Test
  @DisplayName("goes on after a file that the server does not want, and fails at the end")
  void oneRefused() throws IOException {
    Path bad = Files.writeString(photos.resolve("bad.jpg"), "REFUSE");
    server.onExchange(
        "POST /entities",
        call -> {
          String body =
              new String(call.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1);
          boolean refuse = body.contains("REFUSE");
          byte[] answer =
              (refuse ? "{\"detail\":\"too odd\"}" : ScriptedServer.wire("entity"))
                  .getBytes(StandardCharsets.UTF_8);
          call.sendResponseHeaders(refuse ? 422 : 201, answer.length);
          call.getResponseBody().write(answer);
        });

    CliRun.Result result = cli().run("ingest", bad.toString(), beach.toString());

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.out())
        .isEqualTo("failed  -  " + bad + "  Validation Error: too odd\nnew  7  " + beach + "\n");
    assertThat(result.err()).endsWith("error: 1 of 2 files failed\n");
    assertThat(cli().run("ingest", "--json", bad.toString()).out())
        .isEqualTo(
            """
            {"path":"%s","status":"failed","error":"Validation Error: too odd","retryable":false}
            {"status":"failed","error":"1 of 1 files failed","retryable":false}
            """
                .formatted(bad));
  }

  @Test
  @DisplayName("stops at once when the server lets nobody in")
  void refused() throws IOException {
    Path second = Files.writeString(photos.resolve("second.jpg"), "x");
    server.on("POST /entities", 401, "{\"detail\":\"Authentication required\"}");

    CliRun.Result result = cli().run("ingest", beach.toString(), second.toString());

    assertThat(result.exitCode()).isEqualTo(5);
    assertThat(result.err()).contains("./minsight auth login");
    assertThat(server.calls()).hasSize(1);
  }

  @Test
  @DisplayName("puts files into a collection that is there, or makes it")
  void collection() {
    server.on("GET /entities/lookup", 200, ScriptedServer.wire("collection"));
    cli().run("ingest", "--collection", "Holiday", beach.toString());
    assertThat(server.calls()).hasSize(2);
    assertThat(server.lastCall().text()).contains("name=\"parent_id\"", "\r\n3\r\n");

    server.on("GET /entities/lookup", 404, "{\"detail\":\"No matching entity found\"}");
    cli().run("ingest", "--collection", "Holiday", beach.toString());
    assertThat(server.calls()).hasSize(5);
    assertThat(server.calls().get(3).text()).isEqualTo("is_collection=true&label=Holiday");
  }

  @Test
  @DisplayName("--wait prints a second line when the image is processed")
  void waits() {
    server.on(STATE, 200, ScriptedServer.wire("intelligence-completed"));

    assertThat(cli().run("ingest", "--wait", beach.toString()).out())
        .isEqualTo("new  7  " + beach + "\ncompleted  7  " + beach + "  faces: 2\n");
    assertThat(cli().run("ingest", "--wait", "--json", beach.toString()).out())
        .isEqualTo(
            """
            {"path":"%1$s","status":"new","entity_id":7}
            {"path":"%1$s","status":"completed","entity_id":7,"face_count":2}
            """
                .formatted(beach));
  }

  @Test
  @DisplayName("--wait fails with the reason when the processing fails")
  void processingFails() {
    server.on(
        STATE,
        200,
        "{\"overall_status\":\"failed\",\"last_updated\":1,\"error_message\":\"truncated\"}");

    CliRun.Result result = cli().run("ingest", "--wait", beach.toString());

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.out()).endsWith("  processing of entity 7 failed: truncated\n");
  }

  @Test
  @DisplayName("--wait gives up after its time-out with exit code 6")
  void timesOut() {
    server.on(STATE, 200, ScriptedServer.wire("intelligence"));

    CliRun.Result result = cli().run("ingest", "--wait", "--timeout", "0", beach.toString());

    assertThat(result.exitCode()).isEqualTo(6);
    assertThat(result.out()).isEqualTo("new  7  " + beach + "\n");
    assertThat(result.err()).contains("error: after 0 s, still being processed: 1 of 1\n");
  }

  @Test
  @DisplayName("--wait does not wait for what is never processed")
  void doesNotWaitForOthers() {
    server.on("POST /entities", 201, "{\"id\":9,\"type\":\"text\"}");

    CliRun.Result result = cli().run("ingest", "--wait", beach.toString());

    assertThat(result.exitCode()).isZero();
    assertThat(server.calls()).hasSize(1);
  }

  private CliRun cli() {
    return new CliRun(temp.resolve("config")).at(server.urls());
  }
}
