package dev.minsight.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.community.process_test_coverage.junit5.platform7.ProcessEngineCoverageExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code bpmn/reconcile.bpmn}: reads a window, then starts photos. */
class ReconcileProcessTest {

  private static final RecordingSteps STEPS = new RecordingSteps();

  @RegisterExtension
  static final ProcessEngineCoverageExtension COVERAGE =
      ProcessEngines.covered(Map.of("reconcileSteps", STEPS));

  private static ProcessEngine engine;

  @BeforeAll
  static void build() {
    engine = COVERAGE.getProcessEngine();
    ProcessEngines.deploy(engine, "reconcile");
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  @BeforeEach
  void start() {
    STEPS.reset();
  }

  @AfterEach
  void stop() {
    ProcessEngines.empty(engine);
  }

  /** Stands where {@link ReconcileSteps} does. */
  public static final class RecordingSteps {

    final List<String> calls = new ArrayList<>();
    boolean trouble;

    void reset() {
      calls.clear();
      trouble = false;
    }

    public void readChanges(DelegateExecution execution) {
      calls.add("readChanges");
    }

    public void startPhotos(DelegateExecution execution) {
      calls.add("startPhotos");
      if (trouble) {
        throw new IllegalStateException("the database is away");
      }
    }
  }

  private void run() {
    engine.getRuntimeService().startProcessInstanceByKey("reconcile", "reconcile");
  }

  @Test
  @DisplayName("A window is read, then photos are started, and the process has ended")
  void window() {
    run();

    assertThat(STEPS.calls).containsExactly("readChanges", "startPhotos");
    assertThat(engine.getRuntimeService().createProcessInstanceQuery().count()).isZero();
    assertThat(
            engine
                .getHistoryService()
                .createHistoricProcessInstanceQuery()
                .processInstanceBusinessKey("reconcile")
                .completed()
                .count())
        .isEqualTo(1);
  }

  @Test
  @DisplayName("A failure reaches the caller and leaves nothing behind in the engine")
  void failure() {
    STEPS.trouble = true;

    assertThatThrownBy(this::run).hasMessageContaining("database is away");

    assertThat(engine.getRuntimeService().createProcessInstanceQuery().count()).isZero();
    assertThat(engine.getHistoryService().createHistoricProcessInstanceQuery().count()).isZero();
  }
}
