package dev.minsight.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minsight.testing.Contract;
import dev.minsight.testing.OpenServer;
import dev.minsight.testing.TestServer;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** store.md section 1, CORS: an allow-list; D-72. */
class CorsTest {

  private static final String OURS = "https://photos.example.org";
  private static TestServer server;

  @BeforeAll
  static void start(@TempDir Path home) {
    server =
        TestServer.start(home, "minsight.auth.enabled=false", "minsight.api.cors-origins=" + OURS);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static HttpResponse<String> ask(TestServer of, String method, String... headers) {
    return of.send(
        of.request(of.store("/entities"), null)
            .headers(headers)
            .method(method, BodyPublishers.noBody())
            .build());
  }

  @Test
  @DisplayName("D-72: a listed origin may read answers and our headers")
  @Contract("store.md 1 CORS")
  void listed() {
    HttpResponse<String> answer = ask(server, "GET", "Origin", OURS);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).hasValue(OURS);
    assertThat(answer.headers().firstValue("Access-Control-Expose-Headers").orElse(""))
        .contains("ETag", "X-Request-Id", "Retry-After", "Idempotent-Replayed");
    assertThat(answer.headers().firstValue("Access-Control-Allow-Credentials")).isEmpty();
  }

  @Test
  @DisplayName("D-72: a listed origin may ask beforehand, without a token")
  void preflight() {
    HttpResponse<String> answer =
        ask(
            server,
            "OPTIONS",
            "Origin",
            OURS,
            "Access-Control-Request-Method",
            "PATCH",
            "Access-Control-Request-Headers",
            "authorization,if-match,idempotency-key");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Access-Control-Allow-Methods").orElse(""))
        .contains("PATCH");
    assertThat(answer.headers().firstValue("Access-Control-Allow-Headers").orElse(""))
        .contains("authorization", "if-match", "idempotency-key");
  }

  @Test
  @DisplayName("D-72: another origin is refused")
  @Contract("store.md 1 CORS")
  void unlisted() {
    HttpResponse<String> answer = ask(server, "GET", "Origin", "https://elsewhere.example.org");

    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(answer.body()).contains("\"detail\"").doesNotContain("items");
    assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
  }

  @Test
  @DisplayName("D-72: by default no page of another origin can read anything")
  @Contract("store.md 1 CORS")
  void nobodyByDefault() {
    HttpResponse<String> answer = ask(OpenServer.shared(), "GET", "Origin", OURS);

    assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
  }
}
