package dev.minsight.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.minsight.auth.NewUser;
import dev.minsight.auth.Users;
import dev.minsight.testing.Contract;
import dev.minsight.testing.TestServer;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Logging in, as the contract has it. */
class AuthApiTest {

  private final TestServer server = TestServer.shared();
  private final URI login = server.auth("/auth/token");

  private static Map<String, String> credentials(String username, String password) {
    return Map.of("username", username, "password", password);
  }

  private static JsonNode claims(String token) throws Exception {
    String payload = token.split("\\.")[1];
    return new com.fasterxml.jackson.databind.ObjectMapper()
        .readTree(Base64.getUrlDecoder().decode(payload));
  }

  @Test
  @DisplayName("Name and password give a bearer token with the contract's header and claims")
  @Contract({
    "auth.md 2 alg",
    "auth.md 2 claims",
    "auth.md 2 lifetime",
    "auth.md 2 history",
    "auth.md 4 POST /auth/token"
  })
  void loginGivesToken() throws Exception {
    long before = System.currentTimeMillis() / 1000;

    HttpResponse<String> answer =
        server.form("POST", login, null, credentials(TestServer.ADMIN, TestServer.ADMIN_PASSWORD));

    assertThat(answer.statusCode()).isEqualTo(200);
    JsonNode body = TestServer.json(answer);
    assertThat(body.properties()).hasSize(2);
    assertThat(body.get("token_type").asText()).isEqualTo("bearer");
    String token = body.get("access_token").asText();
    String header =
        new String(Base64.getUrlDecoder().decode(token.split("\\.")[0]), StandardCharsets.UTF_8);
    assertThat(header).contains("\"alg\":\"ES256\"").contains("\"typ\":\"JWT\"");
    assertThat(Base64.getUrlDecoder().decode(token.split("\\.")[2])).hasSize(64);
    JsonNode claims = claims(token);
    assertThat(claims.fieldNames())
        .as("token_version is ours, others ignore it")
        .toIterable()
        .containsExactlyInAnyOrder("id", "permissions", "is_admin", "exp", "token_version");
    assertThat(claims.get("id").isTextual()).isTrue();
    assertThat(claims.get("is_admin").booleanValue()).isTrue();
    assertThat(claims.get("permissions").get(0).asText()).isEqualTo("*");
    assertThat(claims.get("exp").asLong()).isBetween(before + 1800, before + 1860);
  }

  @Test
  @DisplayName("A multipart form and a trailing slash do as well; unknown fields do no harm")
  @Contract({"auth.md 4 forms", "auth.md 4 POST /auth/token"})
  void multipartLogin() {
    HttpResponse<String> answer =
        server.multipart(
            "POST",
            server.auth("/auth/token/"),
            null,
            Map.of(
                "username",
                TestServer.ADMIN,
                "password",
                TestServer.ADMIN_PASSWORD,
                "grant_type",
                "password",
                "scope",
                ""),
            null,
            null);

    assertThat(answer.statusCode()).isEqualTo(200);
  }

  @Test
  @DisplayName("Passwords with any characters arrive as typed")
  @Contract("auth.md 1 password policy")
  void oddPasswordsArrive() {
    String odd = "ä+&=% 漢\t\"RAW(x)";
    server.bean(Users.class).create(new NewUser("Ödd+ one", odd, false, true, List.of()));

    assertThat(server.form("POST", login, null, credentials("Ödd+ one", odd)).statusCode())
        .isEqualTo(200);
  }

