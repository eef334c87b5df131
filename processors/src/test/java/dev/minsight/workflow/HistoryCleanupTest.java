package dev.minsight.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.camunda.bpm.engine.HistoryService;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The engine forgets ended processes when their time to live is over, and none before. */
class HistoryCleanupTest {

  private ProcessEngine engine;
  private HistoryService history;

  /** Reconciles nothing. */
  public static final class NothingToDo {

    public void readChanges(DelegateExecution execution) {
      execution.setVariable("more", false);
    }

    public void startPhotos(DelegateExecution execution) {
      execution.setVariable("started", 0);
    }
  }

  @BeforeEach
  void build() {
    engine = ProcessEngines.with(Map.of("reconcileSteps", new NothingToDo()), "reconcile");
    history = engine.getHistoryService();
    engine.getRuntimeService().startProcessInstanceByKey("reconcile", "reconcile");
  }

  @AfterEach
  void close() {
    ClockUtil.reset();
    engine.close();
  }

  private void cleanUp() {
    history.cleanUpHistoryAsync(true);
    history
        .findHistoryCleanupJobs()
        .forEach(job -> engine.getManagementService().executeJob(job.getId()));
  }

  private long remembered() {
    return history.createHistoricProcessInstanceQuery().count()
        + history.createHistoricActivityInstanceQuery().count();
  }

  @Test
  @DisplayName("A process that ended 29 days ago is still known after a clean-up")
  void young() {
    long before = remembered();
    ClockUtil.offset(Duration.ofDays(29).toMillis());

    cleanUp();

    assertThat(before).isPositive();
    assertThat(remembered()).isEqualTo(before);
  }

  @Test
  @DisplayName("A process that ended 31 days ago is gone after a clean-up, with all its steps")
  void old() {
    ClockUtil.offset(Duration.ofDays(31).toMillis());

    cleanUp();

    assertThat(remembered()).isZero();
  }
}
