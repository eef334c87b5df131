package dev.minsight.insight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.minsight.compute.LocalWorkers;
import dev.minsight.compute.TaskQueue;
import dev.minsight.compute.TaskTypes;
import dev.minsight.testing.HandClock;
import dev.minsight.testing.Pictures;
import dev.minsight.workflow.RunningEngine;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The machine's clock is set while photos are in work: ours and the engine's. */
class ClockJumpTest {

  private final HandClock clock = HandClock.running();

  private PhotoServer photos;
  private int seed;

  private void jump(Duration by) {
    RunningEngine.setClock(clock.forward(by));
  }

  @BeforeEach
  void start(@TempDir Path home) {
    photos =
        PhotoServer.start(
            home,
            context ->
                context.registerBean(
                    "jumpingClock", Clock.class, () -> clock, bean -> bean.setPrimary(true)),
            "minsight.pipeline.retry=1s,1s",
            "minsight.pipeline.sweep-every=1s");
  }

  @AfterEach
  void stop() {
    photos.close();
    RunningEngine.setClock(Duration.ZERO);
  }

  private List<Long> upload(int count) {
    List<Long> ids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      seed++;
      ids.add(photos.upload("p" + seed + ".png", Pictures.noise("png", 200, 150, 900 + seed)));
    }
    return ids;
  }

  @Test
  @DisplayName(
      "fault: clock jumps forward. Leases end early, timers are due; each photo is completed once")
  void forward() {
    List<Long> ids = upload(6);
    jump(Duration.ofDays(3));
    ids.addAll(upload(3));

    ids.forEach(id -> photos.awaitStatus(id, "completed"));
    assertThat(new Equation(photos).awaitHolds().completed()).isEqualTo(ids.size());
  }

  @Test
  @DisplayName(
      "fault: clock jumps back. What a dead worker held, and what waited for another try, does not"
          + " wait until the clock is where it was")
  void back() {
    photos.bean(LocalWorkers.class).stop();
    List<Long> ids = upload(3);
    TaskQueue queue = photos.bean(TaskQueue.class);
    await().atMost(PhotoServer.LONG).until(() -> photos.count("jobs") == 9);
    List<TaskQueue.Task> ofDead =
        await()
            .atMost(PhotoServer.LONG)
            .until(
                () -> queue.fetch(9, List.of(TaskTypes.CLIP_EMBEDDING), Duration.ofSeconds(30)),
                taken -> !taken.isEmpty());
    List<TaskQueue.Task> failing =
        queue.fetch(9, List.of(TaskTypes.DINO_EMBEDDING), Duration.ofSeconds(30));
    assertThat(failing).isNotEmpty();
    failing.forEach(
        task ->
            assertThat(queue.fail(task, "the test says so", "", true))
                .isEqualTo(TaskQueue.Next.RETRY));

    jump(Duration.ofDays(-3));
    ids.addAll(upload(3));
    photos.bean(LocalWorkers.class).start();

    ids.forEach(id -> photos.awaitStatus(id, "completed"));
    assertThat(queue.complete(ofDead.get(0))).as("the dead worker is fenced off").isFalse();
    assertThat(new Equation(photos).awaitHolds().completed()).isEqualTo(ids.size());
  }
}
