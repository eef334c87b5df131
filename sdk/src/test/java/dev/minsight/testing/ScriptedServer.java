package dev.minsight.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.minsight.sdk.ServerUrls;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A real HTTP server on a free port of this machine that answers as it was told, and remembers what
 * it was asked. What it was not told is a 404 in the contract's form. The SDK's and the CLI's tests
 * share it; the bodies come from {@code /wire}, so both test against one set of examples.
 */
public final class ScriptedServer implements AutoCloseable {

  /** What a scripted path does with a call. */
  @FunctionalInterface
  public interface Script {
    void answer(HttpExchange call) throws IOException;
  }

  /** A call as it arrived; the query undecoded. */
  public record Call(
      String method, String path, String query, Map<String, List<String>> headers, byte[] body) {

    public String header(String name) {
      return headers.entrySet().stream()
          .filter(header -> header.getKey().equalsIgnoreCase(name))
          .map(header -> header.getValue().get(0))
          .findFirst()
          .orElse(null);
    }

    public String text() {
      return new String(body, StandardCharsets.UTF_8);
    }
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<String, Script> scripts = new ConcurrentHashMap<>();
  private final List<Call> calls = new CopyOnWriteArrayList<>();

  public ScriptedServer() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  /** An example of the contract, as text. */
  public static String wire(String name) {
    try (InputStream in = ScriptedServer.class.getResourceAsStream("/wire/" + name + ".json")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * @param call for example {@code GET /entities}
   */
  public ScriptedServer on(String call, int status, String json) {
    return on(call, status, "application/json", json.getBytes(StandardCharsets.UTF_8));
  }

  public ScriptedServer on(String call, int status, String contentType, byte[] body) {
    return onExchange(
        call,
        exchange -> {
          byte[] sent = exchange.getRequestBody().readAllBytes();
          calls.add(call(exchange, sent));
          exchange.getResponseHeaders().add("Content-Type", contentType);
          exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
          if (body.length > 0) {
            exchange.getResponseBody().write(body);
          }
        });
  }

  /** For what is not a plain answer: the script reads the body itself and nothing is remembered. */
  public ScriptedServer onExchange(String call, Script script) {
    scripts.put(call, script);
    return this;
  }

  public URI url() {
    InetSocketAddress address = server.getAddress();
    return URI.create("http://127.0.0.1:" + address.getPort());
  }

  public ServerUrls urls() {
    return new ServerUrls(url(), url(), url(), URI.create("mqtt://127.0.0.1:1883"));
  }

  public List<Call> calls() {
    return List.copyOf(calls);
  }

  public Call lastCall() {
    return calls.get(calls.size() - 1);
  }

  private void handle(HttpExchange exchange) throws IOException {
    String key = exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
    Script script = scripts.get(key);
    try (exchange) {
      if (script == null) {
        calls.add(call(exchange, exchange.getRequestBody().readAllBytes()));
        byte[] body = "{\"detail\":\"Not Found\"}".getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(404, body.length);
        exchange.getResponseBody().write(body);
      } else {
        script.answer(exchange);
      }
    }
  }

  private static Call call(HttpExchange exchange, byte[] body) {
    return new Call(
        exchange.getRequestMethod(),
        exchange.getRequestURI().getPath(),
        exchange.getRequestURI().getRawQuery(),
        Map.copyOf(exchange.getRequestHeaders()),
        body);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
