package dev.minsight.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.minsight.testing.Contract;
import dev.minsight.testing.TestServer;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

/** {@code /users}, row by row of auth.md section 4. */
class UsersApiTest {

  private final TestServer server = TestServer.shared();
  private final String admin = server.adminToken();
  private final URI users = server.auth("/users/");

  private static String name() {
    return "u-" + UUID.randomUUID();
  }

  private HttpResponse<String> create(Map<String, String> fields) {
    return server.form("POST", users, admin, fields);
  }

  private JsonNode created(String... namesAndValues) {
    Map<String, String> fields = new HashMap<>();
    fields.put("username", name());
    fields.put("password", "secret");
    for (int i = 0; i < namesAndValues.length; i += 2) {
      fields.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    HttpResponse<String> answer = create(fields);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    return TestServer.json(answer);
  }

  private URI uri(JsonNode user) {
    return server.auth("/users/" + user.get("id").asLong());
  }

  private JsonNode put(JsonNode user, String field, String value) {
    HttpResponse<String> answer = server.form("PUT", uri(user), admin, Map.of(field, value));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return TestServer.json(answer);
  }

  private int loginStatus(String username, String password) {
    return server
        .form(
            "POST",
            server.auth("/auth/token"),
            null,
            Map.of("username", username, "password", password))
        .statusCode();
  }

  @Test
  @DisplayName("auth.md 4 POST /users: 201 with the User; defaults are active, no admin, nothing")
  @Contract({
    "auth.md 4 POST /users/",
    "auth.md 4 User id",
    "auth.md 4 User is_admin",
    "auth.md 4 User is_active",
    "auth.md 4 User created_at",
    "auth.md 4 User permissions"
  })
  void createWithDefaults() {
    JsonNode user = created();

    assertThat(user.properties()).hasSize(6);
    assertThat(user.get("id").isInt()).isTrue();
    assertThat(user.get("is_admin").booleanValue()).isFalse();
    assertThat(user.get("is_active").booleanValue()).isTrue();
    assertThat(user.get("permissions").toString()).isEqualTo("[]");
    assertThat(user.get("created_at").asText())
        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}");
  }

  @Test
  @DisplayName("auth.md 4 POST /users: multipart and the path without slash do as well")
  @Contract({"auth.md 4 forms", "auth.md 4 /users without slash"})
  void createByMultipart() {
    HttpResponse<String> answer =
        server.multipart(
            "POST",
            server.auth("/users"),
            admin,
            Map.of("username", name(), "password", "secret", "is_active", "Off"),
            null,
            null);

    assertThat(answer.statusCode()).isEqualTo(201);
    assertThat(TestServer.json(answer).get("is_active").booleanValue()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[\"read:jobs\",\"b\"] | read:jobs,b",
        "[read:jobs, b]        | read:jobs,b",
        "read:jobs, b          | read:jobs,b",
        "[]                    | ''",
        "read:jobs             | read:jobs"
      })
  @DisplayName("auth.md permissions: create and update read each form of a list")
  @Contract({
    "auth.md 3 free strings",
    "auth.md 4 User permissions",
    "auth.md 4 permissions on create",
    "auth.md 4 permissions on update"
  })
  void permissionForms(String sent, String expected) {
    JsonNode user = created("permissions", sent);
    assertThat(joined(user)).isEqualTo(expected);

    JsonNode other = created("permissions", "old");
    assertThat(joined(put(other, "permissions", sent))).isEqualTo(expected);
  }

  private static String joined(JsonNode user) {
    List<String> names = new ArrayList<>();
    user.get("permissions").forEach(name -> names.add(name.asText()));
    return String.join(",", names);
  }

  @Test
  @DisplayName("auth.md permissions: present but empty takes all away, not sent leaves them")
  @Contract({"auth.md 4 permissions on update", "auth.md 4 permissions as ref-SDK sends them"})
  void emptyPermissionsClear() {
    JsonNode user = created("permissions", "a,b");

    assertThat(joined(put(user, "is_admin", "false"))).isEqualTo("a,b");
    assertThat(joined(put(user, "permissions", ""))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"true", "1", "on", "YES", "t", "Y"})
  @DisplayName("auth.md booleans: what counts as true")
  @Contract("auth.md 4 booleans")
  void trueWords(String word) {
    assertThat(created("is_admin", word).get("is_admin").booleanValue()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"false", "0", "off", "No", "F", "n"})
  @DisplayName("auth.md booleans: what counts as false")
  @Contract("auth.md 4 booleans")
  void falseWords(String word) {
    assertThat(created("is_active", word).get("is_active").booleanValue()).isFalse();
  }

  @Test
  @DisplayName("auth.md POST /users: a taken name is 400 in the contract's words")
  @Contract({"auth.md 4 POST /users/", "auth.md 4 duplicate username"})
  void duplicateName() {
    JsonNode user = created();

    HttpResponse<String> answer =
        create(Map.of("username", user.get("username").asText(), "password", "other"));

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).isEqualTo("{\"detail\":\"Username already registered\"}");
  }

