package dev.minsight.testing;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.minsight.app.TestApplication;
import dev.minsight.support.MinsightProperties;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.actuate.health.HealthEndpoint;
import org.springframework.boot.actuate.health.Status;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.util.FileSystemUtils;

/**
 * The whole server for tests, on free ports and with its own home: what {@code ./minsight start}
 * starts, with a known admin password.
 *
 * <p>{@link #shared()} is started once a JVM and serves all test classes that do not mind each
 * other's data. A test that needs an empty home, other settings, a restart or the engine's own HTTP
 * ({@code /camunda}, {@code /engine-rest}: Camunda keeps one of each a JVM, the last started)
 * starts its own:
 *
 * <pre>{@code
 * try (TestServer server = TestServer.start(home, "minsight.auth.enabled=false")) {
 *   server.get(server.store("/entities"), null);
 * }
 * }</pre>
 */
public final class TestServer implements AutoCloseable {

  /** Name of the first admin. */
  public static final String ADMIN = "admin";

  /** Password of the first admin. */
  public static final String ADMIN_PASSWORD = "correct-horse-battery";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final ConfigurableApplicationContext context;
  private final MinsightProperties settings;
  private final HttpClient http = HttpClient.newHttpClient();
  private String adminToken;

  private TestServer(ConfigurableApplicationContext context) {
    this.context = context;
    this.settings = context.getBean(MinsightProperties.class);
  }

  private static final class Shared {

    static final TestServer SERVER = start();

    private static TestServer start() {
      Path home = newHome();
      TestServer server = TestServer.start(home);
      // Spring's own shutdown hook stops the server; the folder goes when the JVM does.
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(
                  () -> {
                    server.close();
                    FileSystemUtils.deleteRecursively(home.toFile());
                  }));
      return server;
    }

