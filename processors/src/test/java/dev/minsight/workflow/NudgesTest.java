package dev.minsight.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.engine.impl.interceptor.Command;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Whoever is told that there is something to do in the engine can see it. */
class NudgesTest {

  private final List<Long> seen = new ArrayList<>();
  private ProcessEngine engine;

  @BeforeEach
  void build() {
    engine = ProcessEngines.with(Map.of(), "compute-job");
  }

  @AfterEach
  void close() {
    engine.close();
  }

  /** What another thread sees of the tasks: what was committed. */
  private void look() {
    seen.add(
        CompletableFuture.supplyAsync(
                () -> engine.getExternalTaskService().createExternalTaskQuery().count())
            .join());
  }

  private Void start() {
    engine
        .getRuntimeService()
        .startProcessInstanceByKey(
            "compute-job", Map.of("taskType", "exif", "topic", "exif", "priority", 5));
    Nudges.afterCommit(this::look);
    return null;
  }

  private void within(Command<Void> command) {
    ((ProcessEngineConfigurationImpl) engine.getProcessEngineConfiguration())
        .getCommandExecutorTxRequired()
        .execute(command);
  }

  @Test
  @DisplayName("A nudge within one of the engine's commands comes once that has committed")
  void afterCommit() {
    within(
        context -> {
          start();
          return start();
        });

    assertThat(seen).containsExactly(2L, 2L);
  }

  @Test
  @DisplayName("A nudge within a command that fails does not come")
  void rolledBack() {
    assertThatThrownBy(
            () ->
                within(
                    context -> {
                      start();
                      throw new IllegalStateException("of the test");
                    }))
        .hasMessageContaining("of the test");

    assertThat(seen).isEmpty();
  }

  @Test
  @DisplayName("A nudge from anywhere else comes at once")
  void atOnce() {
    start();

    assertThat(seen).containsExactly(1L);
  }
}
