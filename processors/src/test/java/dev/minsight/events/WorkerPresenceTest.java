package dev.minsight.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.minsight.support.MinsightProperties;
import dev.minsight.testing.Contract;
import dev.minsight.testing.HandClock;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;

/** Announcements of workers on a real broker; mqtt.md section 4. */
class WorkerPresenceTest {

  private static final Duration LONG = Duration.ofSeconds(30);
  private static final String TOPIC = Topics.worker("tester");

  @TempDir Path home;

  @Test
  @DisplayName(
      "mqtt.md 4: retained when it starts, again only when it changes or as a heartbeat, empty when"
          + " it stops")
  @Contract({
    "mqtt.md 2 inference/workers/<worker_id>",
    "mqtt.md 4 worker_id",
    "mqtt.md 4 capabilities",
    "mqtt.md 4 idle_count",
    "mqtt.md 4 timestamp",
    "mqtt.md 4 start",
    "mqtt.md 4 only on change",
    "mqtt.md 4 heartbeat",
    "mqtt.md 4 graceful stop"
  })
  void announces() {
    try (ConfigurableApplicationContext house =
        EventsHouse.start(home, "--minsight.mqtt.port=" + EventsHouse.freePort())) {
      int port = house.getBean(MinsightProperties.class).mqtt().port();
      Clock clock = house.getBean(Clock.class);
      AtomicInteger idle = new AtomicInteger(1);
      WorkerPresence presence = house.getBean(WorkerPresence.class);
      try (TestClient early = TestClient.connect(TestClient.Version.V3_1_1, port)) {
        early.subscribe(Topics.ALL_WORKERS);
        presence.open(
            "tester",
            () ->
                new WorkerCapability(
                    "tester", List.of("exif", "hash"), idle.get(), clock.millis()));
        await().atMost(LONG).until(() -> early.payloads(TOPIC).size() == 1);
        assertThat(early.payloads(TOPIC).get(0))
            .contains("\"worker_id\":\"tester\"", "\"idle_count\":1", "[\"exif\",\"hash\"]");

        idle.set(0);
        await().atMost(LONG).until(() -> early.payloads(TOPIC).size() == 2);
        assertThat(early.payloads(TOPIC).get(1)).contains("\"idle_count\":0");
        house.getBean(HandClock.class).forward(Duration.ofMillis(WorkerPresence.HEARTBEAT_MILLIS));
        await().atMost(LONG).until(() -> early.payloads(TOPIC).size() == 3);

        try (TestClient late = TestClient.connect(TestClient.Version.V5, port)) {
          late.subscribe(Topics.ALL_WORKERS);
          await().atMost(LONG).until(() -> late.payloads(TOPIC).size() == 1);
          assertThat(late.received.get(0).retained()).isTrue();
        }
        presence.close("tester");
        await().atMost(LONG).until(() -> early.payloads(TOPIC).size() > 3);
        // Where the connection breaks over the goodbye, the will says it once more.
        assertThat(early.payloads(TOPIC)).element(3).asString().isEmpty();
        assertThat(early.payloads(TOPIC).stream().skip(3)).containsOnly("");
      }
    }
  }

  @Test
  @DisplayName(
      "AC-O06 A worker whose connection breaks is gone for the others at once: its last will was"
          + " registered with its first connection")
  @Contract("mqtt.md 4 crash")
  void lastWill() throws Exception {
    try (ConfigurableApplicationContext house =
        EventsHouse.start(home, "--minsight.mqtt.port=" + EventsHouse.freePort())) {
      int port = house.getBean(MinsightProperties.class).mqtt().port();
      WorkerPresence presence = house.getBean(WorkerPresence.class);
      try (TestClient watcher = TestClient.connect(TestClient.Version.V3_1_1, port)) {
        watcher.subscribe(Topics.ALL_WORKERS);
        presence.open("tester", () -> new WorkerCapability("tester", List.of("hash"), 1, 5));
        await().atMost(LONG).until(() -> watcher.payloads(TOPIC).size() == 1);

        house
            .getBean(EmbeddedBroker.class)
            .server()
            .getActiveMQServer()
            .getRemotingService()
            .getConnections()
            .stream()
            .filter(connection -> connection.getClientID() != null)
            .filter(connection -> connection.getClientID().startsWith("minsight-worker-"))
            .forEach(connection -> connection.fail(new ActiveMQException("cut by the test")));

        await().atMost(LONG).until(() -> watcher.payloads(TOPIC).contains(""));
        await("it comes back by itself")
            .atMost(LONG)
            .until(() -> watcher.payloads(TOPIC).size() == 3);
      }
    }
  }
}
