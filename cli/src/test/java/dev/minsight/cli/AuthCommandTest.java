package dev.minsight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.minsight.testing.ScriptedServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("minsight auth")
class AuthCommandTest {

  private static final Instant IN_HALF_AN_HOUR = CliRun.NOW.plusSeconds(1800);

  private final ScriptedServer server = new ScriptedServer();

  @TempDir Path temp;
  private Path home;
  private Path session;

  @BeforeEach
  void start() {
    home = temp.resolve("config");
    session = home.resolve("session.json");
    server.on("POST /auth/token", 200, CliRun.tokenBody(IN_HALF_AN_HOUR));
    server.on("GET /users/me", 200, ScriptedServer.wire("user"));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  @DisplayName("login reads the password from stdin and keeps the session for its owner alone")
  void loginByStdin() throws IOException {
    CliRun.Result result =
        cli().stdin("pässword\nmore\n").run("auth", "login", "-u", "admin", "--password-stdin");

    assertThat(result)
        .isEqualTo(new CliRun.Result(0, "logged in as admin at " + server.url() + "\n", ""));
    assertThat(server.calls().get(0).text()).isEqualTo("username=admin&password=p%C3%A4ssword");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(session)))
        .isEqualTo("rw-------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home)))
        .isEqualTo("rwx------");
    assertThat(home.toFile().list()).containsExactly("session.json");
    assertThat(session).content().contains(server.url().toString()).doesNotContain("ssword");
  }

  @Test
  @DisplayName("login asks for what is missing where there is a terminal")
  void loginByPrompt() {
    List<String> asked = new ArrayList<>();
    Terminal.Prompt person =
        new Terminal.Prompt() {
          @Override
          public String line(String question) {
            asked.add(question);
            return "admin";
          }

          @Override
          public String secret(String question) {
            asked.add(question + " (hidden)");
            return "secret";
          }
        };

    CliRun.Result result = cli().typing(person).run("auth", "login", "--json");

    assertThat(result.exitCode()).isZero();
    assertThat(result.out())
        .isEqualTo(
            """
            {
              "status": "success",
              "message": "logged in as admin at %s"
            }
            """
                .formatted(server.url()));
    assertThat(asked).containsExactly("Username", "Password (hidden)");
  }

  @Test
  @DisplayName("login without a terminal says which option to use")
  void loginWithoutTerminal() {
    assertThat(cli().run("auth", "login", "-u", "admin"))
        .isEqualTo(
            new CliRun.Result(
                2, "", "error: there is no terminal to ask at; use --password-stdin\n"));
    assertThat(cli().run("auth", "login", "-u", "admin", "--password-stdin").exitCode())
        .isEqualTo(2);
    assertThat(server.calls()).isEmpty();
  }

  @Test
  @DisplayName("login warns of a password on the command line, as the reference took it")
  void loginByOption() {
    CliRun.Result result = cli().run("auth", "login", "-u", "admin", "-p", "secret");

    assertThat(result.exitCode()).isZero();
    assertThat(result.err()).startsWith("warning:");
  }

  @Test
  @DisplayName("login with a wrong password is refused and keeps no session")
  void wrongPassword() {
    server.on("POST /auth/token", 401, "{\"detail\":\"Incorrect username or password\"}");

    CliRun.Result result =
        cli().stdin("x\n").run("--json", "auth", "login", "-u", "a", "--password-stdin");

    assertThat(result.exitCode()).isEqualTo(5);
    assertThat(result.err()).startsWith("error: Unauthorized: Incorrect username or password");
    assertThat(result.out())
        .startsWith("{\"status\":\"failed\",\"error\":\"Unauthorized: Incorrect")
        .endsWith("\"retryable\":false}\n");
    assertThat(session).doesNotExist();
  }

