package dev.minsight.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.minsight.testing.OpenServer;
import dev.minsight.testing.Pictures;
import dev.minsight.testing.TestServer;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.paho.mqttv5.client.IMqttMessageListener;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttSubscription;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class StoreItemsTest {

  private final TestServer server = OpenServer.shared();

  private Stored store(byte[] bytes) {
    Intake intake = server.bean(Intake.class);
    try (Staged staged = intake.stage(new ByteArrayInputStream(bytes), "a.png")) {
      return intake.store(staged, new NewMedia(null, null, null, false));
    }
  }

  @Test
  @DisplayName(
      "New media are announced once on store/{port}/items; duplicates and collections are not")
  void announcements() throws Exception {
    List<String> items = new CopyOnWriteArrayList<>();
    IMqttMessageListener listener =
        (topic, message) -> items.add(new String(message.getPayload(), StandardCharsets.UTF_8));
    MqttClient client =
        new MqttClient(
            "tcp://127.0.0.1:" + server.settings().mqtt().port(),
            "store-items-test",
            new MemoryPersistence());
    client.connect();
    try {
      String topic = "store/" + server.settings().topicPort() + "/items";
      client.subscribe(
          new MqttSubscription[] {new MqttSubscription(topic, 1)},
          new IMqttMessageListener[] {listener});
      byte[] picture = Pictures.noise("png", 9, 9, System.nanoTime());

      long before = System.currentTimeMillis();
      long first = store(picture).entityId();
      store(picture);
      server.bean(Entities.class).createCollection("c", null, null);
      long last = store(Pictures.noise("png", 9, 9, System.nanoTime())).entityId();

      await().atMost(Duration.ofSeconds(20)).until(() -> items.size() >= 2);
      MediaEntity entity = server.bean(Entities.class).find(first).orElseThrow();
      assertThat(entity.addedDate()).isGreaterThanOrEqualTo(before);
      assertThat(items).hasSize(2);
      assertThat(items.get(0))
          .isEqualTo(
              "{\"id\":%d,\"md5\":\"%s\",\"timestamp\":%d}"
                  .formatted(first, entity.md5(), entity.addedDate()));
      assertThat(items.get(1)).startsWith("{\"id\":" + last + ",");
    } finally {
      client.disconnect();
      client.close();
    }
  }
}
