package dev.minsight.compute;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.minsight.support.ConfigurationException;
import dev.minsight.support.MinsightProperties;
import dev.minsight.support.NotFoundException;
import dev.minsight.support.RetryableException;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The {@code /workers} operations of a server, as a worker calls them. */
class RemoteServer {

  private static final Logger LOG = LoggerFactory.getLogger(RemoteServer.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration CONNECT = Duration.ofSeconds(10);

  /** By then the answer has begun to come, or the connection counts as broken. */
  private static final Duration ANSWER = Duration.ofMinutes(1);

  /** The same where a result of gigabytes has to be there first. */
  private static final Duration LONG_ANSWER = Duration.ofHours(1);

  private static final String FORM = "application/x-www-form-urlencoded";

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT).build();
  private final String base;
  private final String key;
  private volatile boolean away;

  RemoteServer(MinsightProperties settings) {
    String server = settings.worker().server();
    if (server.isEmpty()) {
      throw new ConfigurationException(
          "no server to work for; say which with --server http://host:8002 or MINSIGHT_SERVER");
    }
    this.base = server.replaceAll("/+$", "");
    this.key = settings.worker().apiKey();
  }

  /** The server cannot be reached now, or has no time. */
  static final class AwayException extends RetryableException {
    private static final long serialVersionUID = 1L;

    AwayException(String message) {
      super(message);
    }
  }

  /** The server does not want this worker, or does not understand it. */
  static final class RefusedException extends ConfigurationException {
    private static final long serialVersionUID = 1L;

    RefusedException(String message) {
      super(message);
    }
  }

  String address() {
    return base;
  }

  /**
   * Calls an operation with a form.
   *
   * @return its answer; empty when the lease of the task is lost
   * @throws AwayException if there is no server
   * @throws RefusedException if it does not want to
   */
  Optional<JsonNode> call(String method, String path, Map<String, String> form) {
    return answer(request(path).header("Content-Type", FORM).method(method, encoded(form)));
  }

  /** Sends a file along. */
  Optional<JsonNode> send(String path, Map<String, String> form, Path file) throws IOException {
    String boundary = "minsight-" + UUID.randomUUID();
    StringBuilder head = new StringBuilder();
    form.forEach(
        (name, value) ->
            head.append("--%s\r\n".formatted(boundary))
                .append("Content-Disposition: form-data; name=\"%s\"\r\n\r\n".formatted(name))
                .append(value)
                .append("\r\n"));
    head.append("--%s\r\n".formatted(boundary))
        .append("Content-Disposition: form-data; name=\"file\"; filename=\"result.zip\"\r\n")
        .append("Content-Type: application/zip\r\n\r\n");
    return answer(
        request(path)
            .timeout(LONG_ANSWER)
            .header("Content-Type", "multipart/form-data; boundary=" + boundary)
            .POST(
                BodyPublishers.concat(
                    BodyPublishers.ofString(head.toString()),
                    BodyPublishers.ofFile(file),
                    BodyPublishers.ofString("\r\n--" + boundary + "--\r\n"))));
  }

  /**
   * Fetches a file.
   *
   * @param target is made whole or not at all
   * @return false when the lease of the task is lost
   * @throws NotFoundException if the server does not have it
   */
  boolean download(String path, Map<String, String> query, Path target) throws IOException {
    Files.createDirectories(target.getParent());
    Path part = target.resolveSibling(target.getFileName() + "." + UUID.randomUUID() + ".part");
    try {
      HttpResponse<Path> answer =
          exchange(
              request(path + "?" + form(query)).GET().build(),
              info ->
                  info.statusCode() == 200
                      ? BodyHandlers.ofFile(part).apply(info)
                      : BodySubscribers.replacing(part));
      if (answer.statusCode() == 404) {
        throw new NotFoundException("the server has no such file: " + query.get("path"));
      }
      if (!accepted(answer.statusCode(), () -> "HTTP " + answer.statusCode())) {
        return false;
      }
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
      return true;
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private Optional<JsonNode> answer(HttpRequest.Builder request) {
    HttpResponse<String> answer = exchange(request.build(), BodyHandlers.ofString());
    if (!accepted(answer.statusCode(), () -> detail(answer))) {
      return Optional.empty();
    }
    try {
      return Optional.of(JSON.readTree(answer.body().isEmpty() ? "{}" : answer.body()));
    } catch (IOException e) {
      throw new AwayException(base + " does not answer as an mInsight server does: " + e);
    }
  }

  private boolean accepted(int status, Supplier<String> detail) {
    if (status == 409) {
      LOG.debug("Lost: {}", detail.get());
      return false;
    }
    if (status / 100 == 2) {
      return true;
    }
    if (status >= 500 || status == 429) {
      throw new AwayException(base + " has no time: " + detail.get());
    }
    if (status == 401 || status == 403) {
      throw new RefusedException(
          base
              + " refuses this worker ("
              + detail.get()
              + "); MINSIGHT_API_KEY needs a key with the scope compute_worker");
    }
    throw new RefusedException(
        base + " does not understand this worker, are both of one version? " + detail.get());
  }

  private static String detail(HttpResponse<String> answer) {
    try {
      String detail = JSON.readTree(answer.body()).path("detail").asText();
      return detail.isEmpty() ? "HTTP " + answer.statusCode() : detail;
    } catch (IOException e) {
      return "HTTP " + answer.statusCode();
    }
  }

  private <T> HttpResponse<T> exchange(HttpRequest request, BodyHandler<T> handler) {
    try {
      HttpResponse<T> answer = http.send(request, handler);
      if (away) {
        away = false;
        LOG.info("The server {} is there again", base);
      }
      return answer;
    } catch (IOException e) {
      if (!away) {
        away = true;
        LOG.warn("The server {} cannot be reached ({}); trying again", base, e.toString());
      }
      throw new AwayException(base + " cannot be reached: " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AwayException("stopped while asking " + base);
    }
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path)).timeout(ANSWER);
    return key.isEmpty() ? request : request.header("Authorization", "Bearer " + key);
  }

  private static BodyPublisher encoded(Map<String, String> form) {
    return BodyPublishers.ofString(form(form));
  }

  private static String form(Map<String, String> fields) {
    return fields.entrySet().stream()
        .map(field -> field.getKey() + "=" + encode(field.getValue()))
        .collect(Collectors.joining("&"));
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
