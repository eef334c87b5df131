package dev.minsight.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.ExternalTaskService;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.externaltask.LockedExternalTask;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.camunda.community.process_test_coverage.junit5.platform7.ProcessEngineCoverageExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code bpmn/compute-job.bpmn}: one job of the API. */
class ComputeJobProcessTest {

  private static final RecordingSteps STEPS = new RecordingSteps();

  @RegisterExtension
  static final ProcessEngineCoverageExtension COVERAGE =
      ProcessEngines.covered(Map.of("steps", STEPS));

  private static ProcessEngine engine;
  private ExternalTaskService tasks;

  @BeforeAll
  static void build() {
    engine = COVERAGE.getProcessEngine();
    ProcessEngines.deploy(engine, "compute-job");
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  @BeforeEach
  void start() {
    STEPS.reset();
    tasks = engine.getExternalTaskService();
  }

  private static void submit() {
    engine
        .getRuntimeService()
        .startProcessInstanceByKey(
            "compute-job",
            "job-7",
            Map.of(
                "taskType",
                "clip_embedding",
                "topic",
                "clip_embedding",
                "priority",
                8,
                "job_clip_embedding",
                "7"));
  }

  @AfterEach
  void stop() {
    ProcessEngines.empty(engine);
  }

  /** Stands where {@link Steps} does. */
  public static final class RecordingSteps {

    final List<String> calls = new ArrayList<>();

    void reset() {
      calls.clear();
    }

    public void jobCompleted(DelegateExecution execution) {
      calls.add("completed " + execution.getVariable("job_clip_embedding"));
    }

    public void jobFailed(DelegateExecution execution, String reason) {
      calls.add("failed " + execution.getVariable("job_clip_embedding") + ": " + reason);
    }
  }

  private LockedExternalTask fetch() {
    return tasks.fetchAndLock(1, "test").topic("clip_embedding", 10_000).execute().get(0);
  }

  private void assertEnded() {
    assertThat(engine.getRuntimeService().createProcessInstanceQuery().count()).isZero();
  }

  @Test
  @DisplayName("Its task has the job's type as topic and the job's priority")
  void topic() {
    submit();
    assertThat(fetch().getPriority()).isEqualTo(8);
  }

  @Test
  @DisplayName("A result is published and the process ends")
  void completed() {
    submit();
    tasks.complete(fetch().getId(), "test");

    assertThat(STEPS.calls).containsExactly("completed 7");
    assertEnded();
  }

  @Test
  @DisplayName("A job that cannot be done is noted with its reason and the process ends")
  void unprocessable() {
    submit();
    tasks.handleBpmnError(fetch().getId(), "test", "unprocessable", "not a picture");

    assertThat(STEPS.calls).containsExactly("failed 7: not a picture");
    assertEnded();
  }

  @Test
  @DisplayName("A job without tries left is an incident")
  void incident() {
    submit();
    tasks.handleFailure(fetch().getId(), "test", "disk full", "trace", 0, 0);

    assertThat(engine.getRuntimeService().createIncidentQuery().count()).isEqualTo(1);
    assertThat(STEPS.calls).isEmpty();
  }

  @Test
  @DisplayName("With another try the incident is over, and the job may complete")
  void incidentRetried() {
    submit();
    LockedExternalTask task = fetch();
    tasks.handleFailure(task.getId(), "test", "disk full", "trace", 0, 0);

    tasks.setRetries(task.getId(), 1);

    assertThat(engine.getRuntimeService().createIncidentQuery().count()).isZero();
    tasks.complete(fetch().getId(), "test");
    assertThat(STEPS.calls).containsExactly("completed 7");
    assertEnded();
  }

  @Test
  @DisplayName("A try that failed with others left is no incident; the task comes again in time")
  void retry() {
    submit();
    tasks.handleFailure(fetch().getId(), "test", "busy", "trace", 2, 0);

    assertThat(engine.getRuntimeService().createIncidentQuery().count()).isZero();
    assertThat(fetch().getRetries()).isEqualTo(2);
  }

  @Test
  @DisplayName("When its worker is silent for longer than its lease, another may take the task")
  void timeout() {
    submit();
    LockedExternalTask lost = fetch();
    ClockUtil.offset(Duration.ofSeconds(11).toMillis());
    try {
      assertThat(tasks.fetchAndLock(1, "other").topic("clip_embedding", 10_000).execute())
          .singleElement()
          .satisfies(task -> assertThat(task.getId()).isEqualTo(lost.getId()));
      assertThatThrownBy(() -> tasks.complete(lost.getId(), "test"))
          .hasMessageContaining("is locked by worker 'other'");
    } finally {
      ClockUtil.reset();
    }
  }

  @Test
  @DisplayName("A job that is called off ends without a word")
  void cancelled() {
    submit();
    engine
        .getRuntimeService()
        .createProcessInstanceQuery()
        .list()
        .forEach(
            process ->
                engine.getRuntimeService().deleteProcessInstance(process.getId(), "called off"));

    assertThat(STEPS.calls).isEmpty();
    assertThat(tasks.createExternalTaskQuery().count()).isZero();
  }
}
