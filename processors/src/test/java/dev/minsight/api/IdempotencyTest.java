package dev.minsight.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.minsight.testing.OpenServer;
import dev.minsight.testing.Pictures;
import dev.minsight.testing.TestServer;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A POST with an Idempotency-Key is done once (draft-ietf-httpapi-idempotency-key-header). */
class IdempotencyTest {

  private static final String FORM = "application/x-www-form-urlencoded";

  private final TestServer server = OpenServer.shared();
  private final String key = UUID.randomUUID().toString();
  private final String label = "once " + key;

  private static HttpResponse<String> post(
      TestServer server, String token, String path, String key, String type, BodyPublisher body) {
    HttpRequest.Builder request =
        server.request(server.store(path), token).header("Idempotency-Key", key);
    return server.send(request.header("Content-Type", type).POST(body).build());
  }

  private HttpResponse<String> collection(String label) {
    return post(
        server,
        null,
        "/entities",
        key,
        FORM,
        BodyPublishers.ofString("is_collection=true&label=" + label.replace(' ', '+')));
  }

  private HttpResponse<String> upload(byte[] bytes, String name) {
    return post(
        server,
        null,
        "/entities",
        key,
        "multipart/form-data; boundary=once",
        BodyPublishers.ofByteArray(
            new StoreClient.Multipart("once")
                .fields(Map.of("is_collection", "false"))
                .file("media_file", name, bytes)
                .bytes()));
  }

  private long made(TestServer server) {
    return TestServer.json(
            server.get(server.store("/entities/?is_collection=true&search_query=" + key), null))
        .at("/pagination/total_items")
        .asLong();
  }

  private static boolean replayed(HttpResponse<String> answer) {
    return answer.headers().firstValue("Idempotent-Replayed").orElse("").equals("true");
  }

  @Test
  @DisplayName("The second time the first answer comes again, and nothing is done")
  void sameAnswer() {
    HttpResponse<String> first = collection(label);
    HttpResponse<String> second = collection(label);

    assertThat(first.statusCode()).isEqualTo(201);
    assertThat(replayed(first)).isFalse();
    assertThat(second.statusCode()).isEqualTo(201);
    assertThat(second.body()).isEqualTo(first.body());
    assertThat(replayed(second)).isTrue();
    for (String header : List.of("Content-Type", "ETag")) {
      assertThat(second.headers().firstValue(header))
          .isPresent()
          .isEqualTo(first.headers().firstValue(header));
    }
    assertThat(made(server)).isEqualTo(1);
  }

  @Test
  @DisplayName("Without a key the same is done twice")
  void withoutKey() {
    Map<String, String> form = Map.of("is_collection", "true", "label", label);
    new StoreClient(server).create(form);
    new StoreClient(server).create(form);

    assertThat(made(server)).isEqualTo(2);
  }

  @Test
  @DisplayName("A key that was used with other content is refused")
  void otherContent() {
    collection(label);

    HttpResponse<String> answer = collection(label + " changed");

    assertThat(answer.statusCode()).isEqualTo(422);
    assertThat(answer.body()).contains("Idempotency-Key");
    assertThat(made(server)).isEqualTo(1);
  }

  @Test
  @DisplayName("An upload is told by its file's bytes and name")
  void uploads() {
    byte[] picture = Pictures.noise("png", 20, 20, System.nanoTime());

    HttpResponse<String> first = upload(picture, "a.png");
    HttpResponse<String> second = upload(picture, "a.png");
    HttpResponse<String> renamed = upload(picture, "b.png");
    picture[picture.length - 1]++;
    HttpResponse<String> changed = upload(picture, "a.png");

    assertThat(first.statusCode()).isEqualTo(201);
    assertThat(second.statusCode()).isEqualTo(201);
    assertThat(second.body()).isEqualTo(first.body());
    assertThat(renamed.statusCode()).isEqualTo(422);
    assertThat(changed.statusCode()).isEqualTo(422);
  }

