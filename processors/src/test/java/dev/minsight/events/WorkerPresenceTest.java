package dev.minsight.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.minsight.support.MinsightProperties;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
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
  void announces() {
    try (ConfigurableApplicationContext house = EventsHouse.start(home)) {
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
        house.getBean(EventsHouse.ShiftingClock.class).forward(WorkerPresence.HEARTBEAT_MILLIS);
        await().atMost(LONG).until(() -> early.payloads(TOPIC).size() == 3);

        try (TestClient late = TestClient.connect(TestClient.Version.V5, port)) {
          late.subscribe(Topics.ALL_WORKERS);
          await().atMost(LONG).until(() -> late.payloads(TOPIC).size() == 1);
          assertThat(late.received.get(0).retained()).isTrue();
        }
        presence.close("tester");
        await().atMost(LONG).until(() -> early.payloads(TOPIC).size() == 4);
        assertThat(early.payloads(TOPIC).get(3)).isEmpty();
      }
    }
  }
}
