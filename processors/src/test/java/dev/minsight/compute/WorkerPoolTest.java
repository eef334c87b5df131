package dev.minsight.compute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.minsight.media.DecodedImage;
import dev.minsight.media.Ffmpeg;
import dev.minsight.media.ImageDecoder;
import dev.minsight.media.KeyFrames;
import dev.minsight.media.MediaLimits;
import dev.minsight.support.MinsightProperties;
import dev.minsight.support.RetryableException;
import dev.minsight.support.UnprocessableMediaException;
import dev.minsight.testing.Contract;
import dev.minsight.testing.Pictures;
import dev.minsight.testing.TestSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The worker threads, with a queue and a table of jobs in memory. */
class WorkerPoolTest {

  private static final Duration LONG = Duration.ofSeconds(60);

  @TempDir Path home;

  private final FakeQueue queue = new FakeQueue();
  private final FakeJobs jobs = new FakeJobs();
  private final Map<String, String> closed = new ConcurrentHashMap<>();
  private final Map<String, Doing> doing = new ConcurrentHashMap<>();
  private final List<String> done = new CopyOnWriteArrayList<>();
  private JobFolders folders;
  private WorkerPool pool;

  private record Nothing() {}

  /** What a plugin does with a job. */
  private interface Doing {
    void with(Work work) throws IOException;
  }

  /** Does with each job what the test said. */
  private final class ScriptedPlugin implements Plugin<Nothing, Nothing> {

    private final String type;

    ScriptedPlugin(String type) {
      this.type = type;
    }

    @Override
    public String taskType() {
      return type;
    }

    @Override
    public String description() {
      return "does what the test says";
    }

    @Override
    public Class<Nothing> parameters() {
      return Nothing.class;
    }

    @Override
    public Class<Nothing> output() {
      return Nothing.class;
    }

    @Override
    public String outputPath(Nothing parameters, String inputName) {
      return "output/result";
    }

    @Override
    public Result<Nothing> run(Nothing parameters, Work work) throws IOException {
      String job = work.folder().getFileName().toString();
      doing.getOrDefault(job, ignored -> {}).with(work);
      done.add(job);
      return new Result<>(new Nothing(), "model");
    }
  }

  @BeforeEach
  void build() {
    Pictures.write(home.resolve("media/picture.png"), Pictures.noise("png", 64, 48, 1));
    build(1, Duration.ofSeconds(30));
  }

  private void build(int threads, Duration lease) {
    MinsightProperties base = TestSettings.at(home);
    MinsightProperties settings =
        new MinsightProperties(
            home,
            base.host(),
            base.roles(),
            base.ports(),
            base.mqtt(),
            base.auth(),
            base.api(),
            base.ingest(),
            base.media(),
            new MinsightProperties.Compute(
                lease, Duration.ofSeconds(60), 3, Duration.ofDays(7), List.of(), "", LONG),
            base.worker(),
            base.pipeline(),
            base.housekeeping(),
            base.models());
    folders = new JobFolders(settings);
    List<Gate> gates = List.of(type -> Optional.ofNullable(closed.get(type)));
    Plugins plugins =
        new Plugins(
            List.of(new ScriptedPlugin("face_detection"), new ScriptedPlugin("clip_embedding")),
            settings);
    MediaLimits limits = MediaLimits.defaults();
    QueuedWork source = new QueuedWork(queue, jobs, folders, plugins, List.of(), settings);
    Ffmpeg ffmpeg = new Ffmpeg(home.resolve("tools"), LONG);
    Worker worker =
        new Worker(
            source,
            new ImageDecoder(limits, ffmpeg),
            new KeyFrames(ffmpeg, limits),
            gates,
            plugins,
            settings,
            Clock.systemUTC());
    source.open();
    pool =
        new WorkerPool(
            source,
            worker,
            gates,
            new WorkerPool.Shape("test", plugins.taskTypes(), threads, 12, Duration.ofMillis(10)),
            lease);
  }

