package dev.minsight.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.minsight.testing.ScriptedServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The auth client")
class AuthClientTest {

  private final ScriptedServer server = new ScriptedServer();

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  @DisplayName("logs in by a form, without the token it may already have")
  void login() {
    server.on("POST /auth/token", 200, ScriptedServer.wire("token"));

    Token token = client().token("old").build().auth().login("admin", "pässword&=");

    assertThat(token.tokenType()).isEqualTo("bearer");
    assertThat(server.lastCall().text()).isEqualTo("username=admin&password=p%C3%A4ssword%26%3D");
    assertThat(server.lastCall().header("Authorization")).isNull();
  }

  @Test
  @DisplayName("says in the server's words that a password is wrong")
  void wrongPassword() {
    server.on("POST /auth/token", 401, "{\"detail\":\"Incorrect username or password\"}");

    assertThatThrownBy(() -> client().build().auth().login("admin", "x"))
        .isInstanceOf(ApiException.Unauthorized.class)
        .hasMessage("Unauthorized: Incorrect username or password");
  }

  @Test
  @DisplayName("trades a token for a new one")
  void refresh() {
    server.on("POST /auth/token/refresh", 200, ScriptedServer.wire("token"));

    assertThat(client().build().auth().refresh("old").accessToken()).startsWith("eyJ");
    assertThat(server.lastCall().header("Authorization")).isEqualTo("Bearer old");
  }

  @Test
  @DisplayName("tells who is calling, by token or by API key")
  void me() {
    server.on("GET /users/me", 200, ScriptedServer.wire("user"));

    assertThat(client().token("t").build().auth().me().username()).isEqualTo("admin");
    assertThat(server.lastCall().header("Authorization")).isEqualTo("Bearer t");
    assertThat(client().apiKey("k").build().auth().me().isAdmin()).isTrue();
    assertThat(server.lastCall().header("X-Api-Key")).isEqualTo("k");
  }

  @Test
  @DisplayName("hands out the key that verifies tokens")
  void publicKey() {
    server.on("GET /auth/public-key", 200, ScriptedServer.wire("public-key"));

    assertThat(client().build().auth().publicKey().algorithm()).isEqualTo("ES256");
  }

  private MinsightClient.Builder client() {
    return MinsightClient.builder().servers(server.urls());
  }
}
