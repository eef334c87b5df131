package dev.minsight.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.minsight.testing.Contract;
import dev.minsight.testing.TestServer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** {@code GET /m_insight/status}; mqtt.md section 5. */
class MInsightStatusTest {

  private final TestServer server = TestServer.shared();
  private final URI status = server.store("/m_insight/status");

  private JsonNode asked() {
    return TestServer.json(server.get(status, server.adminToken()));
  }

  @Test
  @DisplayName("AC-O10 An admin is told an object, never null; nobody else is told anything")
  @Contract({"mqtt.md 5 GET /m_insight/status", "mqtt.md 5 admins only"})
  void admins() {
    assertThat(asked().get("status").asText()).isIn("unknown", "running", "idle");

    assertThat(server.get(status, null).statusCode()).isEqualTo(401);
    assertThat(server.get(status, server.token("7", "media_store_read")).statusCode())
        .isEqualTo(403);
  }

  @Test
  @DisplayName("AC-O08 The last status on the topic is what is told; what is no JSON is ignored")
  @Contract("mqtt.md 5 GET /m_insight/status")
  void lastHeard() throws MqttException {
    String topic = "mInsight/" + server.settings().topicPort() + "/status";
    String heard =
        "{\"status\":\"running\",\"timestamp\":4711,\"version_start\":1,\"version_end\":2,"
            + "\"processed_count\":-1}";
    String told = heard.replace("}", ",\"process_id\":null}");
    try (MqttClient client =
        new MqttClient(
            "tcp://127.0.0.1:" + server.settings().mqtt().port(),
            "status-test",
            new MemoryPersistence())) {
      client.connect();
      // Said again until asked in time: the server's own heartbeat comes between.
      await()
          .pollInterval(Duration.ofMillis(50))
          .until(
              () -> {
                boolean right = asked().toString().equals(told);
                client.publish(topic, heard.getBytes(StandardCharsets.UTF_8), 1, false);
                client.publish(topic, "{not json".getBytes(StandardCharsets.UTF_8), 1, false);
                return right;
              });
      client.disconnect();
    }
  }
}
