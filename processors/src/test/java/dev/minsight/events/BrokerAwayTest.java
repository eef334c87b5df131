package dev.minsight.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.minsight.events.TestClient.Version;
import dev.minsight.insight.Equation;
import dev.minsight.insight.PhotoServer;
import dev.minsight.testing.Pictures;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole server whose external broker goes and comes back while photos are in work. */
class BrokerAwayTest {

  @TempDir Path folder;

  @Test
  @DisplayName(
      "fault: broker down. Photos are processed meanwhile, health says what is wrong, and what there"
          + " was to tell arrives once it is back")
  void goesAndComesBack() {
    int port = EventsHouse.freePort();
    Supplier<EmbeddedBroker> broker = () -> EventsHouse.broker(folder.resolve("broker"), port);
    EmbeddedBroker first = broker.get();
    first.start();
    try (PhotoServer photos =
        PhotoServer.start(
            folder.resolve("home"),
            "minsight.mqtt.url=mqtt://127.0.0.1:" + port,
            "minsight.mqtt.username=anna",
            "minsight.mqtt.password=right")) {
      MqttConnection connection = photos.bean(MqttConnection.class);
      await().atMost(PhotoServer.LONG).until(connection::isConnected);
      long before = upload(photos, 1);
      photos.awaitStatus(before, "completed");

      List<Long> away = new ArrayList<>();
      away.add(upload(photos, 2));
      first.stop();
      for (int seed = 3; seed < 7; seed++) {
        away.add(upload(photos, seed));
      }

      away.forEach(id -> photos.awaitStatus(id, "completed"));
      await()
          .atMost(PhotoServer.LONG)
          .untilAsserted(
              () -> {
                JsonNode health = photos.health().get("components").get("broker");
                assertThat(health.get("status").asText()).isEqualTo("DOWN");
                assertThat(health.get("details").get("reason").asText()).isNotBlank();
              });
      new Equation(photos).awaitHolds();
      assertThat(photos.count("outbox")).isPositive();

      EmbeddedBroker second = broker.get();
      second.start();
      try (TestClient watcher = TestClient.connect(Version.V5, port, "anna", "right", null)) {
        watcher.subscribe("#");
        Topics topics = photos.bean(Topics.class);
        for (long id : away) {
          await("the status of " + id)
              .atMost(PhotoServer.LONG)
              .untilAsserted(
                  () ->
                      assertThat(watcher.payloads(topics.entityStatus(id)))
                          .anyMatch(payload -> payload.contains("\"status\":\"completed\"")));
        }
        await()
            .atMost(PhotoServer.LONG)
            .untilAsserted(
                () -> assertThat(photos.health().get("status").asText()).isEqualTo("UP"));
        new Equation(photos).awaitHolds();
      } finally {
        second.stop();
      }
    }
  }

  private static long upload(PhotoServer photos, int seed) {
    return photos.upload("p" + seed + ".png", Pictures.noise("png", 80, 60, 4000 + seed));
  }
}
