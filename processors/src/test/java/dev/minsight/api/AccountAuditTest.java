package dev.minsight.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.minsight.auth.AccountAudit;
import dev.minsight.testing.TestServer;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** {@code GET /auth/audit}: who did what to which account. */
class AccountAuditTest {

  private final TestServer server = TestServer.shared();
  private final String admin = server.adminToken();

  private long newUser(String name, String permissions) {
    return TestServer.json(
            server.form(
                "POST",
                server.auth("/users"),
                admin,
                Map.of("username", name, "password", "sesame", "permissions", permissions)))
        .get("id")
        .asLong();
  }

  private List<JsonNode> about(long userId) {
    List<JsonNode> items = new ArrayList<>();
    audit("?user_id=" + userId).get("items").forEach(items::add);
    return items;
  }

  private JsonNode audit(String query) {
    return TestServer.json(server.get(server.auth("/auth/audit" + query), admin));
  }

  @Test
  @DisplayName("A life of an account: each change once, with who, when, what and which request")
  void life() {
    String name = "audited-" + UUID.randomUUID();
    long id = newUser(name, "a");
    var one = server.auth("/users/" + id);
    server.send(
        server
            .request(one, admin)
            .header("X-Request-Id", "audited-request")
            .header("Content-Type", "application/x-www-form-urlencoded")
            .PUT(BodyPublishers.ofString("is_active=false&permissions=b,c&password=sesame2"))
            .build());
    server.form("PUT", one, admin, Map.of("is_active", "false"));
    server.form("PUT", one, admin, Map.of("is_active", "true"));
    String token = server.login(name, "sesame2");
    JsonNode key =
        TestServer.json(
            server.form(
                "POST",
                server.auth("/auth/api-keys"),
                token,
                Map.of("name", "my key", "scopes", "b")));
    server.delete(server.auth("/auth/api-keys/" + key.get("id").asLong()), token);
    server.delete(one, admin);

    List<JsonNode> entries = about(id);

    assertThat(entries)
        .extracting(entry -> entry.get("event").asText())
        .containsExactly(
            "user_deleted",
            "api_key_deleted",
            "api_key_created",
            "user_changed",
            "password_changed",
            "user_changed",
            "user_created");
    assertThat(entries).allMatch(entry -> entry.get("username").asText().equals(name));
    assertThat(entries)
        .extracting(entry -> entry.get("actor").asText())
        .containsExactly("1", "" + id, "" + id, "1", "1", "1", "1");
    JsonNode changed = entries.get(5);
    assertThat(changed.get("detail").asText()).isEqualTo("is_active=false, permissions=[b, c]");
    assertThat(changed.get("request_id").asText()).isEqualTo("audited-request");
    assertThat(changed.get("at").asText()).matches("\\d{4}-\\d\\d-\\d\\dT[0-9:.]{15}");
    assertThat(entries.toString()).doesNotContain("sesame").doesNotContain(key.get("key").asText());
  }

  @Test
  @DisplayName("Guest mode and key rotation are noted; what was refused is not")
  void otherEvents() {
    server.form("PUT", server.store("/admin/pref/guest-mode"), admin, Map.of("guest_mode", "true"));
    server.form("POST", server.auth("/auth/keys/rotate"), admin, Map.of());
    server.form("POST", server.auth("/users"), admin, Map.of("username", "admin", "password", "x"));

    JsonNode items = audit("?limit=2").get("items");

    assertThat(items.get(0).get("event").asText()).isEqualTo("keys_rotated");
    assertThat(items.get(1).get("event").asText()).isEqualTo("guest_mode_changed");
    assertThat(items.get(1).get("detail").asText()).isEqualTo("guest_mode=true");
    assertThat(items.get(0).get("user_id").isNull()).isTrue();
  }

  @Test
  @DisplayName("The first admin is made by the server itself, for which there is no actor")
  void firstAdmin() {
    List<JsonNode> entries = about(1);
    JsonNode first = entries.get(entries.size() - 1);

    assertThat(first.get("event").asText()).isEqualTo("user_created");
    assertThat(first.get("actor").isNull()).isTrue();
    assertThat(first.get("request_id").isNull()).isTrue();
  }

  @Test
  @DisplayName("Cursors walk through all entries once, newest first, while new ones come in")
  void cursors() {
    for (int i = 0; i < 5; i++) {
      newUser("walked-" + UUID.randomUUID(), "");
    }
    List<Long> all =
        server.bean(AccountAudit.class).page(null, Long.MAX_VALUE, 100_000).stream()
            .map(AccountAudit.Entry::id)
            .toList();
    List<Long> walked = new ArrayList<>();
    String cursor = "";
    do {
      JsonNode page = audit("?limit=200" + cursor);
      page.get("items").forEach(entry -> walked.add(entry.get("id").asLong()));
      cursor =
          page.get("next_cursor").isNull() ? null : "&cursor=" + page.get("next_cursor").asText();
      newUser("late-" + UUID.randomUUID(), "");
    } while (cursor != null);

    assertThat(walked).containsExactlyElementsOf(all);
    JsonNode short1 = audit("?limit=2");
    JsonNode short2 = audit("?limit=2&cursor=" + short1.get("next_cursor").asText());
    assertThat(short2.get("items").get(0).get("id").asLong())
        .isLessThan(short1.get("items").get(1).get("id").asLong());
  }

  @ParameterizedTest
  @ValueSource(strings = {"limit=0", "limit=201", "limit=x", "cursor=first", "user_id=ada"})
  @DisplayName("Odd parameters are 422 and named")
  void oddParameters(String query) {
    HttpResponse<String> answer = server.get(server.auth("/auth/audit?" + query), admin);

    assertThat(answer.statusCode()).isEqualTo(422);
    assertThat(answer.body()).contains("[\"query\",\"" + query.split("=")[0] + "\"]");
  }

  @Test
  @DisplayName("An account and its entry are written together or not at all")
  void together() {
    JdbcClient jdbc = server.bean(JdbcClient.class);
    String name = "half-" + UUID.randomUUID();
    // The next number of an entry is taken already: writing the entry fails.
    long taken =
        jdbc.sql("SELECT last + 1 FROM id_counter WHERE name = 'account-audit'")
            .query(Long.class)
            .single();
    jdbc.sql("INSERT INTO account_audit (id, at, event) VALUES (:id, 0, 'user_created')")
        .param("id", taken)
        .update();
    try {
      HttpResponse<String> answer =
          server.form(
              "POST", server.auth("/users"), admin, Map.of("username", name, "password", "x"));

      assertThat(answer.statusCode()).isGreaterThanOrEqualTo(400);
      assertThat(
              jdbc.sql("SELECT count(*) FROM users WHERE username = :name")
                  .param("name", name)
                  .query(Long.class)
                  .single())
          .isZero();
    } finally {
      jdbc.sql("DELETE FROM account_audit WHERE id = :id").param("id", taken).update();
    }
  }

  @Test
  @DisplayName("Only admins read the audit")
  void forAdmins() {
    long id = newUser("curious-" + UUID.randomUUID(), "admin,*");
    String name = about(id).get(0).get("username").asText();

    assertThat(server.get(server.auth("/auth/audit"), null).statusCode()).isEqualTo(401);
    assertThat(server.get(server.auth("/auth/audit"), server.login(name, "sesame")).statusCode())
        .isEqualTo(403);
  }
}
