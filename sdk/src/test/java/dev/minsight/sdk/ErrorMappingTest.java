package dev.minsight.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.minsight.testing.ScriptedServer;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A refused call")
class ErrorMappingTest {

  private final ScriptedServer server = new ScriptedServer();
  private final MinsightClient client = MinsightClient.builder().servers(server.urls()).build();

  @AfterEach
  void stop() {
    server.close();
  }

  @ParameterizedTest(name = "{0} is {1}")
  @CsvSource({
    "401, Unauthorized, false",
    "403, Forbidden, false",
    "404, Not Found, false",
    "422, Validation Error, false",
    "429, Too Many Requests, true",
    "500, Error 500, false",
    "409, Error 409, false",
    "503, Error 503, true"
  })
  @DisplayName("says its kind and what the server said (AC-Q01)")
  void kinds(int status, String kind, boolean retryable) {
    server.on("GET /entities/7", status, "{\"detail\":\"because\"}");

    ApiException refused = refusedGet();

    assertThat(refused).hasMessage(kind + ": because");
    assertThat(refused.status()).isEqualTo(status);
    assertThat(refused.detail()).isEqualTo("because");
    assertThat(refused.retryable()).isEqualTo(retryable);
  }

  @Test
  @DisplayName("has a type for each kind a program decides by")
  void types() {
    server.on("GET /entities/1", 401, "{\"detail\":\"x\"}");
    server.on("GET /entities/2", 403, "{\"detail\":\"x\"}");
    server.on("GET /entities/4", 422, "{\"detail\":\"x\"}");

    assertThatThrownBy(() -> client.store().get(1)).isInstanceOf(ApiException.Unauthorized.class);
    assertThatThrownBy(() -> client.store().get(2)).isInstanceOf(ApiException.Forbidden.class);
    assertThatThrownBy(() -> client.store().get(3)).isInstanceOf(ApiException.NotFound.class);
    assertThatThrownBy(() -> client.store().get(4))
        .isInstanceOf(ApiException.ValidationFailed.class);
  }

  @Test
  @DisplayName("lists the wrong parameters of a 422 one by one")
  void validationList() {
    server.on(
        "GET /entities/7",
        422,
        """
        {"detail":[{"type":"int_parsing","loc":["query","page"],"msg":"not a number","input":"x"},
                   {"type":"missing","loc":["body","files",0],"msg":"Field required","input":null}]}
        """);

    ApiException.ValidationFailed refused = (ApiException.ValidationFailed) refusedGet();

    assertThat(refused.problems())
        .containsExactly(
            new ApiException.Problem("query.page", "not a number"),
            new ApiException.Problem("body.files.0", "Field required"));
    assertThat(refused)
        .hasMessage("Validation Error: query.page: not a number; body.files.0: Field required");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<html>Bad Gateway</html>",
        "",
        "[1]",
        "{\"detail\":null}",
        "{\"detail\":[]}",
        "\0"
      })
  @DisplayName("has a generic text when the body explains nothing (AC-Q02)")
  void nonJson(String body) {
    server.on("GET /entities/7", 502, "text/html", body.getBytes(StandardCharsets.UTF_8));

    assertThat(refusedGet())
        .hasMessage("Error 502: the server answered 502 without an explanation");
  }

  @Test
  @DisplayName("tells how long to wait after too many requests")
  void retryAfter() {
    server.onExchange(
        "GET /entities/7",
        call -> {
          call.getResponseHeaders().add("Retry-After", "42");
          call.sendResponseHeaders(429, -1);
        });

    assertThat(((ApiException.TooManyRequests) refusedGet()).retryAfter())
        .contains(Duration.ofSeconds(42));
  }

  @ParameterizedTest
  @ValueSource(strings = {"<html>welcome to the hotel</html>", "", "[]", "{\"id\":\"seven\"}"})
  @DisplayName("is also a success that is not in the contract's form: some other server")
  void strangeSuccess(String body) {
    server.on("GET /entities/7", 200, "text/html", body.getBytes(StandardCharsets.UTF_8));

    assertThat(refusedGet().detail()).contains("/entities/7").contains("not what");
  }

  @Test
  @DisplayName("is not followed to another address: a redirect is an error")
  void redirect() {
    server.onExchange(
        "GET /entities/7",
        call -> {
          call.getResponseHeaders().add("Location", server.url() + "/entities/8");
          call.sendResponseHeaders(307, -1);
        });

    assertThat(refusedGet().status()).isEqualTo(307);
  }

  @Test
  @DisplayName("names the server that nobody listens at, and may be tried again")
  void unreachable() throws IOException {
    int freePort;
    try (ServerSocket socket = new ServerSocket(0)) {
      freePort = socket.getLocalPort();
    }
    MinsightClient lost =
        MinsightClient.builder().servers(ServerUrls.of("http://127.0.0.1:" + freePort)).build();

    ApiException.ServerUnreachable error =
        catchThrowableOfType(ApiException.ServerUnreachable.class, () -> lost.info(Service.STORE));

    assertThat(error.server()).isEqualTo(URI.create("http://127.0.0.1:" + freePort));
    assertThat(error).hasMessageContaining("connection refused");
    assertThat(error.status()).isZero();
    assertThat(error.retryable()).isTrue();
  }

  @Test
  @DisplayName("tells a name that does not exist from a port that is closed")
  void unknownHost() {
    MinsightClient lost =
        MinsightClient.builder().servers(ServerUrls.of("http://no-such-host.invalid:1")).build();

    assertThatThrownBy(() -> lost.info(Service.STORE))
        .isInstanceOf(ApiException.ServerUnreachable.class)
        .hasMessageContaining("unknown host");
  }

  @Test
  @DisplayName("is unreachable, too, when the connection breaks within the answer")
  void brokenAnswer() {
    server.onExchange(
        "GET /entities/7",
        call -> {
          call.sendResponseHeaders(200, 1000);
          call.getResponseBody().write("{\"id\":7".getBytes(StandardCharsets.UTF_8));
          call.getResponseBody().flush();
        });

    assertThat(refusedGet()).isInstanceOf(ApiException.ServerUnreachable.class);
  }

  private ApiException refusedGet() {
    return catchThrowableOfType(ApiException.class, () -> client.store().get(7));
  }
}
