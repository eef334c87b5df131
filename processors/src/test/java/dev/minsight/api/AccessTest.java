package dev.minsight.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minsight.auth.NewUser;
import dev.minsight.auth.ServiceConfig;
import dev.minsight.auth.Users;
import dev.minsight.testing.Contract;
import dev.minsight.testing.TestServer;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may call what. An operation that lets a caller in answers anything but 401 and 403. */
class AccessTest {

  private final TestServer server = TestServer.shared();

  @AfterEach
  void guestModeOn() {
    guestMode(true);
  }

  private HttpResponse<String> guestMode(boolean on) {
    return server.form(
        "PUT",
        server.store("/admin/pref/guest-mode"),
        server.adminToken(),
        Map.of("guest_mode", Boolean.toString(on)));
  }

  private int read(String token) {
    return server.get(server.store("/entities"), token).statusCode();
  }

  private int write(String token) {
    return server.form("POST", server.store("/entities"), token, Map.of()).statusCode();
  }

  private static void assertAllowed(int status) {
    assertThat(status).isNotIn(401, 403);
  }

  @Test
  @DisplayName("AC-B01, AC-B02 The permission or being admin lets in")
  @Contract({"auth.md 3 media_store_write", "auth.md 3 is_admin bypasses"})
  void permissionLetsIn() {
    assertAllowed(write(server.token("7", "media_store_write")));
    assertAllowed(write(server.adminToken()));
  }

  @Test
  @DisplayName("AC-B03, AC-B30 Without the write permission writing is 403 and names it")
  @Contract({
    "auth.md 2 permission missing",
    "auth.md 3 media_store_write",
    "store.md 2 403 details"
  })
  void missingPermissionIsForbidden() {
    HttpResponse<String> answer =
        server.form(
            "POST", server.store("/entities"), server.token("7", "media_store_read"), Map.of());

    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(answer.body())
        .isEqualTo("{\"detail\":\"Insufficient permissions. Required: media_store_write\"}");
    assertThat(write(server.token("7"))).isEqualTo(403);
  }

  @Test
  @DisplayName("AC-B04, AC-B25, AC-B29 In guest mode guests read and cannot write")
  @Contract({"auth.md 2 no token", "store.md 2 401 details"})
  void guestsReadOnly() {
    assertAllowed(read(null));
    assertThat(write(null)).isEqualTo(401);
    assertThat(server.form("POST", server.store("/entities"), null, Map.of()).body())
        .isEqualTo("{\"detail\":\"Authentication required\"}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/entities",
        "/entities/",
        "/entities/lookup?md5=x",
        "/entities/1",
        "/entities/1/versions",
        "/entities/1/media",
        "/entities/1/preview",
        "/entities/1/stream/adaptive.m3u8",
        "/entities/1/stream/seg0.ts",
        "/download/1",
        "/activity",
        "/intelligence/known-persons",
        "/intelligence/entities/1/similar"
      })
  @DisplayName("AC-B05, AC-B26, AC-B31 With guest mode off reading needs the permission")
  @Contract({
    "auth.md 3 media_store_read",
    "store.md 2 write is not read",
    "store.md 3 #10",
    "store.md 3 #11",
    "store.md 3 #12",
    "store.md 3 #13"
  })
  void guestModeOffClosesReading(String path) {
    assertThat(guestMode(false).statusCode()).isEqualTo(200);

    assertThat(server.get(server.store(path), null).statusCode()).isEqualTo(401);
    assertThat(server.get(server.store(path), server.token("7", "media_store_write")).statusCode())
        .isEqualTo(403);
    assertAllowed(
        server.get(server.store(path), server.token("7", "media_store_read")).statusCode());
  }

  @Test
  @DisplayName("AC-B12 Who made an entity is the id claim of the token")
  void addedBy() {
    HttpResponse<String> answer =
        server.form(
            "POST",
            server.store("/entities"),
            server.token("4711", "media_store_write"),
            Map.of("is_collection", "true", "label", "mine"));

    assertThat(TestServer.json(answer).get("added_by").asText()).isEqualTo("4711");
  }

  @Test
  @DisplayName("AC-B13 to AC-B17, AC-B28 Only admins see the preferences")
  @Contract({"auth.md 2 not admin", "store.md 2 403 details", "store.md 3 #16"})
  void preferencesAreForAdmins() {
    var pref = server.store("/admin/pref");

    assertThat(server.get(pref, server.adminToken()).statusCode()).isEqualTo(200);
    assertThat(server.get(pref, server.token("7", "media_store_read")).statusCode()).isEqualTo(403);
    assertThat(server.get(pref, server.token("7", "media_store_write")).body())
        .isEqualTo("{\"detail\":\"Insufficient permissions. Admin access required\"}");
    assertThat(server.get(pref, null).statusCode()).isEqualTo(401);
    assertThat(server.get(pref, "nonsense").statusCode()).isEqualTo(401);
  }