  @Test
  @DisplayName("Keys of one operation, caller or query mean nothing to another")
  void keysAreApart() {
    TestServer locked = TestServer.shared();
    String form = "is_collection=true&label=" + key;
    BodyPublisher body = BodyPublishers.ofString(form);
    String one = locked.token("7", "media_store_write");
    String two = locked.token("8", "media_store_write");

    HttpResponse<String> first = post(locked, one, "/entities", key, FORM, body);
    HttpResponse<String> other = post(locked, two, "/entities", key, FORM, body);
    long id = TestServer.json(first).get("id").asLong();
    HttpResponse<String> elsewhere =
        post(locked, one, "/entities/" + id + "/restore", key, FORM, BodyPublishers.noBody());
    HttpResponse<String> query =
        post(locked, one, "/entities?label=x", key, FORM, BodyPublishers.ofString(form));

    assertThat(other.statusCode()).isEqualTo(201);
    assertThat(replayed(other)).isFalse();
    assertThat(TestServer.json(other).get("id").asLong()).isNotEqualTo(id);
    assertThat(replayed(elsewhere)).isFalse();
    assertThat(query.statusCode()).isEqualTo(422);
  }

  @Test
  @DisplayName("Whoever may not call is told so, whatever key is sent")
  void permissionComesFirst() {
    TestServer locked = TestServer.shared();
    BodyPublisher body = BodyPublishers.ofString("is_collection=true&label=" + key);
    post(locked, locked.token("7", "media_store_write"), "/entities", key, FORM, body);

    assertThat(post(locked, null, "/entities", key, FORM, body).statusCode()).isEqualTo(401);
    assertThat(post(locked, locked.token("7"), "/entities", key, FORM, body).statusCode())
        .isEqualTo(403);
  }

  @Test
  @DisplayName("Of many at the same time one works; the others wait or get its answer")
  void atTheSameTime() {
    List<HttpResponse<String>> answers =
        IntStream.range(0, 12)
            .mapToObj(i -> CompletableFuture.supplyAsync(() -> collection(label)))
            .toList()
            .stream()
            .map(CompletableFuture::join)
            .toList();

    assertThat(made(server)).isEqualTo(1);
    for (HttpResponse<String> answer : answers) {
      assertThat(answer.statusCode()).isIn(201, 409);
      assertThat(answer.headers().firstValue("Retry-After").isPresent())
          .isEqualTo(answer.statusCode() == 409);
    }
    assertThat(answers).anyMatch(answer -> answer.statusCode() == 201);
    assertThat(collection(label).statusCode()).isEqualTo(201);
  }

  @Test
  @DisplayName("A refusal is an answer, too, and is given again")
  void refusalsAreKept() {
    HttpResponse<String> first =
        post(server, null, "/entities", key, FORM, BodyPublishers.ofString("label=x"));
    HttpResponse<String> second =
        post(server, null, "/entities", key, FORM, BodyPublishers.ofString("label=x"));

    assertThat(first.statusCode()).isEqualTo(422);
    assertThat(second.body()).isEqualTo(first.body());
    assertThat(replayed(second)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "tab\there"})
  @DisplayName("A key that cannot be one is refused")
  void wrongKeys(String wrong) {
    HttpResponse<String> answer =
        post(server, null, "/entities", wrong, FORM, BodyPublishers.ofString("is_collection=true"));

    assertThat(answer.statusCode()).isEqualTo(422);
  }

  @Test
  @DisplayName("A key has at most 255 characters")
  void longKeys() {
    BodyPublisher body = BodyPublishers.ofString("is_collection=true&label=" + key);
    String longest = key + "k".repeat(255 - key.length());

    assertThat(post(server, null, "/entities", longest, FORM, body).statusCode()).isEqualTo(201);
    assertThat(post(server, null, "/entities", longest + "k", FORM, body).statusCode())
        .isEqualTo(422);
  }