  @Test
  @DisplayName("A wrong password and an unknown user are told apart by nobody")
  @Contract({"auth.md 4 error body", "auth.md 4 401 header", "auth.md 4 POST /auth/token"})
  void wrongPassword() {
    HttpResponse<String> wrong =
        server.form("POST", login, null, credentials(TestServer.ADMIN, "wrong"));
    HttpResponse<String> unknown = server.form("POST", login, null, credentials("nobody", "wrong"));

    assertThat(wrong.statusCode()).isEqualTo(401);
    assertThat(wrong.body()).isEqualTo("{\"detail\":\"Incorrect username or password\"}");
    assertThat(wrong.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
    assertThat(unknown.statusCode()).isEqualTo(wrong.statusCode());
    assertThat(unknown.body()).isEqualTo(wrong.body());
  }

  @Test
  @DisplayName("An inactive user cannot log in")
  @Contract("auth.md 4 is_active=false")
  void inactiveCannotLogIn() {
    server.bean(Users.class).create(new NewUser("retired", "secret", false, false, List.of()));

    assertThat(server.form("POST", login, null, credentials("retired", "secret")).statusCode())
        .isEqualTo(401);
  }

  @Test
  @DisplayName("Missing fields are 422 and named, all of them; empty counts as missing")
  @Contract({
    "auth.md 4 validation error",
    "auth.md 4 JSON is no form",
    "auth.md 4 empty values",
    "auth.md 4 POST /auth/token"
  })
  void missingFields() {
    HttpResponse<String> answer = server.form("POST", login, null, Map.of("username", ""));

    assertThat(answer.statusCode()).isEqualTo(422);
    assertThat(answer.body())
        .isEqualTo(
            "{\"detail\":["
                + "{\"type\":\"missing\",\"loc\":[\"body\",\"username\"],"
                + "\"msg\":\"Field required\",\"input\":null},"
                + "{\"type\":\"missing\",\"loc\":[\"body\",\"password\"],"
                + "\"msg\":\"Field required\",\"input\":null}]}");
    assertThat(server.json("POST", login, null, credentials("a", "b")).statusCode()).isEqualTo(422);
    assertThat(
            server
                .form(
                    "POST",
                    login,
                    null,
                    Map.of("username", "a", "password", "b", "grant_type", "magic"))
                .statusCode())
        .isEqualTo(422);
  }

  @Test
  @DisplayName("A password of more than 72 bytes is 422, not an error of ours")
  @Contract("auth.md 1 password over 72 bytes")
  void longPassword() {
    HttpResponse<String> answer =
        server.form("POST", login, null, credentials(TestServer.ADMIN, "ü".repeat(37)));

    assertThat(answer.statusCode()).isEqualTo(422);
    assertThat(answer.body()).contains("72 bytes");
  }

  @Test
  @DisplayName("A valid token is exchanged for a new one with the rights of now")
  @Contract({"auth.md 4 POST /auth/token/refresh", "auth.md 4 refresh"})
  void refreshFollowsTheAccount() throws Exception {
    server
        .bean(Users.class)
        .create(new NewUser("refresher", "secret", false, true, List.of("media_store_read")));
    String old = server.login("refresher", "secret");
    server
        .bean(org.springframework.jdbc.core.simple.JdbcClient.class)
        .sql("UPDATE users SET permissions = 'a,b' WHERE username = 'refresher'")
        .update();

    HttpResponse<String> answer =
        server.form("POST", server.auth("/auth/token/refresh"), old, Map.of());

    assertThat(answer.statusCode()).isEqualTo(200);
    JsonNode permissions =
        claims(TestServer.json(answer).get("access_token").asText()).get("permissions");
    assertThat(permissions.toString()).isEqualTo("[\"a\",\"b\"]");
    assertThat(TestServer.json(answer).fieldNames())
        .toIterable()
        .containsExactly("access_token", "token_type");
    assertThat(server.get(server.auth("/users/me"), old).statusCode())
        .as("the old one is good to its end")
        .isEqualTo(200);
  }

  @Test
  @DisplayName("GET /users/me is the account in the contract's shape")
  @Contract({
    "auth.md 1 bootstrap default admin",
    "auth.md 1 bootstrap *",
    "auth.md 4 GET /users/me",
    "auth.md 4 User username",
    "auth.md 4 User is_admin",
    "auth.md 4 User is_active",
    "auth.md 4 User created_at"
  })
  void me() {
    String admin = server.adminToken();

    HttpResponse<String> answer = server.get(server.auth("/users/me"), admin);

    assertThat(answer.statusCode()).isEqualTo(200);
    JsonNode me = TestServer.json(answer);
    assertThat(me.properties()).hasSize(6);
    assertThat(me.get("id").isInt()).isTrue();
    assertThat(me.get("username").asText()).isEqualTo("admin");
    assertThat(me.get("is_admin").booleanValue()).isTrue();
    assertThat(me.get("is_active").booleanValue()).isTrue();
    assertThat(me.get("created_at").asText())
        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}");
    assertThat(me.get("permissions").get(0).asText()).isEqualTo("*");
    assertThat(server.get(server.auth("/users/me/"), admin).body()).isEqualTo(answer.body());
  }

