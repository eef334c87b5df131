package dev.minsight.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.ExternalTaskService;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.externaltask.LockedExternalTask;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** {@code bpmn/compute-job.bpmn}: one job of the API. */
class ComputeJobProcessTest {

  private static final RecordingSteps STEPS = new RecordingSteps();
  private static ProcessEngine engine;
  private ExternalTaskService tasks;

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
    tasks = engine.getExternalTaskService();
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
    assertThat(fetch().getPriority()).isEqualTo(8);
  }

  @Test
  @DisplayName("A result is published and the process ends")
  void completed() {
    tasks.complete(fetch().getId(), "test");

    assertThat(STEPS.calls).containsExactly("completed 7");
    assertEnded();
  }

  @Test
  @DisplayName("A job that cannot be done is noted with its reason and the process ends")
  void unprocessable() {
    tasks.handleBpmnError(fetch().getId(), "test", "unprocessable", "not a picture");

    assertThat(STEPS.calls).containsExactly("failed 7: not a picture");
    assertEnded();
  }

  @Test
  @DisplayName("A job without tries left is an incident")
  void incident() {
    tasks.handleFailure(fetch().getId(), "test", "disk full", "trace", 0, 0);

    assertThat(engine.getRuntimeService().createIncidentQuery().count()).isEqualTo(1);
    assertThat(STEPS.calls).isEmpty();
  }
}