  @Test
  @DisplayName("Answers that hold secrets are never kept")
  void secretsAreNotKept() {
    TestServer locked = TestServer.shared();
    BodyPublisher login =
        BodyPublishers.ofString(
            "username=" + TestServer.ADMIN + "&password=" + TestServer.ADMIN_PASSWORD);

    HttpResponse<String> first = post(locked, null, "/auth/token", key, FORM, login);
    HttpResponse<String> second = post(locked, null, "/auth/token", key, FORM, login);

    assertThat(first.statusCode()).isEqualTo(200);
    assertThat(second.statusCode()).isEqualTo(200);
    assertThat(replayed(second)).isFalse();
    assertThat(
            locked
                .bean(JdbcClient.class)
                .sql("SELECT COUNT(*) FROM idempotent_answers WHERE body LIKE '%access_token%'")
                .query(Long.class)
                .single())
        .isZero();
  }

  @Test
  @DisplayName("Neither the key nor what was sent can be read from the database")
  void databaseTellsNothing() {
    collection(label);

    assertThat(
            server
                .bean(JdbcClient.class)
                .sql("SELECT id, fingerprint, holder FROM idempotent_answers")
                .query()
                .listOfRows()
                .toString())
        .doesNotContain(key);
  }

  @Test
  @DisplayName("A request whose process died frees its key when the lease has run out")
  void deadHolder() {
    JdbcClient jdbc = server.bean(JdbcClient.class);
    collection(label);
    // as a process leaves it that dies in the middle: working, with a lease
    String row = " WHERE body LIKE '%" + key + "%'";
    String id = jdbc.sql("SELECT id FROM idempotent_answers" + row).query(String.class).single();
    long soon = System.currentTimeMillis() + 1500;
    jdbc.sql(
            "UPDATE idempotent_answers SET status = NULL, body = NULL, holder = 'dead', "
                + "lease_until = ? WHERE id = ?")
        .params(soon, id)
        .update();

    assertThat(collection(label).statusCode()).isEqualTo(409);
    await().until(() -> collection(label).statusCode() == 201);
    assertThat(made(server)).isEqualTo(2);
  }

  @Test
  @DisplayName("A request that takes long keeps its key: its process extends the lease")
  void longWork() {
    IdempotentAnswers answers = server.bean(IdempotentAnswers.class);
    JdbcClient jdbc = server.bean(JdbcClient.class);
    assertThat(answers.claim(key, "f")).isInstanceOf(IdempotentAnswers.Mine.class);
    jdbc.sql("UPDATE idempotent_answers SET lease_until = 1 WHERE id = ?").param(key).update();

    answers.extend();

    assertThat(answers.claim(key, "f")).isInstanceOf(IdempotentAnswers.Busy.class);
    answers.release(key);
    assertThat(answers.claim(key, "f")).isInstanceOf(IdempotentAnswers.Mine.class);
    answers.release(key);
  }

  @Test
  @DisplayName("Answers outlive a restart, and are forgotten after minsight.api.idempotency-keep")
  void restart(@TempDir Path home) {
    BodyPublisher body = BodyPublishers.ofString("is_collection=true&label=" + key);
    String[] settings = {"minsight.auth.enabled=false", "minsight.api.idempotency-keep=PT24H"};
    HttpResponse<String> first;
    try (TestServer before = TestServer.start(home, settings)) {
      first = post(before, null, "/entities", key, FORM, body);
    }
    try (TestServer after = TestServer.start(home, settings)) {
      HttpResponse<String> second = post(after, null, "/entities", key, FORM, body);
      assertThat(second.body()).isEqualTo(first.body());
      assertThat(replayed(second)).isTrue();

      JdbcClient jdbc = after.bean(JdbcClient.class);
      jdbc.sql("UPDATE idempotent_answers SET expires_at = ?")
          .param(System.currentTimeMillis() - 1)
          .update();
      HttpResponse<String> late = post(after, null, "/entities", key, FORM, body);
      assertThat(late.statusCode()).isEqualTo(201);
      assertThat(replayed(late)).isFalse();
      assertThat(made(after)).isEqualTo(2);

      jdbc.sql("UPDATE idempotent_answers SET expires_at = 1").update();
      assertThat(after.bean(IdempotentAnswers.class).run()).isPositive();
      assertThat(jdbc.sql("SELECT COUNT(*) FROM idempotent_answers").query(Long.class).single())
          .isZero();
    }
  }
}
