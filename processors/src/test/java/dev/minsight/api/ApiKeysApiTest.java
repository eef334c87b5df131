package dev.minsight.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.minsight.auth.NewUser;
import dev.minsight.auth.User;
import dev.minsight.auth.UserChange;
import dev.minsight.auth.Users;
import dev.minsight.testing.TestServer;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** API keys: ours.md section 5. */
class ApiKeysApiTest {

  private final TestServer server = TestServer.shared();
  private final URI keys = server.auth("/auth/api-keys");
  private final Users users = server.bean(Users.class);

  private User user(boolean admin, String... permissions) {
    return users.create(
        new NewUser("k-" + UUID.randomUUID(), "secret", admin, true, List.of(permissions)));
  }

  private String token(User user) {
    return server.login(user.username(), "secret");
  }

  private JsonNode made(String token, String scopes) {
    HttpResponse<String> answer =
        server.form("POST", keys, token, Map.of("name", "backup job", "scopes", scopes));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    return TestServer.json(answer);
  }

  private String key(User owner, String scopes) {
    return made(token(owner), scopes).get("key").asText();
  }

  private int write(String credential) {
    return server.form("POST", server.store("/entities"), credential, Map.of()).statusCode();
  }

  private int preferences(String credential) {
    return server.get(server.store("/admin/pref"), credential).statusCode();
  }

  private HttpResponse<String> byHeader(URI uri, String key) {
    return server.send(server.request(uri, null).header("X-Api-Key", key).GET().build());
  }

  @Test
  @DisplayName("POST /auth/api-keys: 201 with the key, shown once and kept only as its SHA-256")
  void create() throws Exception {
    String token = token(user(false, "media_store_write"));

    JsonNode made = made(token, "media_store_write");

    assertThat(made.properties()).hasSize(6);
    String key = made.get("key").asText();
    assertThat(key).matches("mik_[A-Za-z0-9_-]{43}");
    assertThat(made.get("name").asText()).isEqualTo("backup job");
    assertThat(made.get("scopes").toString()).isEqualTo("[\"media_store_write\"]");
    assertThat(made.get("expires_at").isNull()).isTrue();
    assertThat(made.get("created_at").asText()).startsWith("20");
    assertThat(server.get(keys, token).body()).doesNotContain(key);
    assertThat(
            server
                .bean(JdbcClient.class)
                .sql("SELECT sha256 FROM api_keys WHERE id = :id")
                .param("id", made.get("id").asLong())
                .query(String.class)
                .single())
        .isEqualTo(
            HexFormat.of()
                .formatHex(
                    MessageDigest.getInstance("SHA-256")
                        .digest(key.getBytes(StandardCharsets.UTF_8))));
  }