  @AfterEach
  void stop() {
    if (pool.isRunning()) {
      pool.stop();
    }
  }

  private void job(String id, String type, String group) {
    jobs.add(id, type, JobStatus.PROCESSING);
    queue.put(id, type, group);
  }

  private void awaitReports(int count) {
    await().atMost(LONG).until(() -> queue.reports.size() >= count);
  }

  private static void waitFor(CountDownLatch latch) {
    try {
      assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  @DisplayName("Tasks are done and reported; what a photo's step wrote is removed afterwards")
  void completes() {
    job("a", "clip_embedding", "photo");
    pool.start();

    awaitReports(1);

    assertThat(queue.reports).containsExactly("completed a");
    await().atMost(LONG).until(() -> !Files.exists(folders.of("a")));
  }

  @Test
  @DisplayName("The tasks of one photo share one decoded picture; detection goes first")
  void sharedDecode() {
    Map<String, DecodedImage> seen = new ConcurrentHashMap<>();
    doing.put("clip", work -> seen.put("clip", work.picture(20)));
    doing.put("faces", work -> seen.put("faces", work.picture(40)));
    job("clip", "clip_embedding", "photo");
    job("faces", "face_detection", "photo");
    pool.start();

    awaitReports(1);

    assertThat(done).containsExactly("faces", "clip");
    assertThat(seen.get("clip")).isSameAs(seen.get("faces"));
    assertThat(queue.reports).containsExactly("together [faces, clip]");
    await().atMost(LONG).until(() -> !Files.exists(folders.of("clip")));
  }

  @Test
  @DisplayName("Tasks that cannot be reported together are reported each by itself")
  void oneByOne() {
    queue.together = false;
    job("clip", "clip_embedding", "photo");
    job("faces", "face_detection", "photo");
    pool.start();

    awaitReports(2);

    assertThat(queue.reports).containsExactly("completed faces", "completed clip");
  }

  @Test
  @DisplayName("After an error while reporting, the leases of a photo's tasks run out")
  void errorWhileReporting() {
    build(1, Duration.ofMillis(150));
    queue.together = false;
    queue.trouble = new StackOverflowError("of a test");
    CountDownLatch enough = new CountDownLatch(1);
    doing.put("long", work -> waitFor(enough));
    job("clip", "clip_embedding", "photo");
    job("faces", "face_detection", "photo");
    pool.start();
    patiently().until(() -> queue.trouble == null && done.size() == 2);
    job("long", "clip_embedding", "other");

    patiently()
        .until(() -> queue.extended.containsKey("long") && queue.extended.get("long").get() >= 2);
    Map<String, Integer> before = new HashMap<>();
    queue.extended.forEach((job, times) -> before.put(job, times.get()));
    patiently().until(() -> queue.extended.get("long").get() >= before.get("long") + 3);
    enough.countDown();

    for (String job : List.of("clip", "faces")) {
      assertThat(queue.extended.containsKey(job) ? queue.extended.get(job).get() : 0)
          .as(job)
          .isEqualTo(before.getOrDefault(job, 0));
    }
  }

  /** Also while the error ends its thread. */
  private static ConditionFactory patiently() {
    return await().dontCatchUncaughtExceptions().atMost(LONG);
  }

  @Test
  @DisplayName("The lease of a long task is extended while it runs, and not afterwards")
  void leaseIsExtended() {
    build(1, Duration.ofMillis(150));
    CountDownLatch enough = new CountDownLatch(1);
    doing.put("long", work -> waitFor(enough));
    job("long", "clip_embedding", "photo");
    pool.start();

    await()
        .atMost(LONG)
        .until(() -> queue.extended.containsKey("long") && queue.extended.get("long").get() >= 3);
    enough.countDown();
    awaitReports(1);
    int extended = queue.extended.get("long").get();
    job("next", "clip_embedding", "other");
    awaitReports(2);

    assertThat(queue.extended.get("long").get()).isLessThanOrEqualTo(extended + 1);
    assertThat(queue.reports).containsExactly("completed long", "completed next");
  }

  @Test
  @DisplayName("A task waiting in the pool for a thread is held too, or another pool would take it")
  void leaseOfTheWaiting() {
    build(1, Duration.ofMillis(150));
    CountDownLatch enough = new CountDownLatch(1);
    doing.put("long", work -> waitFor(enough));
    job("long", "clip_embedding", "one");
    job("behind", "clip_embedding", "two");
    pool.start();

    await()
        .atMost(LONG)
        .until(
            () -> queue.extended.containsKey("behind") && queue.extended.get("behind").get() >= 2);
    enough.countDown();
    awaitReports(2);
  }

  @Test
  @DisplayName(
      "A lost lease: the folder stays while another works in it, and goes when nobody does")
  void lostLease() {
    queue.leaseHolds = false;
    job("taken-over", "clip_embedding", "one");
    jobs.add("cancelled", "clip_embedding", JobStatus.FAILED);
    queue.put("cancelled", "clip_embedding", "two");
    pool.start();

    awaitReports(2);
    pool.stop();

    assertThat(folders.of("taken-over")).exists();
    assertThat(folders.of("cancelled")).doesNotExist();
    assertThat(queue.reports).noneMatch(report -> report.startsWith("released"));
  }

  @Test
  @DisplayName("When jobs cannot be marked as begun their tasks are given back and done later")
  void beginningFails() {
    jobs.troubles = 1;
    job("a", "clip_embedding", "photo");
    pool.start();

    awaitReports(2);

    assertThat(queue.reports).containsExactly("released a", "completed a");
  }

  @Test
  @DisplayName("Stopping lets begun work end, fetches no more and leaves nothing held")
  @Contract({"compute.md 1 worker model", "pipeline.md 1 stop"})
  void drains() throws Exception {
    Semaphore steps = new Semaphore(0);
    CountDownLatch begun = new CountDownLatch(1);
    Doing slow =
        work -> {
          begun.countDown();
          steps.acquireUninterruptibly();
        };
    for (int i = 0; i < 3; i++) {
      doing.put("j" + i, slow);
      job("j" + i, "clip_embedding", "photo-" + i);
    }
    pool.start();
    waitFor(begun);

    Thread stopping = new Thread(pool::stop);
    stopping.start();
    await().atMost(LONG).until(() -> !pool.isRunning());
    job("late", "clip_embedding", "late");
    steps.release(3);
    stopping.join();

    assertThat(queue.reports)
        .filteredOn(report -> !report.equals("released late"))
        .hasSize(3)
        .allMatch(report -> report.matches("(completed|released) j\\d"));
    assertThat(queue.reports).contains("completed j0");
    assertThat(queue.left()).as("the late one was not touched").isPositive();
    assertThat(done).doesNotContain("late");
  }

  @Test
  @DisplayName("A pool that was stopped can be started again")
  void startsAgain() {
    pool.start();
    pool.stop();
    job("a", "clip_embedding", "photo");
    pool.start();

    awaitReports(1);
    assertThat(queue.reports).containsExactly("completed a");
  }

  @Test
  @DisplayName(
      "Tasks behind a closed gate are not fetched, and the reason is told; then they go on")
  void closedGate() {
    closed.put("clip_embedding", "the model is away");
    job("clip", "clip_embedding", "photo");
    job("faces", "face_detection", "photo");
    pool.start();

    awaitReports(1);
    await().atMost(LONG).until(() -> !pool.waiting().isEmpty());
    assertThat(pool.waiting()).containsExactly(Map.entry("clip_embedding", "the model is away"));
    assertThat(queue.reports).containsExactly("completed faces");

    closed.clear();
    awaitReports(2);
    assertThat(queue.reports).containsExactly("completed faces", "completed clip");
    await().atMost(LONG).until(() -> pool.waiting().isEmpty());
  }

  @Test
  @DisplayName("What fails because a gate closed meanwhile is given back and costs no try")
  void gateClosesMeanwhile() {
    List<RuntimeException> troubles =
        List.of(
            new RetryableException("the model is away"),
            new UnprocessableMediaException("the media file picture.png is missing on disk"));
    for (RuntimeException trouble : troubles) {
      queue.reports.clear();
      jobs.changes.clear();
      doing.put(
          "a",
          work -> {
            closed.put("clip_embedding", "away");
            throw trouble;
          });
      job("a", "clip_embedding", "photo");
      if (!pool.isRunning()) {
        pool.start();
      }
      awaitReports(1);
      assertThat(queue.reports).containsExactly("released a");
      assertThat(jobs.changes).containsExactly("requeued a: null");

      doing.clear();
      closed.clear();
      awaitReports(2);
      assertThat(queue.reports).endsWith("completed a");
    }
  }

  @Test
  @DisplayName("A passing failure is tried again, with its reason on the job")
  @Contract("compute.md 4 retry")
  void retry() {
    doing.put(
        "a",
        work -> {
          throw new RetryableException("the disk is full");
        });
    doing.put(
        "b",
        work -> {
          throw new IOException("broken pipe");
        });
    doing.put(
        "c",
        work -> {
          throw new UncheckedIOException("the folder is away", new IOException("gone"));
        });
    job("a", "clip_embedding", "one");
    job("b", "clip_embedding", "two");
    job("c", "clip_embedding", "three");
    pool.start();

    awaitReports(3);

    assertThat(queue.reports.get(0)).isEqualTo("retry a: the disk is full");
    assertThat(queue.reports.get(1)).isEqualTo("retry b: java.io.IOException: broken pipe");
    assertThat(queue.reports.get(2)).startsWith("retry c: ").contains("the folder is away");
    await().atMost(LONG).until(() -> jobs.changes.size() == 3);
    assertThat(jobs.changes).startsWith("requeued a: the disk is full");
  }

  @Test
  @DisplayName("What the picture itself is to blame for is reported as such")
  void unprocessable() {
    doing.put(
        "a",
        work -> {
          throw new UnprocessableMediaException("no such format");
        });
    job("a", "clip_embedding", "photo");
    pool.start();

    awaitReports(1);
    assertThat(queue.reports).containsExactly("unprocessable a: no such format");
  }

  @Test
  @DisplayName("A bug, or too little memory, is an incident at once and does not stop the pool")
  void bugs() {
    doing.put(
        "bug",
        work -> {
          throw new IllegalStateException("a bug");
        });
    doing.put(
        "memory",
        work -> {
          throw new OutOfMemoryError("of a test");
        });
    job("bug", "clip_embedding", "one");
    job("memory", "clip_embedding", "two");
    doing.put(
        "deep",
        work -> {
          throw new StackOverflowError("of a test");
        });
    job("deep", "clip_embedding", "three");
    job("fine", "clip_embedding", "four");
    pool.start();

    awaitReports(4);

    assertThat(queue.reports.get(0)).startsWith("incident bug: unexpected failure:");
    assertThat(queue.reports.get(1)).startsWith("incident memory: unexpected failure:");
    assertThat(queue.reports.get(2)).startsWith("incident deep: unexpected failure:");
    assertThat(queue.reports.get(3)).isEqualTo("completed fine");
    assertThat(jobs.changes).hasSize(3).allMatch(change -> change.startsWith("gave up"));
  }

  @Test
  @DisplayName("A task whose job was deleted is ended")
  void jobDeleted() {
    queue.put("gone", "clip_embedding", "photo");
    pool.start();

    awaitReports(1);
    assertThat(queue.reports).containsExactly("unprocessable gone: its job was deleted");
  }
}
