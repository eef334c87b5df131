package dev.minsight.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.minsight.it.ServerProcess.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * {@code kill -9} of a worker, of the server and of an external broker, Mosquitto, while 500 jobs
 * of all nine plugins are handed in and done. The seed is printed; {@code -Dminsight.it.seed=}
 * repeats it as far as the machine's own timing lets it.
 */
class ComputeKillIT {

  private static final int KILLS = Integer.getInteger("minsight.it.compute-kills", 20);
  private static final int JOBS = Integer.getInteger("minsight.it.jobs", 500);
  private static final String LEASE = "--minsight.compute.lease=5s";

  private final long seed = Long.getLong("minsight.it.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final Ports ports = Ports.free();
  private final Path folder = ServerProcess.workFolder("compute-kill");
  private final Path home = folder.resolve("home");
  private final Path elsewhere = folder.resolve("elsewhere");
  private final Databases data = new Databases(home);
  private final Mosquitto broker = new Mosquitto(folder, ports.mqtt());
  private final Queue<JsonNode> heard = new ConcurrentLinkedQueue<>();
  private final Submitter submitter = new Submitter(ports.compute(), JOBS, seed);
  private ServerProcess server;
  private ServerProcess worker;
  private JobListener listener;

  @Test
  @DisplayName(
      "Twenty kills of worker, server and broker among 500 jobs: each ends once, completed or"
          + " failed with a reason, is told in order, and leaves nothing behind")
  void kills() throws Exception {
    Mosquitto.assumeInstalled();
    System.out.println("ComputeKillIT: seed " + seed);
    broker.start();
    startServer();
    startWorker();
    listener = JobListener.connect(broker.url(), heard);
    Thread submitting = new Thread(submitter, "submitter");
    submitting.start();
    try {
      for (int kill = 0; kill < KILLS; kill++) {
        workOn(JOBS * (kill + 1) / (KILLS + 2) - random.nextInt(10));
        kill(kill % 3);
      }
      submitting.join();
      assertThat(submitter.failure()).isNull();
      soon().untilAsserted(() -> assertThat(open()).isEmpty());
      soon().untilAsserted(() -> assertThat(data.count("outbox")).isZero());
      worker.stop();
      server.stop();
    } finally {
      listener.close();
      worker.close();
      server.close();
      broker.close();
    }
    System.out.printf(
        "ComputeKillIT: %d kills, %d jobs, %d began more than once, %d events heard%n",
        KILLS, data.count("jobs"), data.count("jobs WHERE attempt > 1"), heard.size());
    checkJobs();
    checkEvents();
    checkFolders();
  }

  /** Waits until so many jobs have ended. */
  private void workOn(long ended) {
    await()
        .atMost(Duration.ofMinutes(5))
        .pollInterval(Duration.ofMillis(20))
        .until(
            () ->
                submitter.failure() != null
                    || data.count("jobs WHERE status IN ('completed', 'failed')") >= ended);
    assertThat(submitter.failure()).isNull();
  }

  private void kill(int which) throws Exception {
    switch (which) {
      case 0 -> {
        worker.kill();
        startWorker();
      }
      case 1 -> {
        server.kill();
        startServer();
      }
      default -> {
        listener.close();
        broker.kill();
        broker.start();
        listener = JobListener.connect(broker.url(), heard);
      }
    }
  }

  private void startServer() {
    server =
        ServerProcess.start(
                home,
                ports,
                "--mqtt-url=" + broker.url(),
                LEASE,
                "--minsight.worker.threads=1",
                "--minsight.pipeline.sweep-every=2s")
            .awaitReady();
  }

  private void startWorker() {
    worker =
        ServerProcess.startWorker(elsewhere, ports, "--worker-id=elsewhere", "--threads=2", LEASE)
            .awaitReady();
  }

  private List<String> open() {
    return data.strings(
        "SELECT id || ' ' || status FROM jobs WHERE status NOT IN ('completed', 'failed')");
  }

  private void checkJobs() {
    Set<String> all = new TreeSet<>(data.strings("SELECT id FROM jobs"));
    assertThat(all).as("jobs that were acknowledged").containsAll(submitter.acknowledged());
    assertThat(data.strings("SELECT id FROM jobs WHERE status = 'failed'"))
        .as("failed jobs: those whose file is no picture")
        .containsAll(submitter.bad())
        .allMatch(id -> submitter.bad().contains(id) || !submitter.acknowledged().contains(id));
    assertThat(
            data.strings(
                "SELECT id FROM jobs WHERE status = 'failed' AND COALESCE(error_message, '') = ''"))
        .as("failed without a reason")
        .isEmpty();
    assertThat(
            data.strings(
                "SELECT id FROM jobs WHERE completed_at IS NULL OR status = 'completed'"
                    + " AND (output IS NULL OR progress <> 100)"))
        .as("ended without an end")
        .isEmpty();
    assertThat(data.engine().queryForObject("SELECT COUNT(*) FROM ACT_RU_EXECUTION", Long.class))
        .as("processes that were left")
        .isZero();
  }

  /** Messages come at least once, so the same one again says nothing new. */
  private void checkEvents() {
    Map<String, Set<JsonNode>> byJob = new TreeMap<>();
    heard.forEach(
        event ->
            byJob
                .computeIfAbsent(event.get("job_id").asText(), id -> new LinkedHashSet<>())
                .add(event));
    byJob.forEach(
        (job, events) -> {
          List<String> words = events.stream().map(e -> e.get("event_type").asText()).toList();
          List<String> ends =
              words.stream().filter(w -> w.equals("completed") || w.equals("failed")).toList();
          assertThat(ends).as("ends of job %s: %s", job, events).hasSizeLessThanOrEqualTo(1);
          if (!ends.isEmpty()) {
            assertThat(words).as("events of job %s: %s", job, events).endsWith(ends.get(0));
          }
          List<Long> times = events.stream().map(e -> e.get("timestamp").asLong()).toList();
          assertThat(times).as("events of job %s: %s", job, events).isSorted();
        });
    assertThat(byJob.keySet()).as("jobs that were told of").hasSizeGreaterThan(JOBS / 2);
  }

  private void checkFolders() throws IOException {
    assertThat(names(home.resolve("compute/jobs")))
        .as("folders of jobs")
        .isSubsetOf(new TreeSet<>(data.strings("SELECT id FROM jobs")));
    for (String id : data.strings("SELECT id FROM jobs WHERE status = 'completed'")) {
      Path job = home.resolve("compute/jobs").resolve(id);
      assertThat(names(job)).as("files of job " + id).contains("output").doesNotContain("runs");
    }
    assertThat(names(elsewhere.resolve("workers/elsewhere/jobs"))).as("the worker's").isEmpty();
    assertThat(names(home.resolve("tmp"))).as("uploads").isEmpty();
  }

  private static Set<String> names(Path folder) {
    if (!Files.isDirectory(folder)) {
      return Set.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ConditionFactory soon() {
    return await().atMost(Duration.ofMinutes(5)).pollInterval(Duration.ofMillis(250));
  }
}
