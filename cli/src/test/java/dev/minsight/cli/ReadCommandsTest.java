package dev.minsight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minsight.testing.ScriptedServer;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Commands that read")
class ReadCommandsTest {

  private final ScriptedServer server = new ScriptedServer();

  @TempDir Path temp;

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  @DisplayName("entity list is a table, its place goes to stderr")
  void entityList() {
    server.on("GET /entities", 200, ScriptedServer.wire("entities"));

    CliRun.Result result =
        cli().run("entity", "list", "--search", "a b", "--parent", "0", "--include-deleted");

    assertThat(result)
        .isEqualTo(
            new CliRun.Result(
                0,
                """
                ID  TYPE        BYTES     ADDED                 LABEL
                8   video       73400320  2026-01-01T00:01:40Z  surf.mp4 (deleted)
                7   image       482133    2026-01-01T00:00:00Z  Gräfin am Strand.jpg
                3   collection  -         2025-12-31T23:58:20Z  Holiday
                """,
                "page 1 of 1, 3 in all\n"));
    assertThat(server.lastCall().query())
        .isEqualTo("page=1&page_size=20&search_query=a+b&parent_id=0");
  }

  @Test
  @DisplayName("entity list --json is an array without nulls, and leaves out deleted ones unasked")
  void entityListJson() {
    server.on("GET /entities", 200, ScriptedServer.wire("entities"));

    CliRun.Result result = cli().run("entity", "list", "--json", "--page", "2", "--collections");

    assertThat(result.err()).isEmpty();
    assertThat(result.out())
        .startsWith("[\n  {\n    \"id\": 8,\n    \"is_collection\": false,\n")
        .doesNotContain("null")
        .endsWith("  }\n]\n");
    assertThat(server.lastCall().query())
        .isEqualTo("page=2&page_size=20&is_collection=true&exclude_deleted=true");
  }

  @Test
  @DisplayName("entity get shows what is known, and what was found in it")
  void entityGet() {
    server.on("GET /entities/7", 200, ScriptedServer.wire("entity-with-intelligence"));

    CliRun.Result result = cli().run("entity", "get", "7", "--at-version", "1");

    assertThat(result.out())
        .startsWith("id: 7\nis_collection: false\nlabel: Gräfin am Strand.jpg\nparent_id: 3\n")
        .endsWith("is_indirectly_deleted: false\nintelligence: completed, 2 faces\n");
    assertThat(server.lastCall().query()).isEqualTo("version=1");
  }

  @Test
  @DisplayName("entity get --json is the wire's object")
  void entityGetJson() {
    server.on("GET /entities/3", 200, ScriptedServer.wire("collection"));

    assertThat(cli().run("entity", "get", "3", "--json").out())
        .isEqualTo(
            """
            {
              "id": 3,
              "is_collection": true,
              "label": "Holiday",
              "description": "Two weeks at the sea",
              "children_count": 1,
              "added_date": 1767225500000,
              "updated_date": 1767225500000,
              "create_date": 1767225500000,
              "is_deleted": false
            }
            """);
  }

  @Test
  @DisplayName("entity versions is a table, oldest first")
  void entityVersions() {
    server.on("GET /entities/7/versions", 200, ScriptedServer.wire("versions"));

    assertThat(cli().run("entity", "versions", "7").out())
        .isEqualTo(
            """
            VERSION  TRANSACTION  OPERATION  UPDATED               LABEL
            1        11           INSERT     2026-01-01T00:00:00Z  -
            2        15           UPDATE     2026-01-01T00:01:00Z  Gräfin am Strand.jpg
            """);
    assertThat(cli().run("entity", "versions", "7", "--json").out())
        .contains("\"transaction_id\": 15");
  }

  @Test
  @DisplayName("entity download writes to a file or a folder, and replaces nothing unasked")
  void entityDownload() throws IOException {
    server.on("GET /entities/7", 200, ScriptedServer.wire("entity"));
    server.on("GET /entities/7/media", 200, "image/jpeg", new byte[] {1, 2, 3});
    server.on("GET /entities/7/preview", 200, "image/png", new byte[] {4});
    Path named = temp.resolve("named.jpg");
    Path inFolder = temp.resolve("Gräfin am Strand.jpg");

    assertThat(cli().run("entity", "download", "7", "-o", named.toString()).out())
        .isEqualTo(named + "\n");
    assertThat(named).hasBinaryContent(new byte[] {1, 2, 3});
    assertThat(cli().run("entity", "download", "7", "-o", temp.toString(), "--json").out())
        .contains("\"entity_id\": 7", "\"bytes\": 3");
    assertThat(inFolder).exists();
    assertThat(cli().run("entity", "download", "7", "--preview", "-o", temp.toString()).exitCode())
        .isZero();
    assertThat(temp.resolve("Gräfin am Strand.jpg.preview.png")).hasBinaryContent(new byte[] {4});

    CliRun.Result again = cli().run("entity", "download", "7", "--preview", "-o", named.toString());
    assertThat(again)
        .isEqualTo(new CliRun.Result(1, "", "error: " + named + " is there already\n"));
    assertThat(
            cli()
                .run("entity", "download", "7", "--preview", "--force", "-o", named.toString())
                .exitCode())
        .isZero();
    assertThat(named).hasBinaryContent(new byte[] {4});
  }