  @Test
  @DisplayName("AC-B19 to AC-B22 Only admins choose guest mode; who may not is told before what")
  @Contract({
    "auth.md 3 admin",
    "auth.md 3 *",
    "store.md 3 #17",
    "store.md 9 PUT /admin/pref/guest-mode"
  })
  void guestModeIsForAdmins() {
    var mode = server.store("/admin/pref/guest-mode");

    for (String permission : List.of("media_store_read", "media_store_write", "admin", "*")) {
      assertThat(server.form("PUT", mode, server.token("7", permission), Map.of()).statusCode())
          .isEqualTo(403);
    }
    assertThat(server.form("PUT", mode, null, Map.of()).statusCode()).isEqualTo(401);
    assertThat(server.form("PUT", mode, "nonsense", Map.of()).statusCode()).isEqualTo(401);
    assertThat(server.form("PUT", mode, server.adminToken(), Map.of()).statusCode()).isEqualTo(422);
  }

  @Test
  @DisplayName("AC-A03, AC-B18, AC-B23, AC-B24, AC-B27 Guest mode holds at once and is kept")
  @Contract({
    "compute.md 4 service_config",
    "store.md 2 read_auth_enabled",
    "store.md 2 guest mode at once",
    "store.md 3 #17",
    "store.md 9 GET /",
    "store.md 9 GET /admin/pref",
    "store.md 9 PUT /admin/pref/guest-mode",
    "store.md 13 preference route"
  })
  void guestModeIsKept() {
    for (boolean on : List.of(false, true)) {
      HttpResponse<String> answer = guestMode(on);

      assertThat(answer.body())
          .isEqualTo(
              "{\"guest_mode\":%s,\"message\":\"Configuration updated successfully\"}"
                  .formatted(on));
      var pref = TestServer.json(server.get(server.store("/admin/pref"), server.adminToken()));
      assertThat(pref.get("guest_mode").asBoolean()).isEqualTo(on);
      assertThat(pref.get("updated_by").asText()).isEqualTo("1");
      assertThat(pref.get("updated_at").asLong()).isPositive();
      assertThat(server.bean(ServiceConfig.class).find("read_auth_enabled").orElseThrow().value())
          .isEqualTo(Boolean.toString(!on));
      assertThat(TestServer.json(server.get(server.store("/"), null)).get("guestMode").asText())
          .isEqualTo(on ? "on" : "off");
    }
  }

  @Test
  @DisplayName("Guest mode is chosen by multipart, under the old names and turned round, too")
  @Contract({
    "compute.md 2 pref cache",
    "compute.md 3 path pref",
    "store.md 1 write bodies",
    "store.md 3 alias /admin/config",
    "store.md 3 alias /admin/config/read-auth",
    "store.md 13 preference route"
  })
  void guestModeByOtherNames() {
    String admin = server.adminToken();

    server.multipart(
        "PUT",
        server.compute("/admin/config/guest-mode/"),
        admin,
        Map.of("guest_mode", "No"),
        null,
        null);
    assertThat(read(null)).isEqualTo(401);
    assertThat(
            TestServer.json(server.get(server.compute("/admin/pref/guest-mode"), admin))
                .get("guest_mode")
                .asBoolean())
        .isFalse();

    server.json("PUT", server.store("/admin/config/read-auth"), admin, Map.of("enabled", false));
    assertAllowed(read(null));
  }

  @Test
  @DisplayName(
      "Compute in guest mode: no token and a bad one pass, a good one needs its permission")
  @Contract({
    "auth.md 3 ai_inference_support",
    "compute.md 2 guest mode on",
    "compute.md 2 ref-SDK expectation model"
  })
  void computeInGuestMode() {
    var job = server.compute("/jobs/00000000-0000-4000-8000-000000000000");

    assertAllowed(server.get(job, null).statusCode());
    assertAllowed(server.get(job, "nonsense").statusCode());
    assertAllowed(server.get(job, server.token("7", "ai_inference_support")).statusCode());
    assertThat(server.get(job, server.token("7", "media_store_read")).statusCode()).isEqualTo(403);
  }

  @Test
  @DisplayName("Compute with guest mode off needs a token; what workers can do stays open")
  @Contract({"auth.md 3 ai_inference_support", "compute.md 2 guest mode off"})
  void computeWithGuestModeOff() {
    guestMode(false);
    var job = server.compute("/jobs/00000000-0000-4000-8000-000000000000");

    assertThat(server.get(job, null).statusCode()).isEqualTo(401);
    assertThat(server.get(job, "nonsense").statusCode()).isEqualTo(401);
    assertAllowed(server.get(job, server.token("7", "ai_inference_support")).statusCode());
    assertAllowed(server.get(server.compute("/capabilities"), null).statusCode());
  }

