package dev.minsight.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.minsight.api.ApiDocument.Operation;
import dev.minsight.api.ApiSamples.Sample;
import dev.minsight.testing.TestServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds what the document says against what the routes answer: it must not promise or hide. */
class OpenApiLiveTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final String PROBLEM = "application/problem+json";

  private static final ReadNames NAMES = new ReadNames();
  private static TestServer server;
  private static ApiDocument document;
  private static final Map<String, List<Exchange>> EXCHANGES = new LinkedHashMap<>();

  /** A sample, what came of it, and by what names it was read. */
  private record Exchange(Sample sample, HttpResponse<byte[]> answer, ReadNames.Names read) {

    String contentType() {
      return answer.headers().firstValue("Content-Type").orElse("").replaceFirst(" *;.*", "");
    }

    @Override
    public String toString() {
      return sample.method()
          + " "
          + sample.path()
          + " "
          + sample.headers()
          + ": "
          + answer.statusCode()
          + " "
          + contentType();
    }
  }

  @BeforeAll
  static void sendEverySample(@TempDir Path home) {
    server = TestServer.start(home, NAMES::register);
    document = ApiDocument.of(server);
    for (Sample sample : ApiSamples.of(server)) {
      EXCHANGES.computeIfAbsent(sample.operation(), key -> new ArrayList<>()).add(send(sample));
    }
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
    }
  }

  private static Exchange send(Sample sample) {
    String id = UUID.randomUUID().toString();
    HttpRequest.Builder request =
        server
            .request(server.store(sample.path()), server.adminToken())
            .header("X-Request-Id", id)
            .method(
                sample.method(),
                sample.body() == null
                    ? BodyPublishers.noBody()
                    : BodyPublishers.ofByteArray(sample.body()));
    if (sample.contentType() != null) {
      request.header("Content-Type", sample.contentType());
    }
    if (!sample.headers().isEmpty()) {
      request.headers(sample.headers().toArray(String[]::new));
    }
    try {
      return new Exchange(
          sample, HTTP.send(request.build(), BodyHandlers.ofByteArray()), NAMES.of(id));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Test
  @DisplayName("Every operation of the document has a sample, and every sample an operation")
  void everyOperationHasSample() {
    assertThat(document.operations())
        .extracting(Operation::id)
        .containsExactlyInAnyOrderElementsOf(EXCHANGES.keySet());
  }

  @Test
  @DisplayName("Every sample ends as it should, and the document has that status")
  void statusesAreDocumented() {
    EXCHANGES.forEach(
        (id, exchanges) -> {
          for (Exchange exchange : exchanges) {
            assertThat(exchange.answer().statusCode())
                .as(
                    "%s %s: %s",
                    id, exchange, new String(exchange.answer().body(), StandardCharsets.UTF_8))
                .isEqualTo(exchange.sample().status());
            assertThat(response(id, exchange)).as("%s of %s", exchange, id).isNotEmpty();
          }
        });
  }

  private static JsonNode response(String id, Exchange exchange) {
    return document
        .operation(id)
        .json()
        .path("responses")
        .path(Integer.toString(exchange.answer().statusCode()));
  }

  @Test
  @DisplayName("Every answer has a documented media type, or none where none is documented")
  void mediaTypesAreDocumented() {
    EXCHANGES.forEach(
        (id, exchanges) -> {
          for (Exchange exchange : exchanges) {
            JsonNode content = response(id, exchange).path("content");
            if (content.isMissingNode()) {
              assertThat(exchange.answer().body()).as("%s of %s", exchange, id).isEmpty();
            } else if (!content.has("*/*")) {
              assertThat(content.has(exchange.contentType())).as("%s of %s", exchange, id).isTrue();
            }
          }
        });
  }

  @Test
  @DisplayName("Every JSON body fits its documented schema")
  void bodiesFitTheirSchemas() {
    EXCHANGES.forEach(
        (id, exchanges) -> {
          for (Exchange exchange : exchanges) {
            if (exchange.contentType().contains("json")) {
              JsonNode schema =
                  response(id, exchange)
                      .path("content")
                      .path(exchange.contentType())
                      .path("schema");
              assertThat(document.objections(schema, json(exchange.answer())))
                  .as("%s of %s", exchange, id)
                  .isEmpty();
            }
          }
        });
  }

  private static JsonNode json(HttpResponse<byte[]> answer) {
    try {
      return JSON.readTree(answer.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  @DisplayName("Every documented header is in the answer")
  void headersAreSent() {
    EXCHANGES.forEach(
        (id, exchanges) -> {
          for (Exchange exchange : exchanges) {
            response(id, exchange)
                .path("headers")
                .fieldNames()
                .forEachRemaining(
                    name -> {
                      boolean old = exchange.sample().path().contains("version=");
                      if (!old) { // an earlier version has no ETag
                        assertThat(exchange.answer().headers().firstValue(name))
                            .as("%s of %s of %s", name, exchange, id)
                            .isPresent();
                      }
                    });
          }
        });
  }

  @Test
  @DisplayName("The server reads the documented parameters and no others")
  void parametersAreTheOnesRead() {
    Map<String, Set<String>> read = new TreeMap<>();
    Map<String, Set<String>> documented = new TreeMap<>();
    EXCHANGES.forEach(
        (id, exchanges) -> {
          Set<String> names = new TreeSet<>();
          exchanges.forEach(exchange -> names.addAll(exchange.read().fields()));
          read.put(id, names);
          Set<String> known = document.operation(id).names("query");
          known.addAll(document.operation(id).fields());
          known.remove("token"); // looked for only without a header, which all samples have
          documented.put(id, known);
        });
    // JSON is read without asking the request for a name
    List.of("person-rename", "config-choose-read-auth").forEach(documented.keySet()::remove);
    List.of("person-rename", "config-choose-read-auth").forEach(read.keySet()::remove);

    assertThat(read).isEqualTo(documented);
  }

  @Test
  @DisplayName("The server reads every documented header")
  void headersAreRead() {
    EXCHANGES.forEach(
        (id, exchanges) -> {
          Set<String> read = new TreeSet<>(String::compareToIgnoreCase);
          exchanges.forEach(exchange -> read.addAll(exchange.read().headers()));
          assertThat(read).as(id).containsAll(document.operation(id).names("header"));
        });
  }

  @Test
  @DisplayName("A number that is none is refused, in both forms of errors, as documented")
  void wrongNumbersAreRefused() {
    for (Operation operation : document.operations()) {
      for (JsonNode parameter : operation.parameters()) {
        JsonNode schema = parameter.get("schema");
        String type = schema.path("type").asText();
        if (parameter.get("in").asText().equals("path") && type.equals("integer")) {
          assertRefused(
              operation,
              operation.path("seven", "file.ts"),
              "entity_id",
              "face_id",
              "person_id",
              "user_id",
              "id");
        }
        if (parameter.get("in").asText().equals("query") && !type.equals("string")) {
          String name = parameter.get("name").asText();
          assertRefused(operation, operation.path("7", "file.ts") + "?" + name + "=seven", name);
          if (schema.has("minimum")) {
            long below = schema.get("minimum").asLong() - 1;
            assertRefused(operation, operation.path("7", "x") + "?" + name + "=" + below, name);
          }
          if (schema.has("maximum")) {
            long above = schema.get("maximum").asLong() + 1;
            assertRefused(operation, operation.path("7", "x") + "?" + name + "=" + above, name);
          }
        }
      }
    }
  }

  private void assertRefused(Operation operation, String path, String... names) {
    for (String accept : List.of("*/*", PROBLEM)) {
      Exchange exchange =
          send(
              new Sample(
                  operation.id(),
                  operation.method(),
                  path,
                  null,
                  null,
                  422,
                  List.of("Accept", accept)));
      assertThat(exchange.answer().statusCode()).as("%s", exchange).isEqualTo(422);
      if (operation.method().equals("HEAD")) {
        continue;
      }
      String type = accept.equals(PROBLEM) ? PROBLEM : "application/json";
      JsonNode body = json(exchange.answer());
      assertThat(exchange.contentType()).as("%s", exchange).isEqualTo(type);
      assertThat(
              document.objections(
                  response(operation.id(), exchange).path("content").path(type).path("schema"),
                  body))
          .as("%s %s", exchange, body)
          .isEmpty();
      JsonNode errors = body.path(accept.equals(PROBLEM) ? "errors" : "detail");
      assertThat(errors)
          .as("%s %s", exchange, body)
          .anyMatch(error -> List.of(names).contains(error.at("/loc/1").asText()));
    }
  }

  @Test
  @DisplayName("What does not exist is a documented 404, in both forms of errors")
  void missingThings() {
    for (Operation operation : document.operations()) {
      if (!operation.path().contains("id}")
          || !Set.of("GET", "DELETE").contains(operation.method())) {
        continue;
      }
      for (String accept : List.of("*/*", PROBLEM)) {
        Exchange exchange =
            send(
                new Sample(
                    operation.id(),
                    operation.method(),
                    operation.path("987654321", "file.ts"),
                    null,
                    null,
                    404,
                    List.of("Accept", accept)));
        String type = accept.equals(PROBLEM) ? PROBLEM : "application/json";
        assertThat(exchange.answer().statusCode()).as("%s", exchange).isEqualTo(404);
        assertThat(exchange.contentType()).as("%s", exchange).isEqualTo(type);
        assertThat(
                document.objections(
                    response(operation.id(), exchange).path("content").path(type).path("schema"),
                    json(exchange.answer())))
            .as("%s", exchange)
            .isEmpty();
      }
    }
  }
}
