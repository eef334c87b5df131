package dev.minsight.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

import dev.minsight.events.EventsHouse.Sleeper;
import dev.minsight.events.TestClient.Version;
import dev.minsight.testing.Contract;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.actuate.health.Status;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.transaction.support.TransactionTemplate;

class ExternalBrokerTest {

  @TempDir Path folder;

  @Test
  @DisplayName(
      "The house starts while its external broker is away, catches up once it is there, and says"
          + " goodbye")
  @Contract({
    "compute.md 1 MQTT",
    "mqtt.md 5 shutdown",
    "store.md 10 broker is optional",
    "store.md 13 MQTT flags"
  })
  void startsBeforeItsBroker() {
    int port = EventsHouse.freePort();
    EmbeddedBroker elsewhere = EventsHouse.broker(folder.resolve("broker"), port);
    try (TestClient watcher = startAndStop(port, elsewhere)) {
      await()
          .untilAsserted(
              () ->
                  assertThat(watcher.payloads("mInsight/8001/status"))
                      .last()
                      .asString()
                      .contains("\"status\":\"offline\""));
    } finally {
      elsewhere.stop();
    }
  }

  @Test
  @DisplayName(
      "AC-O09 A broker that cannot be reached is no error of the start but one of health; stopping"
          + " twice, or without a broker, is none either")
  @Contract({"compute.md 1 MQTT", "mqtt.md 1 servers and workers"})
  void neverThere() {
    int nobody = EventsHouse.freePort();
    try (ConfigurableApplicationContext house =
        EventsHouse.start(
            folder.resolve("alone"), "--minsight.mqtt.url=mqtt://127.0.0.1:" + nobody)) {
      BrokerHealth health = house.getBean(BrokerHealth.class);
      await().until(() -> health.health().getStatus().equals(Status.DOWN));
      assertThat(health.health().getDetails().get("reason")).asString().isNotBlank();
      MqttConnection connection = house.getBean(MqttConnection.class);
      WorkerPresence presence = house.getBean(WorkerPresence.class);
      presence.open("alone", () -> new WorkerCapability("alone", List.of("hash"), 1, 5));

      assertThatCode(
              () -> {
                connection.stop();
                connection.stop();
                presence.stop();
                presence.stop();
              })
          .doesNotThrowAnyException();
      assertThat(connection.isConnected()).isFalse();
    }
  }

  private TestClient startAndStop(int port, EmbeddedBroker elsewhere) {
    try (ConfigurableApplicationContext house =
        EventsHouse.start(
            folder.resolve("home"),
            "--minsight.mqtt.url=mqtt://127.0.0.1:" + port,
            "--minsight.mqtt.username=anna",
            "--minsight.mqtt.password=right")) {
      MqttConnection connection = house.getBean(MqttConnection.class);
      assertThat(connection.status().embedded()).isFalse();
      assertThat(connection.status().connected()).isFalse();
      BrokerHealth health = house.getBean(BrokerHealth.class);
      assertThat(health.health().getStatus()).isEqualTo(Status.DOWN);
      await()
          .untilAsserted(
              () ->
                  assertThat(health.health().getDetails().get("reason"))
                      .asString()
                      .contains("refused"));
      house
          .getBean(TransactionTemplate.class)
          .executeWithoutResult(
              status -> house.getBean(Outbox.class).publish("early", "I was first", true));

      elsewhere.start();

      await().atMost(Duration.ofSeconds(20)).until(connection::isConnected);
      assertThat(health.health().getStatus()).isEqualTo(Status.UP);
      TestClient watcher = TestClient.connect(Version.V5, port, "anna", "right", null);
      watcher.subscribe("#");
      watcher.awaitPayloads("early", "I was first");
      Sleeper sleeper = house.getBean(Sleeper.class);
      await()
          .atMost(Duration.ofSeconds(20))
          .until(
              () -> {
                watcher.publish("store/8001/items", "{}", false);
                return !sleeper.reasons.isEmpty();
              });
      return watcher;
    }
  }
}
