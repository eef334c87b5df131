package dev.minsight.api;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import dev.minsight.support.RetryableException;
import dev.minsight.testing.Contract;
import dev.minsight.testing.OpenServer;
import dev.minsight.testing.TestServer;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.transaction.CannotCreateTransactionException;

/** ours.md section 1, "error bodies": the contract's form, or RFC 9457 for those who ask for it. */
class ErrorFormsTest {

  private static final String PROBLEM = "application/problem+json";

  private final TestServer server = TestServer.shared();

  private HttpResponse<String> ask(String method, String path, String... headers) {
    return server.send(
        server
            .request(server.store(path), null)
            .headers(headers)
            .method(method, BodyPublishers.noBody())
            .build());
  }

  private static JsonNode problem(HttpResponse<String> answer) {
    assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith(PROBLEM);
    return TestServer.json(answer);
  }

  @Test
  @DisplayName("A 404 of a route is a problem with all its members")
  void notFound() {
    HttpResponse<String> answer =
        ask("GET", "/entities/987654321", "Accept", PROBLEM, "X-Request-Id", "mine-1");

    JsonNode problem = problem(answer);
    assertThat(problem.get("type").asText()).isEqualTo("about:blank");
    assertThat(problem.get("title").asText()).isEqualTo("Not Found");
    assertThat(problem.get("status").asInt()).isEqualTo(answer.statusCode()).isEqualTo(404);
    assertThat(problem.get("detail").asText()).isEqualTo("Entity not found");
    assertThat(problem.get("instance").asText()).isEqualTo("/entities/987654321");
    assertThat(problem.get("retryable").isBoolean()).isTrue();
    assertThat(problem.get("retryable").asBoolean()).isFalse();
    assertThat(problem.get("requestId").asText()).isEqualTo("mine-1");
    assertThat(answer.headers().firstValue("X-Request-Id")).hasValue("mine-1");
  }

