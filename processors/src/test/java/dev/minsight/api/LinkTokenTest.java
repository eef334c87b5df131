package dev.minsight.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.minsight.auth.GuestMode;
import dev.minsight.auth.NewUser;
import dev.minsight.auth.User;
import dev.minsight.auth.UserChange;
import dev.minsight.auth.Users;
import dev.minsight.testing.Contract;
import dev.minsight.testing.TestServer;
import dev.minsight.testing.TestTokens;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Media by {@code ?token=}; ours.md section 5 and store.md section 3. Guest mode is off. */
class LinkTokenTest {

  private final TestServer server = TestServer.shared();
  private final Users users = server.bean(Users.class);

  @BeforeEach
  void guestModeOff() {
    server.bean(GuestMode.class).set(false);
  }

  @AfterEach
  void guestModeOn() {
    server.bean(GuestMode.class).set(true);
  }

  private User user(String... permissions) {
    return users.create(
        new NewUser("l-" + UUID.randomUUID(), "secret", false, true, List.of(permissions)));
  }

  private String token(User user) {
    return server.login(user.username(), "secret");
  }

  private String link(String credential) {
    HttpResponse<String> answer =
        server.form("POST", server.auth("/auth/link-token"), credential, Map.of());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    JsonNode body = TestServer.json(answer);
    assertThat(body.properties()).hasSize(2);
    assertThat(body.get("expires_in").asInt()).isEqualTo(300);
    return body.get("token").asText();
  }

  private HttpResponse<String> byQuery(String path, String token) {
    return server.get(server.store(path + "?token=" + token), null);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/entities/99999/media",
        "/entities/99999/preview",
        "/entities/99999/stream/adaptive.m3u8",
        "/download/99999",
        "/preview/99999",
        "/stream/99999/adaptive.m3u8",
        "/intelligence/faces/99999/image"
      })
  @DisplayName(
      "Media take an access token and a link token in the query; the answer hides where from")
  @Contract("store.md 3 token for media")
  void mediaByQuery(String path) {
    String access = token(user("media_store_read"));

    for (String token : List.of(access, link(access), link(server.adminToken()))) {
      HttpResponse<String> answer = byQuery(path, token);
      assertThat(answer.statusCode()).as(path).isNotIn(401, 403);
      assertThat(answer.headers().firstValue("Referrer-Policy")).hasValue("no-referrer");
      assertThat(
              server
                  .send(
                      server
                          .request(server.store(path + "?token=" + token), null)
                          .method("HEAD", BodyPublishers.noBody())
                          .build())
                  .statusCode())
          .as("HEAD " + path)
          .isNotIn(401, 403);
    }
    assertThat(server.get(server.store(path), null).statusCode()).isEqualTo(401);
    assertThat(server.get(server.store(path), null).headers().firstValue("Referrer-Policy"))
        .isEmpty();
    assertThat(byQuery(path, "nonsense").statusCode()).isEqualTo(401);
    assertThat(byQuery(path, "nonsense").headers().firstValue("Referrer-Policy"))
        .hasValue("no-referrer");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/entities",
        "/entities/1",
        "/entities/1/versions",
        "/intelligence/known-persons",
        "/activity",
        "/admin/pref",
        "/users",
        "/users/me",
        "/auth/api-keys",
        "/actuator/metrics"
      })
  @DisplayName("Elsewhere a token in the query counts as none, and a link token is refused")
  @Contract("store.md 3 token for media")
  void nowhereElse(String path) {
    String link = link(server.adminToken());

    assertThat(byQuery(path, server.adminToken()).statusCode()).isEqualTo(401);
    assertThat(byQuery(path, link).statusCode()).isEqualTo(401);
    assertThat(server.get(server.store(path), link).body())
        .isEqualTo("{\"detail\":\"Could not validate credentials\"}");
  }

  @Test
  @DisplayName("A link token gets no tokens: neither a fresh one nor another link, nor an API key")
  void linkGetsNoTokens() {
    String link = link(server.adminToken());

    for (String path : List.of("/auth/token/refresh", "/auth/link-token", "/auth/api-keys")) {
      URI uri = server.auth(path);
      assertThat(server.form("POST", uri, link, Map.of("name", "x")).statusCode()).isEqualTo(401);
      assertThat(
              server
                  .form("POST", server.auth(path + "?token=" + link), null, Map.of("name", "x"))
                  .statusCode())
          .isEqualTo(401);
    }
  }

  @Test
  @DisplayName("A link token is refused in a header even for media")
  void notInHeader() {
    String link = link(server.adminToken());

    assertThat(server.get(server.store("/entities/99999/media"), link).statusCode()).isEqualTo(401);
  }

  @Test
  @DisplayName("An API key is never taken from a query")
  void noApiKeyInQuery() {
    String key =
        TestServer.json(
                server.form(
                    "POST",
                    server.auth("/auth/api-keys"),
                    token(user("media_store_read")),
                    Map.of("name", "x")))
            .get("key")
            .asText();

    assertThat(server.get(server.store("/entities/99999/media"), key).statusCode()).isEqualTo(404);
    assertThat(byQuery("/entities/99999/media", key).statusCode()).isEqualTo(401);
  }

  @Test
  @DisplayName("A link allows what its maker may read, and no longer than the account may")
  void followsTheAccount() {
    String path = "/entities/99999/media";
    User blind = user("media_store_write");
    assertThat(byQuery(path, link(token(blind))).statusCode()).isEqualTo(403);

    User reader = user("media_store_read");
    String link = link(token(reader));
    assertThat(byQuery(path, link).statusCode()).isEqualTo(404);
    users.change(reader.id(), new UserChange(null, List.of(), null, null));
    assertThat(byQuery(path, link).statusCode()).isEqualTo(403);
    users.change(reader.id(), new UserChange("other", List.of("media_store_read"), null, null));
    assertThat(byQuery(path, link).statusCode()).as("a new password ends it").isEqualTo(401);
  }

  @Test
  @DisplayName("A link made by an API key reaches no further than the key's scopes")
  void linkOfApiKey() {
    String token = token(user("media_store_read", "ai_inference_support"));
    String key =
        TestServer.json(
                server.form(
                    "POST",
                    server.auth("/auth/api-keys"),
                    token,
                    Map.of("name", "x", "scopes", "ai_inference_support")))
            .get("key")
            .asText();

    assertThat(byQuery("/entities/99999/media", link(key)).statusCode()).isEqualTo(403);
  }

  @Test
  @DisplayName("An expired link is 401 and says so")
  void expired() {
    String link =
        TestTokens.sign(
            server.home(),
            Map.of(
                "id",
                "1",
                "permissions",
                List.of("media_store_read"),
                "is_admin",
                false,
                "exp",
                System.currentTimeMillis() / 1000 - 1,
                "use",
                "link"));

    assertThat(byQuery("/entities/99999/media", link).body())
        .isEqualTo("{\"detail\":\"JWT token has expired\"}");
  }

  @Test
  @DisplayName("A token in the header wins over one in the query")
  void headerWins() {
    assertThat(
            server
                .get(server.store("/entities/99999/media?token=" + server.adminToken()), "nonsense")
                .statusCode())
        .isEqualTo(401);
  }
}