  @ParameterizedTest(name = "[{index}] {0}")
  @ValueSource(strings = {"../../etc/passwd", "..\\\\evil", ".ssh", "a:b*?.jpg", "", "/", "-rf"})
  @DisplayName("entity download stays in its folder whatever the label says")
  void hostileLabel(String label) throws IOException {
    server.on(
        "GET /entities/7", 200, "{\"id\":7,\"extension\":\"jpg\",\"label\":\"" + label + "\"}");
    server.on("GET /entities/7/media", 200, "image/jpeg", new byte[] {1});
    Path folder = Files.createDirectory(temp.resolve("downloads"));

    assertThat(cli().run("entity", "download", "7", "-o", folder.toString()).exitCode()).isZero();

    assertThat(folder.toFile().list())
        .singleElement()
        .asString()
        .endsWith(".jpg")
        .matches("[^.\\-].*")
        .doesNotContain(":", "*", "/", "\\");
  }

  @Test
  @DisplayName("a label cannot move the cursor of a terminal")
  void controlCharacters() {
    server.on("GET /entities/7", 200, "{\"id\":7,\"label\":\"a\\u001b[2Jb\\nc\\u202Ed\"}");

    assertThat(cli().run("entity", "get", "7").out()).contains("label: a [2Jb c d\n");
  }

  @Test
  @DisplayName("person list and person faces are tables")
  void persons() {
    server.on("GET /intelligence/known-persons", 200, ScriptedServer.wire("known-persons"));
    server.on("GET /intelligence/known-persons/5/faces", 200, ScriptedServer.wire("faces"));

    assertThat(cli().run("person", "list").out())
        .isEqualTo(
            """
            ID  FACES  NAME
            5   12     Ada
            6   1      -
            """);
    assertThat(cli().run("person", "faces", "5").out())
        .isEqualTo(
            """
            FACE   ENTITY  CONFIDENCE  FOUND
            70000  7       0.970       2026-01-01T00:00:02Z
            70001  7       0.970       2026-01-01T00:00:02Z
            """);
    assertThat(cli().run("person", "list", "--json").out()).contains("\"name\": \"Ada\"");
    assertThat(cli().run("person", "faces", "5", "--json").out())
        .contains("\"nose_tip\": [\n        0.36,\n        0.31\n      ]");
  }

  @Test
  @DisplayName("similar asks for what it is told, without the image itself")
  void similar() {
    server.on("GET /intelligence/entities/7/similar", 200, ScriptedServer.wire("similar-entities"));

    assertThat(cli().run("similar", "7", "--limit", "3", "--threshold", "0.5").out())
        .isEqualTo(
            """
            ENTITY  SCORE  LABEL
            7       1.000  Gräfin am Strand.jpg
            9       0.873  -
            """);
    assertThat(server.lastCall().query())
        .isEqualTo("limit=3&score_threshold=0.5&include_self=false&include_details=true");
    assertThat(cli().run("similar", "7", "--json").out()).contains("\"score\": 0.8731");
  }

  @Test
  @DisplayName("status tells how each service introduces itself, and the health of its parts")
  void status() {
    CliRun cli = threeServices();
    server.on("GET /actuator/health", 200, ScriptedServer.wire("health"));

    CliRun.Result result = cli.run("status");

    assertThat(result.exitCode()).isZero();
    assertThat(result.out())
        .isEqualTo(
            """
            auth     %1$s  CoLAN Store Server v1, healthy, guest mode on
            store    %1$s  CoLAN Store Server v1, healthy, guest mode on
            compute  %1$s  CoLAN Store Server v1, healthy, guest mode on
            health   UP
              db UP
              models UP
                face_detection: bundled lite model
            """
                .formatted(server.url()));
    assertThat(cli.run("status", "--json").out())
        .startsWith("{\n  \"status\": \"success\",\n  \"auth\": {\n")
        .contains("\"guestMode\": \"on\"", "\"health\": {");
  }