  @Test
  @DisplayName("A failed check is a problem that lists each field that is wrong")
  void validation() {
    JsonNode problem = problem(ask("GET", "/entities?page=0&page_size=500", "Accept", PROBLEM));

    assertThat(problem.get("status").asInt()).isEqualTo(422);
    assertThat(problem.get("detail").isTextual()).isTrue();
    assertThat(problem.get("errors")).hasSize(2);
    assertThat(problem.at("/errors/0/loc/1").asText()).isEqualTo("page");
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /admin/pref, 401, Authentication required",
    "GET, /users/me, 401, Not authenticated",
    "GET, /no/such/thing, 404, Not Found",
    "DELETE, /auth/token, 405, Method Not Allowed",
    "GET, /entities/%2e%2e/x, 400, the address is not in its plain form",
    "BREW, /entities, 405, Method Not Allowed"
  })
  @DisplayName("Refusals ahead of the routes come in both forms, too")
  @Contract("auth.md 4 error body")
  void aheadOfRoutes(String method, String path, int status, String detail) {
    HttpResponse<String> usual = ask(method, path, "Accept", "*/*");
    HttpResponse<String> asked = ask(method, path, "Accept", "application/json, " + PROBLEM);

    assertThat(usual.statusCode()).isEqualTo(status);
    assertThat(usual.body()).isEqualTo("{\"detail\":\"" + detail + "\"}");
    assertThat(usual.headers().firstValue("Content-Type").orElse(""))
        .startsWith("application/json");
    assertThat(asked.statusCode()).isEqualTo(status);
    JsonNode problem = problem(asked);
    assertThat(problem.get("detail").asText()).isEqualTo(detail);
    assertThat(problem.get("requestId").asText())
        .isEqualTo(asked.headers().firstValue("X-Request-Id").orElseThrow());
    assertThat(asked.headers().firstValue("WWW-Authenticate").isPresent()).isEqualTo(status == 401);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*/*",
        "application/json",
        "text/html",
        "nonsense",
        "application/problem+json;q=0"
      })
  @DisplayName("Whoever does not ask for a problem gets the contract's body, exactly")
  void contractForm(String accept) {
    HttpResponse<String> answer = ask("GET", "/entities/987654321", "Accept", accept);

    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.body()).isEqualTo("{\"detail\":\"Entity not found\"}");
  }

  @Test
  @DisplayName("Asking for problems does not change what succeeds")
  void successIsTheSame() {
    HttpResponse<String> answer = ask("GET", "/entities", "Accept", PROBLEM);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
  }

  @Test
  @DisplayName("A multipart form that breaks off is a problem, too")
  void multipart() {
    HttpResponse<String> answer =
        OpenServer.shared()
            .send(
                OpenServer.shared()
                    .request(OpenServer.shared().store("/entities"), null)
                    .header("Accept", PROBLEM)
                    .header("Content-Type", "multipart/form-data; boundary=x")
                    .POST(
                        BodyPublishers.ofString("--x\r\nContent-Disposition: form-data; name=\"a"))
                    .build());

    assertThat(problem(answer).get("status").asInt()).isEqualTo(422);
    assertThat(problem(answer).get("detail").asText()).contains("complete");
  }

  /** A route whose bean throws; it goes through the error policy of all routes. */
  private static HttpResponse<String> failing(RuntimeException failure, String accept)
      throws Exception {
    TestServer open = OpenServer.shared();
    CamelContext camel = open.bean(CamelContext.class);
    camel.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("platform-http:/failing")
                .routeId("failing")
                .routeConfigurationId("http")
                .throwException(failure);
          }
        });
    try {
      return open.send(
          open.request(open.store("/failing"), null).header("Accept", accept).GET().build());
    } finally {
      camel.getRouteController().stopRoute("failing");
      camel.removeRoute("failing");
    }
  }

  @Test
  @DisplayName("D-68: a mistake of the server shows its id, which is in the log, and no more")
  @Contract("store.md 4.5 other exceptions")
  void mistakesShowNothing() throws Exception {
    Logger errors = (Logger) LoggerFactory.getLogger(ErrorAnswers.class);
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    errors.addAppender(log);
    RuntimeException mistake = new IllegalStateException("SELECT secret FROM /home/somebody");
    for (String accept : List.of("*/*", PROBLEM)) {
      HttpResponse<String> answer = failing(mistake, accept);

      String id = answer.headers().firstValue("X-Request-Id").orElseThrow();
      assertThat(answer.statusCode()).isEqualTo(500);
      assertThat(answer.body()).doesNotContain("secret", "somebody", "IllegalState").contains(id);
      assertThat(log.list)
          .anySatisfy(
              line -> {
                assertThat(line.getFormattedMessage()).contains("Request " + id + " failed");
                assertThat(line.getThrowableProxy().getMessage()).isEqualTo(mistake.getMessage());
              });
    }
    errors.detachAppender(log);
  }

  @Test
  @DisplayName("What passes by itself is a retryable 503 that says when to try again")
  void passingFailures() throws Exception {
    HttpResponse<String> usual = failing(new RetryableException("the disk is away"), "*/*");
    HttpResponse<String> asked = failing(new RetryableException("the disk is away"), PROBLEM);

    assertThat(usual.statusCode()).isEqualTo(503);
    assertThat(usual.body()).isEqualTo("{\"detail\":\"the disk is away\"}");
    assertThat(usual.headers().firstValueAsLong("Retry-After").orElseThrow()).isPositive();
    assertThat(problem(asked).get("retryable").asBoolean()).isTrue();
    assertThat(asked.headers().firstValue("Retry-After")).isPresent();
  }

  @Test
  @DisplayName("A database that is away or busy answers 503 and nothing of its inside")
  void databaseAway() throws Exception {
    for (RuntimeException failure :
        List.of(
            new CannotCreateTransactionException("Could not open JPA EntityManager"),
            new CannotGetJdbcConnectionException("Failed to obtain JDBC Connection"),
            new CannotAcquireLockException("ERROR: deadlock detected"))) {
      HttpResponse<String> answer = failing(failure, "*/*");

      assertThat(answer.statusCode()).as(failure.toString()).isEqualTo(503);
      assertThat(answer.body())
          .isEqualTo("{\"detail\":\"The database is busy or away; try again later\"}");
    }
  }
}