  @Test
  @DisplayName("login that is slowed down says how long to wait")
  void tooManyFailures() {
    server.onExchange(
        "POST /auth/token",
        call -> {
          call.getResponseHeaders().add("Retry-After", "8");
          call.sendResponseHeaders(429, -1);
        });

    CliRun.Result result =
        cli().stdin("x\n").run("--json", "auth", "login", "-u", "a", "--password-stdin");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err()).endsWith("try again in 8 s\n");
    assertThat(result.out()).contains("\"retryable\":true");
  }

  @Test
  @DisplayName("status tells who is logged in and until when, and logout forgets it")
  void statusAndLogout() {
    login();

    assertThat(cli().run("auth", "status"))
        .isEqualTo(
            new CliRun.Result(
                0, "admin (admin) at " + server.url() + ", until 2026-01-01T00:30:00Z\n", ""));
    assertThat(server.lastCall().header("Authorization"))
        .isEqualTo("Bearer " + CliRun.jwt(IN_HALF_AN_HOUR));
    assertThat(cli().run("auth", "logout").out()).isEqualTo("logged out\n");
    assertThat(session).doesNotExist();
    assertThat(cli().run("auth", "status").exitCode()).isEqualTo(5);
    assertThat(cli().run("auth", "status").err()).contains("./minsight auth login");
    assertThat(cli().run("auth", "logout"))
        .isEqualTo(new CliRun.Result(0, "was not logged in\n", ""));
  }

  @Test
  @DisplayName("the session remembers its server when the environment names none")
  void sessionNamesServer() {
    login();
    server.on("GET /entities/7", 200, ScriptedServer.wire("entity"));

    assertThat(new CliRun(home).run("entity", "get", "7").exitCode()).isZero();
    assertThat(server.lastCall().header("Authorization")).isNotNull();
  }

  @Test
  @DisplayName("a token is never shown to another server")
  void otherServer() {
    login();
    try (ScriptedServer other = new ScriptedServer()) {
      other.on("GET /entities/7", 200, ScriptedServer.wire("entity"));

      assertThat(cli().run("entity", "get", "7", "--store-url", other.url().toString()).exitCode())
          .isZero();
      assertThat(cli().run("--server", other.url().toString(), "entity", "get", "7").exitCode())
          .isZero();

      assertThat(other.calls()).hasSize(2);
      assertThat(other.calls()).allMatch(call -> call.header("Authorization") == null);
    }
  }

  @Test
  @DisplayName("a token about to end is renewed by the way, and the new one is kept")
  void renews() {
    login();
    server.on("GET /entities/7", 200, ScriptedServer.wire("entity"));
    Instant later = IN_HALF_AN_HOUR.plusSeconds(1000);
    server.on("POST /auth/token/refresh", 200, CliRun.tokenBody(later));

    CliRun.Result result = cli().when(IN_HALF_AN_HOUR.minusSeconds(60)).run("entity", "get", "7");

    assertThat(result.exitCode()).isZero();
    assertThat(server.lastCall().header("Authorization")).isEqualTo("Bearer " + CliRun.jwt(later));
    assertThat(session).content().contains(CliRun.jwt(later));
  }

  @Test
  @DisplayName("a token that cannot be renewed is used while it lasts")
  void renewalFails() {
    login();
    server.on("GET /entities/7", 200, ScriptedServer.wire("entity"));

    assertThat(cli().when(IN_HALF_AN_HOUR.minusSeconds(60)).run("entity", "get", "7").exitCode())
        .isZero();
    assertThat(server.lastCall().header("Authorization"))
        .isEqualTo("Bearer " + CliRun.jwt(IN_HALF_AN_HOUR));
  }

  @Test
  @DisplayName("a token that has ended is not sent: the caller is a guest, and a refusal says so")
  void expired() {
    login();
    server.on("GET /entities/7", 401, "{\"detail\":\"Authentication required\"}");

    CliRun.Result result = cli().when(IN_HALF_AN_HOUR).run("entity", "get", "7");

    assertThat(result)
        .isEqualTo(
            new CliRun.Result(
                5,
                "",
                "error: Unauthorized: Authentication required;"
                    + " log in with ./minsight auth login\n"));
    assertThat(server.lastCall().header("Authorization")).isNull();
  }

  @Test
  @DisplayName("an API key from the environment goes before the session")
  void apiKey() {
    login();

    CliRun.Result result = cli().env("MINSIGHT_API_KEY", "key").run("auth", "status", "--json");

    assertThat(result.out())
        .isEqualTo(
            """
            {
              "username": "admin",
              "is_admin": true,
              "permissions": [
                "*"
              ],
              "auth_url": "%s",
              "method": "api_key"
            }
            """
                .formatted(server.url()));
    assertThat(server.lastCall().header("X-Api-Key")).isEqualTo("key");
    assertThat(server.lastCall().header("Authorization")).isNull();
  }

  @Test
  @DisplayName(
      "auth.md 3 CLI allow-list: the CLI keeps none, permissions of any set are shown as held")
  void anyPermissions() throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    List<String> held =
        List.of(
            "read:jobs", "admin:system", "media_store_read", "ai_inference_support", "own:word");
    ObjectNode user = (ObjectNode) mapper.readTree(ScriptedServer.wire("user"));
    user.putPOJO("permissions", held);
    server.on("GET /users/me", 200, mapper.writeValueAsString(user));
    login();

    CliRun.Result result = cli().run("auth", "status", "--json");

    assertThat(mapper.readTree(result.out()).get("permissions"))
        .extracting(JsonNode::asText)
        .containsExactlyElementsOf(held);
  }

  @Test
  @DisplayName("a damaged session file is a configuration error that logout mends")
  void damaged() throws IOException {
    Files.createDirectories(home);
    for (String content : new String[] {"", "null", "{", "{}", "{\"access_token\":\"x\"}"}) {
      Files.writeString(session, content);
      assertThat(cli().run("auth", "status").exitCode()).as(content).isEqualTo(2);
      assertThat(cli().run("auth", "status").err()).contains("auth logout");
    }
    assertThat(cli().run("auth", "logout").exitCode()).isZero();
    assertThat(session).doesNotExist();
  }

  private CliRun cli() {
    return new CliRun(home).at(server.urls());
  }

  private void login() {
    assertThat(cli().stdin("x\n").run("auth", "login", "-u", "a", "--password-stdin").exitCode())
        .isZero();
  }
}
