package dev.minsight.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minsight.testing.Contract;
import dev.minsight.testing.TestServer;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Running without accounts. */
class NoAuthTest {

  private static TestServer server;

  @BeforeAll
  static void start(@TempDir Path home) {
    server = TestServer.start(home, "minsight.auth.enabled=false");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  @DisplayName("AC-B06, AC-B07 Everything is allowed, and nobody in particular did it")
  @Contract({
    "compute.md 2 --no-auth",
    "store.md 2 no-auth ignores tokens",
    "store.md 13 auth switches"
  })
  void everythingIsAllowed() {
    for (String token : new String[] {null, "nonsense"}) {
      assertThat(server.get(server.store("/entities"), token).statusCode()).isNotIn(401, 403);
      assertThat(server.form("POST", server.store("/entities"), token, Map.of()).statusCode())
          .isNotIn(401, 403);
      assertThat(server.get(server.compute("/jobs/x"), token).statusCode()).isNotIn(401, 403);
      assertThat(
              server
                  .form(
                      "PUT",
                      server.store("/admin/pref/guest-mode"),
                      token,
                      Map.of("guest_mode", "true"))
                  .statusCode())
          .isEqualTo(200);
    }
    var pref = TestServer.json(server.get(server.store("/admin/pref"), null));
    assertThat(pref.get("updated_by").isNull()).isTrue();
  }

  @Test
  @DisplayName("The root says that no account is needed")
  @Contract("compute.md 3 path root auth_required")
  void rootSaysSo() {
    assertThat(
            TestServer.json(server.get(server.compute("/"), null))
                .get("auth_required")
                .booleanValue())
        .isFalse();
  }

  @Test
  @DisplayName("Accounts themselves, the engine and the actuator keep asking for an admin")
  @Contract({"auth.md 4 guests", "auth.md 5 ref-SDK no-auth mode"})
  void whatStaysLocked() {
    assertThat(server.get(server.auth("/users/me"), null).statusCode()).isEqualTo(401);
    assertThat(server.delete(server.auth("/users/1"), null).statusCode()).isEqualTo(401);
    assertThat(server.get(server.store("/engine-rest/engine"), null).statusCode()).isEqualTo(401);
    assertThat(server.get(server.store("/actuator/metrics"), null).statusCode()).isEqualTo(401);
    assertThat(server.get(server.store("/actuator/health"), null).statusCode()).isEqualTo(200);

    String admin = server.adminToken();
    assertThat(server.get(server.auth("/users/me"), admin).statusCode()).isEqualTo(200);
    assertThat(server.get(server.store("/engine-rest/engine"), admin).statusCode()).isEqualTo(200);
  }
}