  @Test
  @DisplayName("A token never allows more than its account does now")
  @Contract("auth.md 2 revocation")
  void tokenFollowsItsAccount() {
    Users users = server.bean(Users.class);
    var jdbc = server.bean(org.springframework.jdbc.core.simple.JdbcClient.class);
    users.create(new NewUser("follower", "secret", true, true, List.of("media_store_write")));
    String token = server.login("follower", "secret");
    assertThat(server.get(server.store("/admin/pref"), token).statusCode()).isEqualTo(200);

    jdbc.sql("UPDATE users SET is_admin = FALSE WHERE username = 'follower'").update();
    assertThat(server.get(server.store("/admin/pref"), token).statusCode()).isEqualTo(403);
    assertAllowed(write(token));

    jdbc.sql("UPDATE users SET permissions = '' WHERE username = 'follower'").update();
    assertThat(write(token)).isEqualTo(403);

    jdbc.sql("UPDATE users SET token_version = 1 WHERE username = 'follower'").update();
    assertThat(write(token)).isEqualTo(401);

    String fresh = server.login("follower", "secret");
    jdbc.sql("UPDATE users SET is_active = FALSE WHERE username = 'follower'").update();
    assertThat(server.get(server.auth("/users/me"), fresh).statusCode()).isEqualTo(401);
    assertThat(read(fresh)).isEqualTo(401);
  }

  @Test
  @DisplayName("What does not exist is Not Found, and known paths refuse other methods")
  void unknownIsNotFound() {
    for (String token : new String[] {null, server.token("7"), server.adminToken()}) {
      HttpResponse<String> unknown = server.get(server.store("/no/such/thing"), token);
      assertThat(unknown.statusCode()).isEqualTo(404);
      assertThat(unknown.body()).isEqualTo("{\"detail\":\"Not Found\"}");
      assertThat(unknown.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");

      HttpResponse<String> wrongMethod = server.delete(server.auth("/auth/token"), token);
      assertThat(wrongMethod.statusCode()).isEqualTo(405);
      assertThat(wrongMethod.body()).isEqualTo("{\"detail\":\"Method Not Allowed\"}");
      assertThat(wrongMethod.headers().firstValue("Allow")).isPresent();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DELETE /entities",
        "DELETE /entities/",
        "DELETE /entities/collection/x",
        "POST /entities/delete-all",
        "POST /entities/bulk-delete",
        "POST /entities/clear",
        "POST /system/delete-all-entities",
        "POST /admin/delete-all"
      })
  @DisplayName("Nothing deletes everything: 404 or 405 for everybody")
  @Contract({"store.md 3 must not exist", "store.md 13 bulk delete"})
  void nothingDeletesEverything(String operation) {
    String[] parts = operation.split(" ");
    for (String token : new String[] {null, server.adminToken()}) {
      assertThat(server.form(parts[0], server.store(parts[1]), token, Map.of()).statusCode())
          .isIn(404, 405);
    }
  }

  @Test
  @DisplayName("Health is for everybody, the rest of the actuator and the engine for admins")
  void operationIsForAdmins() {
    assertThat(server.get(server.store("/actuator/health"), null).statusCode()).isEqualTo(200);
    assertThat(server.get(server.store("/openapi.json"), null).statusCode()).isEqualTo(200);
    for (String path : List.of("/actuator", "/actuator/prometheus", "/engine-rest/engine")) {
      assertThat(server.get(server.store(path), null).statusCode()).as(path).isEqualTo(401);
      assertThat(server.get(server.store(path), server.token("7", "*")).statusCode())
          .as(path)
          .isEqualTo(403);
      assertThat(server.get(server.store(path), server.adminToken()).statusCode())
          .as(path)
          .isEqualTo(200);
    }
  }

  @Test
  @DisplayName("Paths dressed up to slip past the table are refused")
  void dressedUpPathsAreRefused() {
    for (String path :
        List.of(
            "/ui/..%2fengine-rest/engine",
            "/ui/%2e%2e/engine-rest/engine",
            "//engine-rest/engine",
            "/engine-rest;x=y/engine",
            "/ENGINE-REST/engine",
            "/%65ngine-rest/engine",
            "/%2565ngine-rest/engine",
            "/ui/%252e%252e/engine-rest/engine",
            "/engine-rest/engine/")) {
      HttpResponse<String> answer = server.get(server.store(path), null);
      assertThat(answer.statusCode()).as(path).isGreaterThanOrEqualTo(400);
      assertThat(answer.body()).as(path).doesNotContain("\"name\"");
    }
  }

  @Test
  @DisplayName("Each answer carries a request id; a caller's own is kept")
  void requestIdIsKept() {
    HttpResponse<String> answer =
        server.send(
            server
                .request(server.store("/"), null)
                .header("X-Request-Id", "from-the-caller-1")
                .GET()
                .build());

    assertThat(answer.headers().firstValue("X-Request-Id")).hasValue("from-the-caller-1");
    assertThat(server.get(server.store("/"), null).headers().firstValue("X-Request-Id"))
        .isPresent();
  }
}
