package dev.minsight.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TestServerTest {

  private final TestServer server = TestServer.shared();

  @Test
  @DisplayName("AC-A01, AC-A02 A running server answers GET / of the store in JSON")
  @Contract({"store.md 3 #1", "store.md 9 GET /"})
  void rootAnswers() {
    HttpResponse<String> answer = server.get(server.store("/"), null);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
    assertThat(TestServer.json(answer).get("status").asText()).isEqualTo("healthy");
    assertThat(TestServer.json(answer).get("service").asText()).contains("CoLAN");
    assertThat(TestServer.json(answer).get("version").asText()).isEqualTo("v1");
  }

  @Test
  @DisplayName("Each port answers as its own service")
  @Contract("auth.md 4 GET /")
  void portsAnswerAsTheirService() {
    assertThat(TestServer.json(server.get(server.auth("/"), null)).get("message").asText())
        .isEqualTo("authentication service is running");
    assertThat(TestServer.json(server.get(server.compute("/"), null)).get("service").asText())
        .isEqualTo("Task Server");
  }
}
