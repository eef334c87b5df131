package dev.minsight.compute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.minsight.insight.PhotoServer;
import dev.minsight.testing.Pictures;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two pools of workers on one engine. */
class TwoPoolsTest {

  private static final int PHOTOS = 12;

  @Test
  @DisplayName("No task is done twice, none is left over")
  void noTaskTwice(@TempDir Path home) {
    try (PhotoServer photos =
        PhotoServer.start(home, "minsight.roles=auth,store,compute,insight")) {
      List<WorkerPool> pools = List.of(pool(photos), pool(photos));
      pools.forEach(WorkerPool::start);
      List<Long> ids = new ArrayList<>();
      try {
        for (int i = 0; i < PHOTOS; i++) {
          ids.add(photos.upload("p" + i + ".png", Pictures.noise("png", 32, 32, i)));
        }
        ids.forEach(id -> photos.awaitStatus(id, "completed"));
      } finally {
        pools.forEach(WorkerPool::stop);
      }

      assertThat(photos.count("jobs")).isEqualTo(3 * PHOTOS);
      assertThat(photos.count("jobs WHERE attempt <> 1 OR status <> 'completed'")).isZero();
      await()
          .atMost(PhotoServer.LONG)
          .until(() -> photos.json("/activity").get("counts").get("completed").asInt() == PHOTOS);
    }
  }

  private static WorkerPool pool(PhotoServer photos) {
    return new WorkerPool(
        photos.bean(QueuedWork.class),
        photos.bean(Worker.class),
        List.of(),
        new WorkerPool.Shape(
            "second", photos.bean(Plugins.class).taskTypes(), 2, 12, Duration.ofMillis(200)),
        Duration.ofSeconds(30));
  }
}