  @Test
  @DisplayName("A key is accepted as bearer and as X-Api-Key, and may ask who it is")
  void bothHeaders() {
    User owner = user(false, "media_store_write");
    String key = key(owner, "");

    assertThat(write(key)).isEqualTo(422);
    HttpResponse<String> me = byHeader(server.auth("/users/me"), key);
    assertThat(me.statusCode()).isEqualTo(200);
    assertThat(TestServer.json(me).get("id").asLong()).isEqualTo(owner.id());
    assertThat(
            server
                .send(
                    server
                        .request(server.store("/entities"), null)
                        .header("X-Api-Key", key)
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.noBody())
                        .build())
                .statusCode())
        .isEqualTo(422);
  }

  @Test
  @DisplayName("A scope limits; what the owner holds besides is not in the key")
  void scopeLimits() {
    User owner = user(false, "media_store_read", "media_store_write");

    assertThat(write(key(owner, "media_store_read"))).isEqualTo(403);
    assertThat(write(key(owner, "media_store_read,media_store_write"))).isEqualTo(422);
    assertThat(write(key(owner, ""))).as("no scopes: all permissions").isEqualTo(422);
  }

  @ParameterizedTest
  @ValueSource(strings = {"media_store_write", "admin", "*"})
  @DisplayName("A scope that the owner does not hold is 422 and named, admin for non-admins, too")
  void scopeNotHeld(String scope) {
    String token = token(user(false, "media_store_read"));

    HttpResponse<String> answer =
        server.form(
            "POST", keys, token, Map.of("name", "x", "scopes", "media_store_read," + scope));

    assertThat(answer.statusCode()).isEqualTo(422);
    assertThat(answer.body()).contains("does not hold " + scope + ",");
    assertThat(TestServer.json(server.get(keys, token))).isEmpty();
  }

  @Test
  @DisplayName("What the owner loses the key loses at once")
  void followsTheOwner() {
    User owner = user(false, "media_store_write");
    String key = key(owner, "media_store_write");
    assertThat(write(key)).isEqualTo(422);

    users.change(owner.id(), new UserChange(null, List.of("media_store_read"), null, null));
    assertThat(write(key)).isEqualTo(403);

    users.change(owner.id(), new UserChange(null, null, false, null));
    HttpResponse<String> inactive = server.get(server.auth("/users/me"), key);
    assertThat(inactive.statusCode()).isEqualTo(401);
    assertThat(inactive.body()).isEqualTo("{\"detail\":\"Could not validate credentials\"}");

    users.change(owner.id(), new UserChange(null, null, true, null));
    assertThat(write(key)).as("keys outlive a pause").isEqualTo(403);
    users.delete(owner.id());
    assertThat(write(key)).isEqualTo(401);
    assertThat(
            server
                .bean(JdbcClient.class)
                .sql("SELECT count(*) FROM api_keys WHERE user_id = :id")
                .param("id", owner.id())
                .query(Long.class)
                .single())
        .isZero();
  }

  @Test
  @DisplayName("Being an admin is handed on by the scope admin alone, as long as the owner is one")
  void adminScope() {
    User owner = user(true);
    String token = token(owner);
    String plain = made(token, "").get("key").asText();
    String full = made(token, "admin").get("key").asText();

    assertThat(write(plain)).isEqualTo(422);
    assertThat(preferences(plain)).isEqualTo(403);
    assertThat(server.get(server.auth("/users/"), plain).statusCode()).isEqualTo(403);
    assertThat(preferences(full)).isEqualTo(200);
    assertThat(server.get(server.auth("/users/"), full).statusCode()).isEqualTo(200);

    users.change(owner.id(), new UserChange(null, null, null, false));
    assertThat(preferences(full)).isEqualTo(403);
    assertThat(server.get(server.auth("/users/"), full).statusCode()).isEqualTo(403);
    assertThat(write(full)).isEqualTo(403);
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /auth/token/refresh",
    "GET, /auth/api-keys",
    "POST, /auth/api-keys",
    "DELETE, /auth/api-keys/1",
    "GET, /users",
    "POST, /auth/keys/rotate",
    "GET, /auth/audit"
  })
  @DisplayName("A key without the scope admin manages neither accounts nor keys: 403")
  void keysManageNothing(String verb, String path) {
    String key = key(user(true), "");

    HttpResponse<String> answer = server.form(verb, server.auth(path), key, Map.of());

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(403);
  }

  @Test
  @DisplayName("With the scope admin a key manages keys, but is never exchanged for a token")
  void adminKeyManagesKeys() {
    String key = key(user(true), "admin");

    assertThat(server.form("POST", keys, key, Map.of("name", "child")).statusCode()).isEqualTo(201);
    HttpResponse<String> refresh =
        server.form("POST", server.auth("/auth/token/refresh"), key, Map.of());
    assertThat(refresh.statusCode()).isEqualTo(403);
    assertThat(refresh.body())
        .isEqualTo("{\"detail\":\"An API key cannot be exchanged for a token\"}");
  }

  @Test
  @DisplayName("An expired key is 401 in its own words, an unknown one in those of a bad token")
  void expired() {
    String token = token(user(false, "media_store_read"));
    JsonNode made =
        TestServer.json(
            server.form("POST", keys, token, Map.of("name", "short", "expires_days", "1")));
    assertThat(made.get("expires_at").asText()).isGreaterThan(made.get("created_at").asText());
    String key = made.get("key").asText();
    assertThat(server.get(server.auth("/users/me"), key).statusCode()).isEqualTo(200);
    server
        .bean(JdbcClient.class)
        .sql("UPDATE api_keys SET expires_at = :now WHERE id = :id")
        .param("now", System.currentTimeMillis() - 1)
        .param("id", made.get("id").asLong())
        .update();

    for (URI uri : List.of(server.auth("/users/me"), server.store("/entities"))) {
      HttpResponse<String> expired = server.get(uri, key);
      assertThat(expired.statusCode()).isEqualTo(401);
      assertThat(expired.body()).isEqualTo("{\"detail\":\"API key has expired\"}");
      assertThat(expired.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
      assertThat(byHeader(uri, "mik_unknown").body())
          .isEqualTo("{\"detail\":\"Could not validate credentials\"}");
    }
  }

  @Test
  @DisplayName("GET and DELETE /auth/api-keys: one's own; admins see and delete anybody's")
  void listAndDelete() {
    User owner = user(false, "media_store_read");
    User other = user(false);
    String token = token(owner);
    JsonNode made = made(token, "");
    URI one = server.auth("/auth/api-keys/" + made.get("id").asLong());
    URI ofOwner = server.auth("/auth/api-keys?user_id=" + owner.id());

    JsonNode listed = TestServer.json(server.get(keys, token));
    assertThat(listed).hasSize(1);
    assertThat(listed.get(0).get("user_id").asLong()).isEqualTo(owner.id());
    assertThat(listed.get(0).get("name").asText()).isEqualTo("backup job");
    assertThat(server.get(ofOwner, token(other)).statusCode()).isEqualTo(403);
    assertThat(server.delete(one, token(other)).statusCode()).isEqualTo(404);
    assertThat(TestServer.json(server.get(ofOwner, server.adminToken()))).hasSize(1);
    assertThat(
            server
                .get(server.auth("/auth/api-keys?user_id=99999"), server.adminToken())
                .statusCode())
        .isEqualTo(404);

    assertThat(server.delete(one, token).statusCode()).isEqualTo(204);
    assertThat(server.delete(one, token).body()).isEqualTo("{\"detail\":\"API key not found\"}");
    assertThat(write(made.get("key").asText())).isEqualTo(401);
    JsonNode second = made(token, "");
    assertThat(
            server
                .delete(
                    server.auth("/auth/api-keys/" + second.get("id").asLong()), server.adminToken())
                .statusCode())
        .isEqualTo(204);
  }

  @ParameterizedTest
  @CsvSource({
    "'', 1, missing",
    "x, 0, greater_than_equal",
    "x, 3651, less_than_equal",
    "x, soon, int_parsing"
  })
  @DisplayName("POST /auth/api-keys: no name and odd lives are 422 and named")
  void badFields(String name, String days, String type) {
    HttpResponse<String> answer =
        server.form("POST", keys, server.adminToken(), Map.of("name", name, "expires_days", days));

    assertThat(answer.statusCode()).isEqualTo(422);
    assertThat(answer.body()).contains("\"type\":\"" + type + "\"");
  }

  @Test
  @DisplayName("A name that cannot be seen is 422; the 101st key of an account is 409")
  void limits() {
    User owner = user(false);
    String token = token(owner);
    assertThat(server.form("POST", keys, token, Map.of("name", "a\u202Eb")).statusCode())
        .isEqualTo(422);
    for (int i = 0; i < 100; i++) {
      made(token, "");
    }

    HttpResponse<String> answer = server.form("POST", keys, token, Map.of("name", "one more"));

    assertThat(answer.statusCode()).isEqualTo(409);
    assertThat(answer.body()).contains("minsight.auth.max-api-keys");
  }

  @Test
  @DisplayName("When a key was last used is noted once a minute, beside the request")
  void lastUsed() {
    String token = token(user(false, "media_store_read"));
    String key = made(token, "").get("key").asText();
    assertThat(TestServer.json(server.get(keys, token)).get(0).get("last_used_at").isNull())
        .isTrue();

    server.get(server.auth("/users/me"), key);

    await()
        .until(() -> !TestServer.json(server.get(keys, token)).get(0).get("last_used_at").isNull());
    String first = TestServer.json(server.get(keys, token)).get(0).get("last_used_at").asText();
    server.get(server.auth("/users/me"), key);
    assertThat(TestServer.json(server.get(keys, token)).get(0).get("last_used_at").asText())
        .isEqualTo(first);
  }
}
