package dev.minsight.compute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ReporterTest {

  private static final Duration LONG = Duration.ofSeconds(30);

  private final CountDownLatch first = new CountDownLatch(1);
  private final List<List<String>> reports = new CopyOnWriteArrayList<>();
  private final Reporter reporter = new Reporter(Thread::new, () -> false, this::report);

  private void report(List<Assigned> done) {
    reports.add(done.stream().map(assigned -> assigned.task().jobId()).toList());
    try {
      first.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void finish(String job) {
    reporter.add(new Assigned(new TaskQueue.Task(job, job, "hash", job, "holder"), null));
  }

  @Test
  @DisplayName("What is finished while a report is made is reported together with the next")
  void together() throws InterruptedException {
    finish("a");
    await().atMost(LONG).until(() -> reports.size() == 1);
    finish("b");
    finish("c");
    first.countDown();

    await().atMost(LONG).until(() -> reports.size() == 2);

    assertThat(reports).containsExactly(List.of("a"), List.of("b", "c"));
    reporter.close();
  }

  @Test
  @DisplayName("Told to close, it reports what is left first")
  void closes() throws InterruptedException {
    first.countDown();
    finish("a");
    finish("b");

    reporter.close();

    assertThat(reports.stream().flatMap(List::stream)).containsExactly("a", "b");
  }
}