  @Test
  @DisplayName("The public key is the file other services read")
  @Contract({"auth.md 1 key location", "auth.md 4 GET /auth/public-key", "store.md 8 public key"})
  void publicKey() throws Exception {
    JsonNode body = TestServer.json(server.get(server.auth("/auth/public-key"), null));

    assertThat(body.get("algorithm").asText()).isEqualTo("ES256");
    assertThat(body.get("public_key").asText())
        .startsWith("-----BEGIN PUBLIC KEY-----\n")
        .isEqualTo(Files.readString(server.home().resolve("keys/public_key.pem")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "POST /auth/token/refresh",
        "GET /users/me",
        "POST /users/",
        "GET /users/",
        "GET /users/1",
        "PUT /users/1",
        "PATCH /users/1",
        "DELETE /users/1"
      })
  @DisplayName("Without a token accounts answer 401 in the auth service's words")
  @Contract({
    "auth.md 4 order of checks",
    "auth.md 4 401 without token",
    "auth.md 4 401 bad token",
    "auth.md 4 401 header",
    "auth.md 4 GET /users/me",
    "auth.md 4 PATCH /users/{user_id}",
    "auth.md 4 guests",
    "auth.md 5 ref-auth",
    "auth.md 5 ref-SDK no-auth mode"
  })
  void accountsNeedToken(String operation) {
    String[] parts = operation.split(" ");

    HttpResponse<String> none =
        server.json(parts[0], server.auth(parts[1]), null, Map.of("is_admin", true));
    HttpResponse<String> bad =
        server.json(parts[0], server.auth(parts[1]), "nonsense", Map.of("is_admin", true));
    HttpResponse<String> stranger =
        server.json(parts[0], server.auth(parts[1]), server.token("99999"), Map.of());

    assertThat(none.statusCode()).isEqualTo(401);
    assertThat(none.body()).isEqualTo("{\"detail\":\"Not authenticated\"}");
    assertThat(none.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
    assertThat(bad.statusCode()).isEqualTo(401);
    assertThat(bad.body()).isEqualTo("{\"detail\":\"Could not validate credentials\"}");
    assertThat(stranger.statusCode()).isEqualTo(401);
  }

  @Test
  @DisplayName("Accounts of others are for admins")
  @Contract({"auth.md 1 bootstrap *", "auth.md 3 *", "auth.md 4 403 non-admin"})
  void accountsAreForAdmins() {
    server.bean(Users.class).create(new NewUser("curious", "secret", false, true, List.of("*")));
    String token = server.login("curious", "secret");

    HttpResponse<String> answer = server.get(server.auth("/users/"), token);

    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(answer.body()).isEqualTo("{\"detail\":\"The user doesn't have enough privileges\"}");
  }

  @Test
  @Timeout(60)
  @DisplayName("Twenty logins at once all succeed, and no single thread does them all")
  @Contract("auth.md 5 concurrency")
  void parallelLogins() throws Exception {
    ExecutorService callers = Executors.newFixedThreadPool(20);
    try {
      List<CompletableFuture<Integer>> answers =
          IntStream.range(0, 20)
              .mapToObj(
                  i ->
                      CompletableFuture.supplyAsync(
                          () ->
                              server
                                  .form(
                                      "POST",
                                      login,
                                      null,
                                      credentials(TestServer.ADMIN, TestServer.ADMIN_PASSWORD))
                                  .statusCode(),
                          callers))
              .toList();
      for (CompletableFuture<Integer> answer : answers) {
        assertThat(answer.get(30, TimeUnit.SECONDS)).isEqualTo(200);
      }
    } finally {
      callers.shutdownNow();
    }
  }
}