  @Test
  @DisplayName("status of a server that is down fails, with what it knows on stdout")
  void statusDown() {
    CliRun cli = threeServices();
    server.on("GET /actuator/health", 503, "{\"status\":\"DOWN\"}");

    CliRun.Result result = cli.run("status", "--json");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err()).isEqualTo("error: the server is DOWN\n");
    assertThat(result.out()).startsWith("{\n  \"status\": \"failed\",");
  }

  @Test
  @DisplayName("status is fine with a server that keeps its health to itself")
  void statusWithoutHealth() {
    CliRun.Result result = threeServices().run("status");

    assertThat(result.exitCode()).isZero();
    assertThat(result.out()).endsWith("health   unknown (Not Found)\n");
  }

  @Test
  @DisplayName("a server that is not there is exit code 3, and may be tried again")
  void unreachable() throws IOException {
    int freePort;
    try (ServerSocket socket = new ServerSocket(0)) {
      freePort = socket.getLocalPort();
    }
    String url = "http://127.0.0.1:" + freePort;

    CliRun.Result result = cli().run("person", "list", "--json", "--server", url);

    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.err())
        .isEqualTo(
            "error: no answer from "
                + url
                + " (connection refused); start it with ./minsight start, or name another with"
                + " --server\n");
    assertThat(result.out())
        .startsWith("{\"status\":\"failed\",\"error\":\"no answer from " + url)
        .endsWith("\"retryable\":true}\n");
    assertThat(cli().run("status", "--server", url).exitCode()).isEqualTo(3);
  }

  @ParameterizedTest(name = "{0} is {1}")
  @CsvSource({"404, 4", "401, 5", "403, 5", "422, 1", "500, 1", "409, 1", "503, 1"})
  @DisplayName("a refusal has the exit code of its kind, and one line on stderr")
  void exitCodes(int status, int exitCode) {
    server.on("GET /entities/7", status, "{\"detail\":\"because\\nof that\"}");

    CliRun.Result result = cli().run("entity", "get", "7");

    assertThat(result.exitCode()).isEqualTo(exitCode);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).matches("error: .*because of that.*\n");
  }

  @ParameterizedTest(name = "[{index}] {0}")
  @ValueSource(
      strings = {
        "",
        "entity",
        "entity get",
        "entity get seven",
        "entity get 7 8",
        "nonsense",
        "entity list --nonsense",
        "entity list --page x",
        "status --server ftp://x",
        "status --server host:80",
        "status --store-url not-a-url"
      })
  @DisplayName("wrong usage is exit code 2, one line on stderr, and JSON where it was asked for")
  void usage(String line) {
    String[] words = line.isEmpty() ? new String[0] : line.split(" ");
    CliRun.Result plain = cli().run(words);
    assertThat(plain.exitCode()).isEqualTo(2);
    assertThat(plain.out()).isEmpty();
    assertThat(plain.err()).matches("error: .+\n");

    String[] asJson = (line + " --json").strip().split(" ");
    assertThat(cli().run(asJson).out()).matches("\\{\"status\":\"failed\",\"error\":\".+\\}\n");
    assertThat(server.calls()).isEmpty();
  }

  @Test
  @DisplayName("an id that is no number is called so")
  void noNumber() {
    assertThat(cli().run("entity", "get", "seven").err()).contains("'seven' is not a number");
  }

  @Test
  @DisplayName("a wrong environment variable is named")
  void wrongEnvironment() {
    CliRun.Result result =
        new CliRun(temp).env("MINSIGHT_STORE_PORT", "eighty").run("person", "list");

    assertThat(result)
        .isEqualTo(
            new CliRun.Result(
                2, "", "error: MINSIGHT_STORE_PORT is not a port (1..65535): eighty\n"));
  }

  @Test
  @DisplayName("help and version go to stdout, at every command, and succeed")
  void help() {
    assertThat(cli().run("--version").out()).startsWith("minsight ");
    assertThat(cli().run("--help").out()).contains("ingest", "Exit codes:", "130");
    assertThat(cli().run("entity", "download", "--help").out()).contains("--preview", "--server");
    assertThat(cli().run("entity", "download", "--help").exitCode()).isZero();
  }

  @Test
  @DisplayName("vectors list and vectors rebuild show the collections, and what is wrong with one")
  void vectors() {
    String ready =
        """
        {"name": "clip_embeddings", "model_id": "clip", "dimension": 512, "count": 12, "stored": 12,
         "condition": "ready", "method": "hnsw", "reason": null, "rebuilding": false}\
        """;
    String away =
        """
        {"name": "face_embeddings", "model_id": "sface", "dimension": 128, "count": 0, "stored": 7,
         "condition": "unreachable", "method": null, "reason": "it is away", "rebuilding": false}\
        """;
    String both = "{\"collections\": [" + ready + ", " + away + "]}";
    server.on("GET /system/vectors", 200, both);
    server.on("POST /system/vectors/rebuild", 202, both);
    String table =
        """
        COLLECTION       VECTORS  STORED  SIZE  SEARCH       MODEL
        clip_embeddings  12       12      512   hnsw         clip
        face_embeddings  0        7       128   unreachable  sface (it is away)
        """;

    assertThat(cli().run("vectors", "list")).isEqualTo(new CliRun.Result(0, table, ""));
    assertThat(cli().run("vectors", "rebuild", "clip_embeddings"))
        .isEqualTo(new CliRun.Result(0, table, ""));
    assertThat(cli().run("vectors", "rebuild"))
        .isEqualTo(
            new CliRun.Result(
                1, table, "error: collection face_embeddings is not built: it is away\n"));
  }

  private CliRun cli() {
    return new CliRun(temp.resolve("config")).at(server.urls());
  }

  private CliRun threeServices() {
    server.on("GET /", 200, ScriptedServer.wire("root-store"));
    return cli();
  }
}
