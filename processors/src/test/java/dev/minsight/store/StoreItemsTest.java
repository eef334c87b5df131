package dev.minsight.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.minsight.events.RetainedStatuses;
import dev.minsight.store.EntityPatch.Wanted;
import dev.minsight.testing.Contract;
import dev.minsight.testing.OpenServer;
import dev.minsight.testing.Pictures;
import dev.minsight.testing.TestServer;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.paho.mqttv5.client.IMqttMessageListener;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttSubscription;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

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
      "AC-O01, AC-O03 New media are announced once on store/{port}/items; duplicates and"
          + " collections are not")
  @Contract({
    "mqtt.md 2 store/<store_port>/items",
    "store.md 6 POST of live content",
    "store.md 10 POST of new media",
    "pipeline.md 7 store/{port}/items"
  })
  void announcements() throws Exception {
    try (Listener listener = new Listener()) {
      byte[] picture = Pictures.noise("png", 9, 9, System.nanoTime());
      long before = System.currentTimeMillis();
      long first = store(picture).entityId();
      store(picture);
      server.bean(Entities.class).createCollection("c", null, null);
      long last = store(Pictures.noise("png", 9, 9, System.nanoTime())).entityId();

      List<String> items = listener.heard(2);
      MediaEntity entity = server.bean(Entities.class).find(first).orElseThrow();
      assertThat(entity.addedDate()).isGreaterThanOrEqualTo(before);
      assertThat(items).hasSize(2);
      assertThat(items.get(0))
          .isEqualTo(
              "{\"id\":%d,\"md5\":\"%s\",\"timestamp\":%d}"
                  .formatted(first, entity.md5(), entity.addedDate()));
      assertThat(items.get(1)).startsWith("{\"id\":" + last + ",");
    }
  }

  @Test
  @DisplayName(
      "AC-O02 A replaced file is announced with its new digest; PATCH, PUT without a file and DELETE are"
          + " not")
  @Contract({
    "mqtt.md 2 store/<store_port>/items",
    "store.md 10 PUT with a file",
    "store.md 10 PATCH, PUT without a file, DELETE"
  })
  void changes() throws Exception {
    long id = store(bytes()).entityId();
    String before = server.bean(Entities.class).find(id).orElseThrow().md5();
    EntityChanges changes = server.bean(EntityChanges.class);
    try (Listener listener = new Listener()) {
      changes.patch(id, label("patched"), Precondition.NONE);
      changes.put(id, new Replacement(false, "put", null, null), Precondition.NONE);
      replace(id);
      String after = server.bean(Entities.class).find(id).orElseThrow().md5();
      trash(id);
      server.bean(EntityRemoval.class).delete(id, Precondition.NONE);
      long last = store(bytes()).entityId(); // the end of what there is to hear

      List<String> items = listener.heard(2);
      assertThat(after).isNotEqualTo(before);
      assertThat(items.get(0)).startsWith("{\"id\":%d,\"md5\":\"%s\",".formatted(id, after));
      assertThat(items.get(1)).startsWith("{\"id\":" + last + ",");
      assertThat(items).hasSize(2);
    }
  }

  @Test
  @DisplayName(
      "The retained status of a number is cleared when it is given out, when its file is replaced"
          + " and when it is deleted; known content leaves it")
  @Contract({
    "mqtt.md 6 created or replaced",
    "mqtt.md 6 deleted",
    "store.md 10 POST clears the retained status",
    "store.md 10 PUT with a file",
    "store.md 10 hard delete",
    "pipeline.md 7 cleared by the store"
  })
  void retainedStatus() throws Exception {
    long next = nextId();
    retain(next);
    byte[] content = bytes();
    long id = store(content).entityId();
    assertThat(id).isEqualTo(next);
    awaitCleared(id);

    retain(id);
    assertThat(store(content).created()).isFalse();
    long marker = nextId();
    retain(marker);
    assertThat(server.bean(Entities.class).createCollection("marker", null, null))
        .isEqualTo(marker);
    awaitCleared(marker); // what was said before has left, too
    assertThat(retained()).contains(id);

    replace(id);
    awaitCleared(id);

    retain(id);
    trash(id);
    server.bean(EntityRemoval.class).delete(id, Precondition.NONE);
    awaitCleared(id);
  }

  private long nextId() {
    return server
            .bean(JdbcClient.class)
            .sql("SELECT last FROM id_counter WHERE name = 'entity'")
            .query(Long.class)
            .optional()
            .orElse(0L) // nobody was given a number yet
        + 1;
  }

  /** No picture: what mInsight says of those is retained, too. */
  private static byte[] bytes() {
    byte[] bytes = new byte[64];
    new Random(System.nanoTime()).nextBytes(bytes);
    bytes[0] = 0;
    return bytes;
  }

  private static EntityPatch label(String label) {
    return new EntityPatch(Wanted.of(label), Wanted.not(), Wanted.not(), Wanted.not());
  }

  private void trash(long id) {
    server
        .bean(EntityChanges.class)
        .patch(
            id,
            new EntityPatch(Wanted.not(), Wanted.not(), Wanted.not(), Wanted.of(true)),
            Precondition.NONE);
  }

  private void replace(long id) {
    Intake intake = server.bean(Intake.class);
    try (Staged staged = intake.stage(new ByteArrayInputStream(bytes()), "b")) {
      intake.replace(id, staged, new Replacement(false, "replaced", null, null), Precondition.NONE);
    }
  }

  private void retain(long id) throws MqttException {
    server
        .bean(MqttClient.class)
        .publish(
            "mInsight/" + server.settings().topicPort() + "/entity_item_status/" + id,
            "{}".getBytes(StandardCharsets.UTF_8),
            1,
            true);
    await().until(() -> retained().contains(id));
  }

  private Set<Long> retained() {
    return server.bean(RetainedStatuses.class).entities();
  }

  private void awaitCleared(long id) {
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(retained()).doesNotContain(id));
  }

  /** Hears what is said of new media. */
  private final class Listener implements AutoCloseable {

    private final List<String> items = new CopyOnWriteArrayList<>();
    private final MqttClient client;

    Listener() throws MqttException {
      client =
          new MqttClient(
              "tcp://127.0.0.1:" + server.settings().mqtt().port(),
              "store-items-test",
              new MemoryPersistence());
      client.connect();
      String topic = "store/" + server.settings().topicPort() + "/items";
      IMqttMessageListener listener =
          (heard, message) -> items.add(new String(message.getPayload(), StandardCharsets.UTF_8));
      client.subscribe(
          new MqttSubscription[] {new MqttSubscription(topic, 1)},
          new IMqttMessageListener[] {listener});
    }

    List<String> heard(int count) {
      await().atMost(Duration.ofSeconds(20)).until(() -> items.size() >= count);
      return items;
    }

    @Override
    public void close() throws MqttException {
      client.disconnect();
      client.close();
    }
  }
}