    private static Path newHome() {
      try {
        return Files.createTempDirectory("minsight-test");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** The server that all tests of this JVM share; started at the first call, never closed. */
  public static TestServer shared() {
    return Shared.SERVER;
  }

  /**
   * Starts a server of its own; to be closed.
   *
   * @param home its home folder; a second server on the same folder is a restart
   * @param properties {@code name=value}, winning over the test defaults
   */
  public static TestServer start(Path home, String... properties) {
    return start(home, context -> {}, properties);
  }

  /**
   * Starts a server with more beans than its own; to be closed.
   *
   * @param more registers them
   */
  public static TestServer start(
      Path home, Consumer<GenericApplicationContext> more, String... properties) {
    List<String> args = new ArrayList<>();
    int[] ports = freePorts(4);
    args.add("--minsight.home=" + home);
    args.add("--minsight.host=127.0.0.1");
    args.add("--minsight.ports.auth=" + ports[0]);
    args.add("--minsight.ports.store=" + ports[1]);
    args.add("--minsight.ports.compute=" + ports[2]);
    args.add("--minsight.mqtt.port=" + ports[3]);
    args.add("--minsight.auth.admin-password=" + ADMIN_PASSWORD);
    // Longer than any test: whoever is locked out stays so, however slow the machine is.
    args.add("--minsight.auth.login.first-wait=10m");
    // Tests put vectors into the index that the database does not have.
    args.add("--minsight.vectors-options.check-every=1h");
    List<String> wanted = new ArrayList<>(TestDatabase.settings(home));
    wanted.addAll(List.of(properties));
    for (String property : wanted) {
      String name = "--" + property.substring(0, property.indexOf('=') + 1);
      args.removeIf(arg -> arg.startsWith(name));
      args.add("--" + property);
    }
    SpringApplication application = TestApplication.create();
    application.addInitializers(context -> more.accept((GenericApplicationContext) context));
    var context = application.run(args.toArray(String[]::new));
    // A route counts as up once it has looked for work for the first time.
    HealthEndpoint health = context.getBean(HealthEndpoint.class);
    await("routes").until(() -> health.healthForPath("camelHealth").getStatus().equals(Status.UP));
    return new TestServer(context);
  }

  private static int[] freePorts(int count) {
    List<ServerSocket> sockets = new ArrayList<>();
    try {
      int[] ports = new int[count];
      for (int i = 0; i < count; i++) {
        ServerSocket socket = new ServerSocket(0);
        sockets.add(socket);
        ports[i] = socket.getLocalPort();
      }
      for (ServerSocket socket : sockets) {
        socket.close();
      }
      return ports;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    context.close();
  }

  /** A bean of the running server. */
  public <T> T bean(Class<T> type) {
    return context.getBean(type);
  }

  /** All beans of a type. */
  public <T> List<T> beans(Class<T> type) {
    return List.copyOf(context.getBeansOfType(type).values());
  }

  /** A named bean of the running server, for those that are no default candidates. */
  public <T> T bean(String name, Class<T> type) {
    return context.getBean(name, type);
  }

  public MinsightProperties settings() {
    return settings;
  }

  public Path home() {
    return settings.home();
  }

  public URI auth(String path) {
    return uri(settings.ports().auth(), path);
  }

  public URI store(String path) {
    return uri(settings.ports().store(), path);
  }

  public URI compute(String path) {
    return uri(settings.ports().compute(), path);
  }

  private static URI uri(int port, String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  /**
   * A token that an account elsewhere might have: signed with this server's key, valid for five
   * minutes, for a user this server does not know.
   *
   * @param userId the {@code id} claim, e.g. what {@code added_by} shows
   */
  public String token(String userId, String... permissions) {
    return TestTokens.sign(
        home(),
        Map.of(
            "id",
            userId,
            "permissions",
            List.of(permissions),
            "is_admin",
            false,
            "exp",
            System.currentTimeMillis() / 1000 + 300));
  }

  /** A token of the first admin; logs in once, since a password check takes a quarter second. */
  public synchronized String adminToken() {
    if (adminToken == null) {
      adminToken = login(ADMIN, ADMIN_PASSWORD);
    }
    return adminToken;
  }

  /** Logs in over HTTP and returns the access token. */
  public String login(String username, String password) {
    HttpResponse<String> answer =
        form("POST", auth("/auth/token"), null, Map.of("username", username, "password", password));
    if (answer.statusCode() != 200) {
      throw new AssertionError("login as " + username + ": " + answer.body());
    }
    return json(answer).get("access_token").asText();
  }

  /**
   * @param token access token, or null for a guest
   */
  public HttpResponse<String> get(URI uri, String token) {
    return send(request(uri, token).GET().build());
  }

  /**
   * @param token access token, or null for a guest
   */
  public HttpResponse<String> delete(URI uri, String token) {
    return send(request(uri, token).DELETE().build());
  }

  /** Sends an urlencoded form. */
  public HttpResponse<String> form(
      String method, URI uri, String token, Map<String, String> fields) {
    String body =
        fields.entrySet().stream()
            .map(field -> encode(field.getKey()) + "=" + encode(field.getValue()))
            .collect(Collectors.joining("&"));
    return send(
        request(uri, token)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .method(method, BodyPublishers.ofString(body))
            .build());
  }

  /** Sends a JSON body. */
  public HttpResponse<String> json(String method, URI uri, String token, Object body) {
    try {
      return send(
          request(uri, token)
              .header("Content-Type", "application/json")
              .method(method, BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)))
              .build());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Sends a multipart form.
   *
   * @param fields plain fields
   * @param fileField name of the file's field, or null without a file
   * @param file the file, or null
   */
  public HttpResponse<String> multipart(
      String method,
      URI uri,
      String token,
      Map<String, String> fields,
      String fileField,
      Path file) {
    String boundary = "minsight-boundary-7d1f";
    List<BodyPublisher> parts = new ArrayList<>();
    fields.forEach(
        (name, value) ->
            parts.add(
                BodyPublishers.ofString(
                    "--%s\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n"
                        .formatted(boundary, name, value))));
    try {
      if (fileField != null) {
        parts.add(
            BodyPublishers.ofString(
                "--%s\r\nContent-Disposition: form-data; name=\"%s\"; filename=\"%s\"\r\nContent-Type: application/octet-stream\r\n\r\n"
                    .formatted(boundary, fileField, file.getFileName())));
        parts.add(BodyPublishers.ofFile(file));
        parts.add(BodyPublishers.ofString("\r\n"));
      }
      parts.add(BodyPublishers.ofString("--" + boundary + "--\r\n"));
      return send(
          request(uri, token)
              .header("Content-Type", "multipart/form-data; boundary=" + boundary)
              .method(method, BodyPublishers.concat(parts.toArray(BodyPublisher[]::new)))
              .build());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A request to build upon; carries the token, if any. */
  public HttpRequest.Builder request(URI uri, String token) {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri);
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    return request;
  }

  public HttpResponse<String> send(HttpRequest request) {
    try {
      return http.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The answer's body as JSON. */
  public static JsonNode json(HttpResponse<String> answer) {
    try {
      return JSON.readTree(answer.body());
    } catch (IOException e) {
      throw new UncheckedIOException("not JSON (" + answer.statusCode() + "): " + answer.body(), e);
    }
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
