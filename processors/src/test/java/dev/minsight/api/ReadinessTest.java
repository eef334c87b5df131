package dev.minsight.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minsight.testing.TestServer;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.availability.ApplicationAvailabilityBean;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;

/** Requests that come while the server starts or stops. */
class ReadinessTest {

  /** As the server itself does when it starts and stops. */
  private static void tell(TestServer server, ReadinessState state) {
    server
        .bean(ApplicationAvailabilityBean.class)
        .onApplicationEvent(new AvailabilityChangeEvent<>(server, state));
  }

  @Test
  @DisplayName("Until the server is ready a request is answered 503, to come again, and never 404")
  void notReady(@TempDir Path home) {
    try (TestServer server = TestServer.start(home)) {
      tell(server, ReadinessState.REFUSING_TRAFFIC);

      HttpResponse<String> answer = server.get(server.compute("/plugins"), null);

      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(answer.headers().firstValue("Retry-After")).isPresent();
      assertThat(TestServer.json(answer).get("detail").asText()).contains("try again in a moment");
      assertThat(server.get(server.store("/actuator/health"), null).body()).contains("status");

      tell(server, ReadinessState.ACCEPTING_TRAFFIC);

      assertThat(server.get(server.compute("/plugins"), null).statusCode()).isEqualTo(200);
    }
  }
}
