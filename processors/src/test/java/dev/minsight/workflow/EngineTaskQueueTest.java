package dev.minsight.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minsight.compute.TaskQueue;
import dev.minsight.testing.Contract;
import dev.minsight.testing.TestSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The engine's external tasks as a queue with leases, with a clock that is set by hand. */
class EngineTaskQueueTest {

  private static final Duration LEASE = Duration.ofSeconds(30);
  private static final List<String> CLIP = List.of("clip_embedding");

  private static final ComputeJobProcessTest.RecordingSteps STEPS =
      new ComputeJobProcessTest.RecordingSteps();
  private static ProcessEngine engine;
  private TaskQueue queue;
  private TaskQueue other;

  @BeforeAll
  static void build() {
    engine = ProcessEngines.with(Map.of("steps", STEPS), "compute-job");
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  @BeforeEach
  void start() {
    STEPS.reset();
    // TestSettings: tries again after 1 s and after 10 s
    queue = queue();
    other = queue();
  }

  private static EngineTaskQueue queue() {
    return new EngineTaskQueue(
        engine.getExternalTaskService(),
        engine.getRuntimeService(),
        (ProcessEngineConfigurationImpl) engine.getProcessEngineConfiguration(),
        TestSettings.at(Path.of("x")));
  }

  @AfterEach
  void stop() {
    ClockUtil.reset();
    ProcessEngines.empty(engine);
  }

  private void job(String id, int priority) {
    job(id, priority, "clip_embedding");
  }

  private void job(String id, int priority, String topic) {
    engine
        .getRuntimeService()
        .startProcessInstanceByKey(
            "compute-job",
            "job-" + id,
            Map.of(
                "taskType",
                "clip_embedding",
                "topic",
                topic,
                "priority",
                priority,
                "job_clip_embedding",
                id));
  }

  private static void pass(Duration time) {
    ClockUtil.setCurrentTime(new Date(ClockUtil.getCurrentTime().getTime() + time.toMillis()));
  }

  private TaskQueue.Task only(TaskQueue from) {
    List<TaskQueue.Task> tasks = from.fetch(10, CLIP, LEASE);
    assertThat(tasks).hasSize(1);
    return tasks.get(0);
  }

  @Test
  @DisplayName("What needs the media folder stays with the server; all else may go elsewhere")
  void portable() {
    job("anywhere", 1, "clip_embedding");
    job("here", 9, "clip_embedding@server");

    assertThat(queue.fetch(10, CLIP, LEASE))
        .extracting(TaskQueue.Task::jobId)
        .containsExactly("anywhere");
    assertThat(queue.fetch(10, List.of(TaskQueue.onServer("clip_embedding")), LEASE))
        .singleElement()
        .extracting(TaskQueue.Task::jobId, TaskQueue.Task::taskType)
        .containsExactly("here", "clip_embedding");
  }

  @Test
  @DisplayName("A task is told to its holder alone, and only until another took it")
  void held() {
    job("7", 5);
    TaskQueue.Task task = only(queue);

    assertThat(queue.held(task.id(), task.holder())).contains(task);
    assertThat(queue.held(task.id(), "another")).isEmpty();

    pass(LEASE.plusSeconds(1));
    TaskQueue.Task taken = only(other);
    assertThat(queue.held(task.id(), task.holder())).isEmpty();
    assertThat(queue.held(taken.id(), taken.holder())).contains(taken);
  }

  @Test
  @DisplayName("The most urgent task comes first, with its job; other types stay")
  @Contract("compute.md 4 queue_entries")
  void mostUrgentFirst() {
    job("low", 1);
    job("high", 9);

    assertThat(queue.fetch(10, List.of("face_detection"), LEASE)).isEmpty();
    assertThat(queue.fetch(10, List.of(), LEASE)).isEmpty();
    assertThat(queue.fetch(10, CLIP, LEASE))
        .extracting(TaskQueue.Task::jobId)
        .containsExactly("high", "low");
  }

  @Test
  @DisplayName("A held task is nobody else's until its lease has run out; extended it is held on")
  @Contract("compute.md 4 retry")
  void lease() {
    job("1", 5);
    TaskQueue.Task task = only(queue);
    assertThat(other.fetch(10, CLIP, LEASE)).isEmpty();

    pass(Duration.ofSeconds(25));
    assertThat(queue.extend(task, LEASE)).isTrue();
    pass(Duration.ofSeconds(25));
    assertThat(other.fetch(10, CLIP, LEASE)).isEmpty();

    pass(Duration.ofSeconds(6));
    assertThat(queue.extend(task, LEASE)).isFalse();
    only(other);
  }

  @Test
  @DisplayName("Tasks are completed together, all of them or, when one is lost, none")
  void together() {
    job("1", 5);
    TaskQueue.Task lost = only(queue);
    pass(LEASE.plusSeconds(1));
    only(other);
    job("2", 5);
    job("3", 5);
    List<TaskQueue.Task> ours = queue.fetch(10, CLIP, LEASE);
    assertThat(ours).hasSize(2);

    assertThat(queue.completeTogether(List.of(ours.get(0), lost, ours.get(1)))).isFalse();
    assertThat(engine.getExternalTaskService().createExternalTaskQuery().count()).isEqualTo(3);

    assertThat(queue.completeTogether(ours)).isTrue();
    assertThat(STEPS.calls).contains("completed 2", "completed 3");
    assertThat(engine.getExternalTaskService().createExternalTaskQuery().count()).isEqualTo(1);
  }

  @Test
  @DisplayName("Whoever lost the lease can neither complete nor fail nor give back the task")
  void fencing() {
    job("1", 5);
    TaskQueue.Task slow = only(queue);
    pass(LEASE.plusSeconds(1));
    TaskQueue.Task quick = only(other);

    assertThat(queue.complete(slow)).isFalse();
    assertThat(queue.fail(slow, "late", "trace", true)).isEqualTo(TaskQueue.Next.LOST);
    queue.unprocessable(slow, "late");
    queue.release(slow);
    assertThat(STEPS.calls).isEmpty();
    assertThat(queue.fetch(10, CLIP, LEASE)).as("still held by the other").isEmpty();

    assertThat(other.complete(quick)).isTrue();
    assertThat(STEPS.calls).containsExactly("completed 1");
    assertThat(other.complete(quick)).as("done already").isFalse();
  }

  @Test
  @DisplayName(
      "That holds within one pool as well: a thread that slept does not report for its"
          + " successor")
  void fencingWithinAPool() {
    job("1", 5);
    TaskQueue.Task slept = only(queue);
    pass(LEASE.plusSeconds(1));
    TaskQueue.Task again = only(queue);

    assertThat(queue.complete(slept)).isFalse();
    assertThat(queue.complete(again)).isTrue();
  }

  @Test
  @DisplayName("A task given back is there at once, with all its tries")
  void release() {
    job("1", 5);
    queue.release(only(queue));
    pass(Duration.ofMillis(2));

    TaskQueue.Task again = only(other);
    assertThat(
            engine
                .getExternalTaskService()
                .createExternalTaskQuery()
                .externalTaskId(again.id())
                .singleResult()
                .getRetries())
        .isNull();
  }

  @Test
  @DisplayName(
      "A failure that may pass is tried again after each wait of the list, then an incident")
  void waits() {
    job("1", 5);

    assertThat(queue.fail(only(queue), "first", "trace", true)).isEqualTo(TaskQueue.Next.RETRY);
    assertThat(queue.fetch(10, CLIP, LEASE)).isEmpty();
    pass(Duration.ofMillis(1001));
    assertThat(queue.fail(only(queue), "second", "trace", true)).isEqualTo(TaskQueue.Next.RETRY);
    pass(Duration.ofMillis(9000));
    assertThat(queue.fetch(10, CLIP, LEASE)).isEmpty();
    pass(Duration.ofMillis(1001));
    assertThat(queue.fail(only(queue), "third", "trace", true)).isEqualTo(TaskQueue.Next.INCIDENT);

    pass(Duration.ofDays(1));
    assertThat(queue.fetch(10, CLIP, LEASE)).isEmpty();
    assertThat(engine.getRuntimeService().createIncidentQuery().singleResult().getIncidentMessage())
        .isEqualTo("third");
  }

  @Test
  @DisplayName("Any other failure is an incident at once; a retry from Cockpit makes it work again")
  void incidentAtOnce() {
    job("1", 5);
    TaskQueue.Task task = only(queue);

    assertThat(queue.fail(task, "a bug", "trace", false)).isEqualTo(TaskQueue.Next.INCIDENT);
    engine.getExternalTaskService().setRetries(task.id(), 1);

    assertThat(queue.complete(only(queue))).isTrue();
  }

  @Test
  @DisplayName("A long reason is cut for the engine, not refused")
  void longReason() {
    job("1", 5);
    queue.unprocessable(only(queue), "x".repeat(10_000));

    assertThat(STEPS.calls).singleElement().asString().hasSizeLessThan(600).endsWith("…");
  }

  @Test
  @DisplayName("Many takers at once never hold the same task")
  @Contract({"compute.md 4 claim", "pipeline.md 9 two workers"})
  void manyTakers() throws Exception {
    for (int i = 0; i < 40; i++) {
      job("j" + i, 5);
    }
    ExecutorService takers = Executors.newFixedThreadPool(4);
    try {
      Callable<Set<String>> take =
          () -> {
            Set<String> mine = new HashSet<>();
            for (int i = 0; i < 30; i++) {
              queueFetch(mine);
            }
            return mine;
          };
      int sum = 0;
      Set<String> all = new HashSet<>();
      for (Future<Set<String>> taken : takers.invokeAll(List.of(take, take, take, take))) {
        sum += taken.get().size();
        all.addAll(taken.get());
      }
      assertThat(all).hasSize(40);
      assertThat(sum).as("each by one only").isEqualTo(40);
    } finally {
      takers.shutdownNow();
    }
  }

  private void queueFetch(Set<String> mine) {
    queue.fetch(3, CLIP, LEASE).forEach(task -> assertThat(mine.add(task.jobId())).isTrue());
  }
}
