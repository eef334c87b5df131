package dev.minsight.sdk;

import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One HTTP exchange at a time: who is calling, how long silence is borne, and a typed error for
 * every way it can go wrong. There is no automatic retry; {@link ApiException#retryable()} tells
 * the caller where one makes sense.
 */
final class Transport {

  /** The longest JSON answer or vector is far below; media never passes through memory. */
  private static final long MAX_IN_MEMORY = 64L << 20;

  private final HttpClient http;
  private final AuthProvider auth;
  private final Duration timeout;
  private final ObjectMapper mapper;
  private final ErrorBody errors;

  Transport(HttpClient http, AuthProvider auth, Duration timeout, ObjectMapper mapper) {
    this.http = http;
    this.auth = auth;
    this.timeout = timeout;
    this.mapper = mapper;
    this.errors = new ErrorBody(mapper);
  }

  /** The same, called by someone else. */
  Transport as(AuthProvider other) {
    return new Transport(http, other, timeout, mapper);
  }

  /** What came back: the status tells "created" from "was there". */
  record Reply<T>(int status, T body) {}

  <T> T get(URI base, String path, Params query, Class<T> type) {
    return this.<T>read(base, "GET", path, query, null, javaType(type)).body();
  }

  <T> List<T> getList(URI base, String path, Class<T> element) {
    JavaType type = mapper.getTypeFactory().constructCollectionType(List.class, element);
    return this.<List<T>>read(base, "GET", path, new Params(), null, type).body();
  }

  <T> Reply<T> postForm(URI base, String path, Params form, Class<T> type) {
    Body body =
        new Body(BodyPublishers.ofString(form.encoded()), "application/x-www-form-urlencoded");
    return read(base, "POST", path, new Params(), body, javaType(type));
  }

  /**
   * @throws IOException when the file cannot be read
   */
  <T> Reply<T> postMultipart(URI base, String path, MultipartBody form, Class<T> type)
      throws IOException {
    Body body = new Body(form.publisher(), form.contentType());
    try {
      return read(base, "POST", path, new Params(), body, javaType(type));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  byte[] bytes(URI base, String path) {
    Call call = new Call(base, "GET", path, new Params(), null);
    return accepted(send(call, inMemory(call))).body();
  }

  /** Like {@link #get}, for the one resource that answers 503 with a body worth reading. */
  <T> T getEvenUnavailable(URI base, String path, Class<T> type) {
    Call call = new Call(base, "GET", path, new Params(), null);
    HttpResponse<byte[]> response = send(call, inMemory(call));
    return parse(response.statusCode() == 503 ? response : accepted(response), javaType(type));
  }

  /**
   * Streams a resource to a file. The file appears whole or not at all: bytes go to a neighbour
   * that is renamed at the end.
   *
   * @throws IOException when the file cannot be written
   */
  void download(URI base, String path, Params query, Path target) throws IOException {
    if (Files.isDirectory(target)) {
      throw new FileSystemException(target.toString(), null, "is a folder");
    }
    Path part = target.resolveSibling(".minsight-" + UUID.randomUUID() + ".part");
    try {
      Call call = new Call(base, "GET", path, query, null);
      BodyHandler<byte[]> toFile =
          head -> succeeded(head.statusCode()) ? toFile(call, part) : inMemory(call).apply(head);
      accepted(send(call, toFile));
      Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private static BodySubscriber<byte[]> toFile(Call call, Path part) {
    BodySubscriber<Path> file =
        BodySubscribers.ofFile(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    return call.activity.watch(
        BodySubscribers.mapping(file, written -> new byte[0]), Long.MAX_VALUE);
  }

  private <T> Reply<T> read(
      URI base, String method, String path, Params query, Body body, JavaType type) {
    Call call = new Call(base, method, path, query, body);
    HttpResponse<byte[]> response = accepted(send(call, inMemory(call)));
    return new Reply<>(response.statusCode(), parse(response, type));
  }

  private static BodyHandler<byte[]> inMemory(Call call) {
    return head -> call.activity.watch(BodySubscribers.ofByteArray(), MAX_IN_MEMORY);
  }

  private HttpResponse<byte[]> accepted(HttpResponse<byte[]> response) {
    if (!succeeded(response.statusCode())) {
      throw errors.toException(response.statusCode(), response.headers(), response.body());
    }
    return response;
  }

  private static boolean succeeded(int status) {
    return status / 100 == 2;
  }

  private <T> T parse(HttpResponse<byte[]> response, JavaType type) {
    try {
      return mapper.readValue(response.body(), type);
    } catch (IOException e) {
      throw new ApiException(
          response.statusCode(),
          "the answer of " + response.uri() + " is not what an mInsight server would send");
    }
  }

  private HttpResponse<byte[]> send(Call call, BodyHandler<byte[]> handler) {
    HttpRequest.Builder request = call.request();
    auth.headers().forEach(request::setHeader);
    CompletableFuture<HttpResponse<byte[]>> answer = http.sendAsync(request.build(), handler);
    try {
      return await(call, answer);
    } catch (InterruptedException e) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while waiting for " + call.server());
    } catch (ExecutionException e) {
      throw failure(call, e.getCause());
    }
  }

  private HttpResponse<byte[]> await(Call call, CompletableFuture<HttpResponse<byte[]>> answer)
      throws InterruptedException, ExecutionException {
    while (true) {
      Duration left = timeout.minus(call.activity.silence());
      if (left.isNegative() || left.isZero()) {
        answer.cancel(true);
        throw new ApiException.TimedOut(call.server(), timeout);
      }
      try {
        return answer.get(left.toNanos(), TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        // Bytes may have moved meanwhile: look at the silence again.
      }
    }
  }

  private static RuntimeException failure(Call call, Throwable cause) {
    Throwable local = call.activity.localFault();
    if (local != null) {
      return new UncheckedIOException(
          local instanceof IOException io ? io : new IOException(local));
    }
    if (cause instanceof IOException) {
      return new ApiException.ServerUnreachable(call.server(), reason(cause), cause);
    }
    return new IllegalStateException("call to " + call.server() + " failed", cause);
  }

  private static String reason(Throwable cause) {
    for (Throwable deeper = cause; deeper != null; deeper = deeper.getCause()) {
      if (deeper instanceof UnresolvedAddressException) {
        return "unknown host";
      }
    }
    if (cause instanceof HttpConnectTimeoutException) {
      return "connecting took too long";
    }
    if (cause instanceof ConnectException) {
      return "connection refused";
    }
    return cause.getMessage() == null ? "the connection broke" : cause.getMessage();
  }

  private JavaType javaType(Class<?> type) {
    return mapper.constructType(type);
  }

  private record Body(BodyPublisher publisher, String contentType) {}

  /** One request and the watch on its bytes. */
  private static final class Call {
    private final URI uri;
    private final String method;
    private final Body body;
    private final Activity activity = new Activity();

    Call(URI base, String method, String path, Params query, Body body) {
      String question = query.values().isEmpty() ? "" : "?" + query.encoded();
      this.uri = URI.create(base + path + question);
      this.method = method;
      this.body = body;
    }

    HttpRequest.Builder request() {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(uri).header("Accept", "application/json, */*;q=0.5");
      if (body == null) {
        return request.method(method, BodyPublishers.noBody());
      }
      return request
          .header("Content-Type", body.contentType())
          .method(method, activity.watch(body.publisher()));
    }

    URI server() {
      return URI.create(uri.getScheme() + "://" + uri.getRawAuthority());
    }
  }
}
