package dev.minsight.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.minsight.testing.TestServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** What the tests of the store's HTTP interface say over and over again. */
final class StoreClient {

  private static final String BOUNDARY = "minsight-test-4f1c";

  private final TestServer server;
  private final HttpClient http = HttpClient.newHttpClient();

  StoreClient(TestServer server) {
    this.server = server;
  }

  URI uri(String path) {
    return server.store(path);
  }

  HttpResponse<String> get(String path) {
    return server.get(uri(path), null);
  }

  JsonNode json(String path) {
    return TestServer.json(get(path));
  }

  HttpResponse<String> create(Map<String, String> fields) {
    return server.form("POST", uri("/entities"), null, fields);
  }

  long collection(String label) {
    return TestServer.json(create(Map.of("is_collection", "true", "label", label)))
        .get("id")
        .asLong();
  }

  /** Sends a form without a file. */
  HttpResponse<String> form(String method, String path, Map<String, String> fields) {
    return server.form(method, uri(path), null, fields);
  }

  HttpResponse<String> patch(long id, Map<String, String> fields) {
    return form("PATCH", "/entities/" + id, fields);
  }

  HttpResponse<String> put(long id, Map<String, String> fields) {
    return form("PUT", "/entities/" + id, fields);
  }

  HttpResponse<String> put(long id, Multipart form) {
    return send("PUT", "/entities/" + id, form);
  }

  HttpResponse<String> delete(String path) {
    return server.delete(uri(path), null);
  }

  /** Into the trash, which must work. */
  void trash(long id) {
    HttpResponse<String> answer = patch(id, Map.of("is_deleted", "true"));
    if (answer.statusCode() != 200) {
      throw new AssertionError(answer.body());
    }
  }

  JsonNode entity(long id) {
    return json("/entities/" + id);
  }

  HttpResponse<String> upload(byte[] bytes, String fileName, Map<String, String> fields) {
    return send(new Multipart().fields(fields).file("media_file", fileName, bytes));
  }

  JsonNode uploaded(byte[] bytes, String fileName) {
    return TestServer.json(upload(bytes, fileName, Map.of("is_collection", "false")));
  }

  HttpResponse<String> send(Multipart form) {
    return send("POST", "/entities", form);
  }

  private HttpResponse<String> send(String method, String path, Multipart form) {
    return server.send(
        HttpRequest.newBuilder(uri(path))
            .header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
            .method(method, BodyPublishers.ofByteArray(form.bytes()))
            .build());
  }

  /** Sends headers given as name, value, name, value. */
  HttpResponse<byte[]> bytes(String method, String path, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri(path)).method(method, BodyPublishers.noBody());
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      return http.send(request.build(), BodyHandlers.ofByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** A multipart/form-data body, RFC 7578. */
  static final class Multipart {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final String boundary;

    Multipart() {
      this(BOUNDARY);
    }

    Multipart(String boundary) {
      this.boundary = boundary;
    }

    Multipart fields(Map<String, String> fields) {
      fields.forEach(
          (name, value) -> {
            text("--" + boundary + "\r\nContent-Disposition: form-data; name=\"" + name + "\"");
            text("\r\n\r\n" + value + "\r\n");
          });
      return this;
    }

    Multipart file(String field, String fileName, byte[] bytes) {
      text("--" + boundary + "\r\nContent-Disposition: form-data; name=\"" + field + "\"");
      text("; filename=\"" + fileName + "\"\r\nContent-Type: image/jpeg\r\n\r\n");
      out.writeBytes(bytes);
      text("\r\n");
      return this;
    }

    private void text(String text) {
      out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    byte[] bytes() {
      text("--" + boundary + "--\r\n");
      return out.toByteArray();
    }
  }
}
