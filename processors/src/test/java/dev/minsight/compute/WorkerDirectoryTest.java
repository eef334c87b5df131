package dev.minsight.compute;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minsight.testing.Contract;
import dev.minsight.testing.HandClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What is known of the workers that announce themselves; mqtt.md section 4. */
class WorkerDirectoryTest {

  private final HandClock clock = new HandClock(Instant.ofEpochMilli(1_000_000));
  private final WorkerDirectory directory = new WorkerDirectory(clock);

  private void hear(String worker, int idle, String tasks) {
    directory.received(
        "inference/workers/" + worker,
        "{\"worker_id\":\"%s\",\"capabilities\":[%s],\"idle_count\":%d,\"timestamp\":1}"
            .formatted(worker, tasks, idle));
  }

  @Test
  @DisplayName("compute.md 3 GET /capabilities: idle counts are summed by task, 0 while busy")
  @Contract("compute.md 3 GET /capabilities")
  void sums() {
    hear("a", 2, "\"hash\",\"exif\"");
    hear("b", 1, "\"hash\"");
    hear("c", 0, "\"hls_streaming\"");

    assertThat(directory.living()).hasSize(3);
    assertThat(directory.idle())
        .containsEntry("hash", 3)
        .containsEntry("exif", 2)
        .containsEntry("hls_streaming", 0)
        .hasSize(3);
  }

  @Test
  @DisplayName("mqtt.md 4: an empty payload is a goodbye; three missed heartbeats are one, too")
  @Contract({"mqtt.md 4 consumers", "mqtt.md 4 three missed heartbeats"})
  void forgets() {
    hear("a", 1, "\"hash\"");
    hear("b", 1, "\"hash\"");
    directory.received("inference/workers/a", "");
    assertThat(directory.living()).extracting("workerId").containsExactly("b");

    clock.forward(Duration.ofSeconds(30));
    assertThat(directory.living()).hasSize(1);
    clock.forward(Duration.ofSeconds(2));
    assertThat(directory.living()).isEmpty();
    assertThat(directory.idle()).isEmpty();
  }

  @Test
  @DisplayName("What is no announcement is ignored, and the last good one kept")
  @Contract("mqtt.md 4 consumers")
  void ignores() {
    hear("a", 1, "\"hash\"");
    directory.received("inference/workers/a", "{}");
    directory.received("inference/workers/a", "no JSON");

    assertThat(directory.living()).hasSize(1);
  }
}