  @Test
  @DisplayName("Of requests that make the same account at once one gets 201 and the others 400")
  @Contract("auth.md 4 duplicate username")
  void duplicateRace() throws Exception {
    Map<String, String> same = Map.of("username", name(), "password", "secret");
    ExecutorService callers = Executors.newFixedThreadPool(4);
    try {
      List<Future<Integer>> answers = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        answers.add(callers.submit(() -> create(same).statusCode()));
      }
      List<Integer> statuses = new ArrayList<>();
      for (Future<Integer> answer : answers) {
        statuses.add(answer.get());
      }
      assertThat(statuses).containsExactlyInAnyOrder(201, 400, 400, 400);
    } finally {
      callers.shutdownNow();
    }
  }

  static Stream<Arguments> badNames() {
    return Stream.of(
        Arguments.of("blank", "  \t"),
        Arguments.of("control", "a\u0001b"),
        Arguments.of("line break", "a\nb"),
        Arguments.of("bidi override", "a\u202Enimda"),
        Arguments.of("bidi isolate", "a\u2066b"),
        Arguments.of("invisible", "ad\u200Bmin"),
        Arguments.of("too long", "x".repeat(256)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badNames")
  @DisplayName("A username that cannot be seen for what it is is 422 and makes no account")
  void badName(String kind, String username) {
    HttpResponse<String> answer = create(Map.of("username", username, "password", "secret"));

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
    assertThat(answer.body()).contains("A username is 1 to 255 visible characters");
  }

  @Test
  @DisplayName("A name is stored as it was sent, blanks around it, quotes, SQL and all")
  @Contract("auth.md 4 User username")
  void nameAsSent() {
    for (String odd : List.of(" x' OR '1'='1 ", "<b>ä漢😀</b>", "x".repeat(255))) {
      String username =
          odd.length() == 255 ? name() + odd.substring(name().length()) : odd + name();

      JsonNode user = created("username", username);

      assertThat(user.get("username").asText()).isEqualTo(username);
      assertThat(TestServer.json(server.get(uri(user), admin))).isEqualTo(user);
    }
  }

  @Test
  @DisplayName("auth.md POST /users: missing fields and wrong booleans are 422, all of them named")
  @Contract({"auth.md 4 JSON is no form", "auth.md 4 booleans", "auth.md 4 POST /users/"})
  void missingFields() {
    HttpResponse<String> answer = create(Map.of("password", "", "is_admin", "maybe"));

    assertThat(answer.statusCode()).isEqualTo(422);
    assertThat(answer.body())
        .contains("[\"body\",\"username\"]", "[\"body\",\"password\"]", "bool_parsing");
    assertThat(
            server
                .json("POST", users, admin, Map.of("username", name(), "password", "secret"))
                .statusCode())
        .as("JSON is no form")
        .isEqualTo(422);
  }

  @Test
  @DisplayName("auth.md passwords: more than 72 bytes are 422 on create and update")
  @Contract("auth.md 1 password over 72 bytes")
  void longPassword() {
    String tooLong = "ü".repeat(37);
    JsonNode user = created();

    for (HttpResponse<String> answer :
        List.of(
            create(Map.of("username", name(), "password", tooLong)),
            server.form("PUT", uri(user), admin, Map.of("password", tooLong)))) {
      assertThat(answer.statusCode()).isEqualTo(422);
      assertThat(answer.body()).isEqualTo("{\"detail\":\"The password is longer than 72 bytes\"}");
    }
    assertThat(loginStatus(user.get("username").asText(), "secret")).isEqualTo(200);
  }

  @Test
  @DisplayName("auth.md passwords: any that is not empty is taken")
  @Contract("auth.md 1 password policy")
  void anyPassword() {
    JsonNode user = created("password", "x");

    assertThat(loginStatus(user.get("username").asText(), "x")).isEqualTo(200);
  }

  @Test
  @DisplayName("auth.md table users: one row an account, the name unique, permissions in one text")
  @Contract("auth.md 1 table users")
  void table() {
    JdbcClient jdbc = server.bean(JdbcClient.class);
    long before = System.currentTimeMillis();
    JsonNode none = created();
    JsonNode two = created("permissions", "a, b", "is_admin", "true", "is_active", "false");

    Map<String, Object> row = row(jdbc, two);
    assertThat(row.get("username")).isEqualTo(two.get("username").asText());
    assertThat(row.get("hashed_password").toString()).startsWith("$2b$12$");
    assertThat(row.get("permissions")).isEqualTo("a,b");
    assertThat(((Number) row.get("created_at")).longValue())
        .isBetween(before, System.currentTimeMillis());
    assertThat(row(jdbc, none).get("permissions")).isEqualTo("");
    assertThat(
            jdbc.sql("SELECT id FROM users WHERE is_admin AND NOT is_active AND id = :id")
                .param("id", two.get("id").asLong())
                .query(Long.class)
                .list())
        .hasSize(1);
    assertThatThrownBy(
            () ->
                jdbc.sql(
                        """
                        INSERT INTO users (id, username, hashed_password, is_admin, is_active,
                          permissions, created_at)
                        SELECT -1, username, '', is_admin, is_active, '', 0
                        FROM users WHERE id = :id""")
                    .param("id", two.get("id").asLong())
                    .update())
        .isInstanceOf(DataAccessException.class);
  }

  private static Map<String, Object> row(JdbcClient jdbc, JsonNode user) {
    return jdbc.sql("SELECT * FROM users WHERE id = :id")
        .param("id", user.get("id").asLong())
        .query()
        .singleRow();
  }

  @Test
  @DisplayName(
      "auth.md self-service: a non-admin sees and changes its own account by /users/me only")
  @Contract({"auth.md 4 self-service", "auth.md 5 ref-SDK as non-admin"})
  void ownUser() {
    JsonNode user = created("permissions", "a");
    String token = server.login(user.get("username").asText(), "secret");

    assertThat(TestServer.json(server.get(server.auth("/users/me"), token))).isEqualTo(user);
    assertThat(server.get(uri(user), token).statusCode()).isEqualTo(403);
    for (String verb : List.of("PUT", "PATCH")) {
      assertThat(server.form(verb, uri(user), token, Map.of("password", "new")).statusCode())
          .isEqualTo(403);
    }
    assertThat(server.delete(uri(user), token).statusCode()).isEqualTo(403);
    assertThat(loginStatus(user.get("username").asText(), "secret")).isEqualTo(200);
  }

  /** As the reference's SDK tests manage users, call by call. */
  @Test
  @DisplayName("auth.md 5 ref-SDK: create, read, change, list and delete with exact permissions")
  @Contract({
    "auth.md 3 free strings",
    "auth.md 4 permissions as ref-SDK sends them",
    "auth.md 5 ref-auth",
    "auth.md 5 ref-SDK user management"
  })
  void management() {
    JsonNode user = created("is_admin", "false", "is_active", "true", "permissions", "read:jobs");
    String username = user.get("username").asText();
    created();

    assertThat(joined(user)).isEqualTo("read:jobs");
    assertThat(TestServer.json(server.get(uri(user), admin))).isEqualTo(user);
    assertThat(put(user, "permissions", "read:jobs,write:jobs").get("permissions"))
        .extracting(JsonNode::asText)
        .containsExactlyInAnyOrder("read:jobs", "write:jobs");
    put(user, "password", "changed");
    assertThat(loginStatus(username, "changed")).isEqualTo(200);
    assertThat(loginStatus(username, "changed")).as("again").isEqualTo(200);
    assertThat(put(user, "is_active", "false").get("is_active").booleanValue()).isFalse();
    JsonNode all = TestServer.json(server.get(server.auth("/users/?skip=0&limit=100"), admin));
    assertThat(all)
        .anySatisfy(
            each -> {
              assertThat(each.get("username").asText()).isEqualTo("admin");
              assertThat(each.get("is_admin").booleanValue()).isTrue();
            });
    assertThat(TestServer.json(server.get(server.auth("/users/?skip=0&limit=3"), admin)))
        .hasSize(3);
    assertThat(TestServer.json(server.get(server.auth("/users/?skip=1&limit=2"), admin)))
        .hasSize(2);
    assertThat(server.delete(uri(user), admin).statusCode()).isEqualTo(204);
    assertThat(server.get(uri(user), admin).statusCode()).isEqualTo(404);
  }

  @Test
  @DisplayName("auth.md GET /users: a bare array in the order of ids, paged by skip and limit")
  @Contract({"auth.md 4 /users without slash", "auth.md 4 GET /users/"})
  void list() {
    JsonNode first = created();
    JsonNode second = created();

    JsonNode all = TestServer.json(server.get(server.auth("/users?limit=1000"), admin));
    assertThat(all.isArray()).isTrue();
    List<Long> ids = new ArrayList<>();
    all.forEach(user -> ids.add(user.get("id").asLong()));
    assertThat(ids).isSorted().contains(first.get("id").asLong(), second.get("id").asLong());
    assertThat(all.get(0).get("username").asText()).isEqualTo("admin");
    assertThat(all.get(0).get("is_admin").booleanValue()).isTrue();

    JsonNode page = TestServer.json(server.get(server.auth("/users/?skip=1&limit=1"), admin));
    assertThat(page).hasSize(1);
    assertThat(page.get(0)).isEqualTo(all.get(1));
  }

  @Test
  @DisplayName("auth.md GET /users: a hundred unless asked for more or less")
  @Contract("auth.md 4 GET /users/")
  void defaultLimit() {
    JdbcClient jdbc = server.bean(JdbcClient.class);
    try {
      for (int id = -101; id < 0; id++) {
        jdbc.sql(
                """
                INSERT INTO users (id, username, hashed_password, is_admin, is_active,
                  permissions, created_at)
                VALUES (:id, :name, '', FALSE, FALSE, '', 0)""")
            .param("id", id)
            .param("name", "filler" + id)
            .update();
      }
      assertThat(TestServer.json(server.get(users, admin))).hasSize(100);
      assertThat(TestServer.json(server.get(server.auth("/users/?limit=101"), admin))).hasSize(101);
    } finally {
      jdbc.sql("DELETE FROM users WHERE id < 0").update();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "skip=-5&limit=1, 1",
    "limit=-1, 0",
    "limit=0, 0",
    "skip=1000000, 0",
    "skip=9223372036854775807, 0"
  })
  @DisplayName("auth.md GET /users: negative and huge numbers are brought into range")
  @Contract("auth.md 4 limit out of range")
  void clamped(String query, int size) {
    HttpResponse<String> answer = server.get(server.auth("/users/?" + query), admin);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(TestServer.json(answer)).hasSize(size);
  }

  @Test
  @DisplayName("auth.md GET /users: a limit without bounds is no way to get everything")
  @Contract({"auth.md 4 GET /users/", "auth.md 4 limit out of range"})
  void hugeLimit() {
    assertThat(server.get(server.auth("/users/?limit=9223372036854775807"), admin).statusCode())
        .isEqualTo(200);
    assertThat(server.get(server.auth("/users/?limit=99999999999999999999"), admin).statusCode())
        .isEqualTo(422);
    assertThat(server.get(server.auth("/users/?skip=many"), admin).body())
        .contains("[\"query\",\"skip\"]");
  }

  @Test
  @DisplayName("auth.md GET /users/{id}: the same User, with and without slash")
  @Contract("auth.md 4 GET /users/{user_id}")
  void get() {
    JsonNode user = created("permissions", "read:jobs");

    assertThat(TestServer.json(server.get(uri(user), admin))).isEqualTo(user);
    assertThat(
            TestServer.json(
                server.get(server.auth("/users/" + user.get("id").asLong() + "/"), admin)))
        .isEqualTo(user);
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "PUT", "PATCH", "DELETE"})
  @DisplayName("auth.md /users/{id}: 404 for nobody, 422 for no number, for each verb")
  @Contract({
    "auth.md 4 GET /users/{user_id}",
    "auth.md 4 PUT /users/{user_id}",
    "auth.md 4 DELETE /users/{user_id}",
    "auth.md 4 unknown id"
  })
  void unknownUser(String verb) {
    HttpResponse<String> unknown =
        server.form(verb, server.auth("/users/99999"), admin, Map.of("is_active", "true"));
    HttpResponse<String> wrong = server.form(verb, server.auth("/users/x"), admin, Map.of());

    assertThat(unknown.statusCode()).isEqualTo(404);
    assertThat(unknown.body()).isEqualTo("{\"detail\":\"User not found\"}");
    assertThat(wrong.statusCode()).isEqualTo(422);
    assertThat(wrong.body()).contains("[\"path\",\"user_id\"]", "int_parsing");
  }

  @Test
  @DisplayName("auth.md PUT: a new password counts at once and ends the tokens issued before")
  @Contract({"auth.md 4 PUT /users/{user_id}", "auth.md 4 update password"})
  void newPassword() {
    JsonNode user = created();
    String username = user.get("username").asText();
    String old = server.login(username, "secret");

    put(user, "password", "better");

    assertThat(server.get(server.auth("/users/me"), old).statusCode()).isEqualTo(401);
    assertThat(server.get(server.store("/entities"), old).statusCode()).isEqualTo(401);
    assertThat(loginStatus(username, "secret")).isEqualTo(401);
    assertThat(server.get(server.auth("/users/me"), server.login(username, "better")).statusCode())
        .isEqualTo(200);
  }

  @Test
  @DisplayName("auth.md PUT: an empty password and no fields at all change nothing")
  @Contract({
    "auth.md 4 empty values",
    "auth.md 4 PUT /users/{user_id}",
    "auth.md 4 update password"
  })
  void emptyPassword() {
    JsonNode user = created("permissions", "a");
    String token = server.login(user.get("username").asText(), "secret");

    assertThat(put(user, "password", "")).isEqualTo(user);
    assertThat(TestServer.json(server.form("PUT", uri(user), admin, Map.of()))).isEqualTo(user);
    assertThat(server.get(server.auth("/users/me"), token).statusCode()).isEqualTo(200);
  }

  @Test
  @DisplayName("auth.md PUT: the username stays, whatever is sent")
  @Contract("auth.md 4 username change")
  void usernameStays() {
    JsonNode user = created();

    assertThat(put(user, "username", "another")).isEqualTo(user);
  }

  @Test
  @DisplayName("auth.md is_active: off ends login, refresh and every call; on again needs a login")
  @Contract("auth.md 4 is_active=false")
  void deactivated() {
    JsonNode user = created("permissions", "media_store_write");
    String username = user.get("username").asText();
    String token = server.login(username, "secret");

    assertThat(put(user, "is_active", "false").get("is_active").booleanValue()).isFalse();

    assertThat(loginStatus(username, "secret")).isEqualTo(401);
    assertThat(
            server.form("POST", server.auth("/auth/token/refresh"), token, Map.of()).statusCode())
        .isEqualTo(401);
    assertThat(server.get(server.auth("/users/me"), token).statusCode()).isEqualTo(401);
    assertThat(server.form("POST", server.store("/entities"), token, Map.of()).statusCode())
        .isEqualTo(401);
    put(user, "is_active", "true");
    assertThat(server.get(server.auth("/users/me"), token).statusCode())
        .as("what was ended stays ended")
        .isEqualTo(401);
    assertThat(loginStatus(username, "secret")).isEqualTo(200);
  }

  @Test
  @DisplayName("auth.md rights: given and taken ones count at once, in the token that is there")
  @Contract({"auth.md 4 admin by database", "auth.md 4 PUT /users/{user_id}"})
  void rightsCountAtOnce() {
    JsonNode user = created("permissions", "media_store_write");
    String token = server.login(user.get("username").asText(), "secret");

    put(user, "permissions", "media_store_read");

    assertThat(server.form("POST", server.store("/entities"), token, Map.of()).statusCode())
        .isEqualTo(403);
    put(user, "is_admin", "true");
    assertThat(server.get(users, token).statusCode()).as("the row counts").isEqualTo(200);
    put(user, "is_admin", "false");
    assertThat(server.get(users, token).body())
        .isEqualTo("{\"detail\":\"The user doesn't have enough privileges\"}");
  }

  @Test
  @DisplayName("auth.md DELETE: 204 without a body, then 404; tokens end and the id is not reused")
  @Contract({"auth.md 2 revocation", "auth.md 4 DELETE /users/{user_id}", "auth.md 4 deleted user"})
  void delete() {
    JsonNode user = created();
    String username = user.get("username").asText();
    String token = server.login(username, "secret");

    HttpResponse<String> answer = server.delete(uri(user), admin);

    assertThat(answer.statusCode()).isEqualTo(204);
    assertThat(answer.body()).isEmpty();
    assertThat(server.get(uri(user), admin).statusCode()).isEqualTo(404);
    assertThat(server.delete(uri(user), admin).statusCode()).isEqualTo(404);
    assertThat(server.get(server.auth("/users/me"), token).statusCode()).isEqualTo(401);
    assertThat(loginStatus(username, "secret")).isEqualTo(401);
    assertThat(created("username", username).get("id").asLong())
        .isGreaterThan(user.get("id").asLong());
    assertThat(server.get(server.auth("/users/me"), token).statusCode()).isEqualTo(401);
  }

  @Test
  @DisplayName("auth.md PATCH: JSON with real booleans and lists, and null for what stays")
  @Contract("auth.md 4 PATCH /users/{user_id}")
  void patchByJson() {
    JsonNode user = created("permissions", "old");
    Map<String, Object> change = new HashMap<>();
    change.put("permissions", List.of("a", " b "));
    change.put("is_admin", true);
    change.put("password", null);

    JsonNode changed = TestServer.json(server.json("PATCH", uri(user), admin, change));

    assertThat(joined(changed)).isEqualTo("a,b");
    assertThat(changed.get("is_admin").booleanValue()).isTrue();
    assertThat(changed.get("is_active").booleanValue()).isTrue();
    assertThat(loginStatus(user.get("username").asText(), "secret")).isEqualTo(200);
    assertThat(
            joined(
                TestServer.json(
                    server.json("PUT", uri(user), admin, Map.of("permissions", List.of())))))
        .isEmpty();
    assertThat(
            joined(
                TestServer.json(
                    server.form("PATCH", uri(user), admin, Map.of("permissions", "c")))))
        .isEqualTo("c");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{", "[]", "7", "", "{\"is_admin\":\"maybe\"}", "{\"password\":[\"x\"]}"})
  @DisplayName("auth.md PATCH: JSON that does not fit is 422 and changes nothing")
  @Contract("auth.md 4 PATCH /users/{user_id}")
  void badJson(String body) {
    JsonNode user = created();

    HttpResponse<String> answer =
        server.send(
            server
                .request(uri(user), admin)
                .header("Content-Type", "application/json")
                .method("PATCH", java.net.http.HttpRequest.BodyPublishers.ofString(body))
                .build());

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
    assertThat(TestServer.json(server.get(uri(user), admin))).isEqualTo(user);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "POST /users/",
        "GET /users/",
        "GET /users/1",
        "PUT /users/1",
        "PATCH /users/1",
        "DELETE /users/1"
      })
  @DisplayName("auth.md order of checks: 403 comes before 422 and 404")
  @Contract({
    "auth.md 4 order of checks",
    "auth.md 4 403 non-admin",
    "auth.md 5 ref-auth",
    "auth.md 5 ref-SDK auth errors",
    "auth.md 5 ref-SDK as non-admin"
  })
  void rightsFirst(String operation) {
    String token = server.login(created().get("username").asText(), "secret");
    String[] parts = operation.split(" ");

    HttpResponse<String> answer =
        server.json(parts[0], server.auth(parts[1]), token, Map.of("is_admin", "maybe"));

    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(answer.body()).isEqualTo("{\"detail\":\"The user doesn't have enough privileges\"}");
  }
}
