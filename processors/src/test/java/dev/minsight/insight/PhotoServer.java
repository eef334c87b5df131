package dev.minsight.insight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.minsight.testing.Pictures;
import dev.minsight.testing.TestServer;
import dev.minsight.workflow.RunningEngine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Assumptions;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What tests of the pipeline say over and over again to a whole server without accounts. */
public final class PhotoServer implements AutoCloseable {

  /** The machine that runs the tests may be busy with ten other things. */
  public static final Duration LONG = Duration.ofSeconds(120);

  private final TestServer server;
  private final Path uploads;

  private PhotoServer(TestServer server) {
    this.server = server;
    this.uploads = server.home().resolve("uploads");
  }

  /** Starts a server that asks for no accounts. */
  public static PhotoServer start(Path home, String... properties) {
    return start(home, context -> {}, properties);
  }

  /** Starts a server that asks for no accounts, with more beans than its own. */
  public static PhotoServer start(
      Path home, Consumer<GenericApplicationContext> more, String... properties) {
    return over(TestServer.start(home, more, withoutAccounts(properties)));
  }

  /** The same, of a server that was started with {@link #withoutAccounts}. */
  public static PhotoServer over(TestServer server) {
    return new PhotoServer(server);
  }

  /** Adds the setting by which nobody is asked for an account. */
  public static String[] withoutAccounts(String... properties) {
    String[] all = new String[properties.length + 1];
    all[0] = "minsight.auth.enabled=false";
    System.arraycopy(properties, 0, all, 1, properties.length);
    return all;
  }

  /** A photo of the shared media; the test is skipped where there are none. */
  public static Path sharedPhoto(String path) {
    Path shared = Path.of(System.getProperty("minsight.shared", "../../shared"));
    Path photo = shared.resolve("media").resolve(path);
    Assumptions.assumeTrue(Files.exists(photo), "skipped: no shared media at " + photo);
    return photo;
  }

  /** A model of the shared ones; the test is skipped where there are none. */
  public static Path sharedModel(String file) {
    Path model =
        Path.of(System.getProperty("minsight.shared", "../../shared"), "models").resolve(file);
    Assumptions.assumeTrue(Files.exists(model), "skipped: no shared models at " + model);
    return model;
  }

  @Override
  public void close() {
    server.close();
  }

  public Path home() {
    return server.home();
  }

  public TestServer http() {
    return server;
  }

  /** Its engine, to look into. */
  public RunningEngine engine() {
    return new RunningEngine(server);
  }

  public <T> T bean(Class<T> type) {
    return server.bean(type);
  }

  public JdbcClient jdbc() {
    return server.bean(JdbcClient.class);
  }

  /** Runs work in a transaction of the app's database. */
  public void write(Runnable work) {
    new TransactionTemplate(server.bean(PlatformTransactionManager.class))
        .executeWithoutResult(tx -> work.run());
  }

  public HttpResponse<String> get(String path) {
    return server.get(server.store(path), null);
  }

  public JsonNode json(String path) {
    HttpResponse<String> answer = get(path);
    assertThat(answer.statusCode()).as(path + ": " + answer.body()).isEqualTo(200);
    return TestServer.json(answer);
  }

  /** What the server says of its own health; also while it is down. */
  public JsonNode health() {
    return TestServer.json(get("/actuator/health"));
  }

  public byte[] bytes(String path) {
    try {
      HttpResponse<byte[]> answer =
          java.net.http.HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(server.store(path)).GET().build(),
                  HttpResponse.BodyHandlers.ofByteArray());
      assertThat(answer.statusCode()).as(path).isEqualTo(200);
      return answer.body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Uploads a picture and returns its entity. */
  public long upload(String name, byte[] picture) {
    return upload(Pictures.write(uploads.resolve(name), picture));
  }

  /** Uploads a file and returns its entity. */
  public long upload(Path file) {
    HttpResponse<String> answer =
        server.multipart(
            "POST",
            server.store("/entities"),
            null,
            Map.of("is_collection", "false", "label", file.getFileName().toString()),
            "media_file",
            file);
    assertThat(answer.statusCode()).as(answer.body()).isIn(200, 201);
    return TestServer.json(answer).get("id").asLong();
  }

  /** What the API says of a photo, JSON null before there is anything. */
  public JsonNode state(long id) {
    return json("/intelligence/entities/" + id);
  }

  /** The row behind it. */
  public Intelligence row(long id) {
    return bean(IntelligenceTable.class).find(id).orElseThrow();
  }

  public JsonNode awaitState(long id, Predicate<JsonNode> wanted) {
    return await().atMost(LONG).until(() -> state(id), wanted::test);
  }

  /** Waits until the photo has this overall status. */
  public JsonNode awaitStatus(long id, String overall) {
    return awaitState(id, state -> overall.equals(state.path("overall_status").asText()));
  }

  public List<JsonNode> jobs(long id) {
    return list(json("/intelligence/entities/" + id + "/jobs"));
  }

  public List<JsonNode> faces(long id) {
    return list(json("/intelligence/entities/" + id + "/faces"));
  }

  public static List<JsonNode> list(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).toList();
  }

  /** PATCHes one field of an entity. */
  public void patch(long id, String field, String value) {
    HttpResponse<String> answer =
        server.form("PATCH", server.store("/entities/" + id), null, Map.of(field, value));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  /** PUTs another file. */
  public void replace(long id, byte[] picture) {
    Path file = Pictures.write(uploads.resolve("replacement.png"), picture);
    HttpResponse<String> answer =
        server.multipart(
            "PUT",
            server.store("/entities/" + id),
            null,
            Map.of("is_collection", "false", "label", "replaced"),
            "media_file",
            file);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  /** Moves an entity into the trash and deletes it for good. */
  public void delete(long id) {
    patch(id, "is_deleted", "true");
    assertThat(server.delete(server.store("/entities/" + id), null).statusCode()).isEqualTo(204);
  }

  /** Where the original of an entity lies. */
  public Path original(long id) {
    String path =
        jdbc()
            .sql("SELECT file_path FROM entities WHERE id = :id")
            .param("id", id)
            .query(String.class)
            .single();
    return home().resolve("media").resolve(path);
  }

  public long count(String fromWhere) {
    return Objects.requireNonNull(
        jdbc().sql("SELECT COUNT(*) FROM " + fromWhere).query(Long.class).single());
  }
}
