package dev.minsight.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code bpmn/reconcile.bpmn}: reads windows until there are no more, then starts photos. */
class ReconcileProcessTest {

  private final RecordingSteps steps = new RecordingSteps();
  private ProcessEngine engine;

  @BeforeEach
  void start() {
    engine = ProcessEngines.with(Map.of("reconcileSteps", steps), "reconcile");
  }

  @AfterEach
  void stop() {
    engine.close();
  }

  /** Stands where {@link ReconcileSteps} does. */
  public static final class RecordingSteps {

    final List<String> calls = new ArrayList<>();
    int windows;
    boolean trouble;

    public void readChanges(DelegateExecution execution) {
      calls.add("readChanges");
      execution.setVariable("more", windows-- > 0);
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

  @ParameterizedTest(name = "{0} windows")
  @ValueSource(ints = {0, 1, 5, 300})
  @DisplayName("Windows are read until one is empty, then photos are started once")
  void windows(int windows) {
    steps.windows = windows;

    run();

    assertThat(steps.calls).hasSize(windows + 2).endsWith("startPhotos");
    assertThat(steps.calls.subList(0, windows + 1)).containsOnly("readChanges");
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
    steps.trouble = true;

    assertThatThrownBy(this::run).hasMessageContaining("database is away");

    assertThat(engine.getRuntimeService().createProcessInstanceQuery().count()).isZero();
    assertThat(engine.getHistoryService().createHistoricProcessInstanceQuery().count()).isZero();
  }
}
