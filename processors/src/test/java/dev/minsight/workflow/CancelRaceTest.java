package dev.minsight.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.camunda.bpm.engine.ExternalTaskService;
import org.camunda.bpm.engine.OptimisticLockingException;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.ProcessEngineException;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.externaltask.LockedExternalTask;
import org.camunda.bpm.engine.history.HistoricActivityInstance;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A photo's process is cancelled in the very moment in which it ends by itself. */
class CancelRaceTest {

  private static final List<String> TOPICS =
      List.of("face_detection", "clip_embedding", "dino_embedding");

  private final HeldSteps steps = new HeldSteps();
  private ProcessEngine engine;
  private EnginePipeline pipeline;
  private ExecutorService other;

  /** Cleans up only when the test lets it, so that the other side is faster. */
  public static final class HeldSteps {

    final CountDownLatch cleaning = new CountDownLatch(1);
    final CountDownLatch mayGoOn = new CountDownLatch(1);
    final AtomicInteger cleaned = new AtomicInteger();

    public void cleanUp(DelegateExecution execution) throws InterruptedException {
      cleaned.incrementAndGet();
      cleaning.countDown();
      mayGoOn.await();
    }

    public void saveFaces(DelegateExecution execution) {
      execution.setVariable("faces", 0);
    }

    public void indexClip(DelegateExecution execution) {}

    public void indexDino(DelegateExecution execution) {}

    public void conclude(DelegateExecution execution) {}
  }

  @BeforeEach
  void build() {
    Map<Object, Object> beans = new HashMap<>(Map.of("steps", steps));
    engine = ProcessEngines.with(beans, "media-insight");
    pipeline =
        new EnginePipeline(
            engine.getRuntimeService(),
            (ProcessEngineConfigurationImpl) engine.getProcessEngineConfiguration(),
            null,
            null,
            null,
            null);
    other = Executors.newSingleThreadExecutor();
  }

  @AfterEach
  void close() {
    steps.mayGoOn.countDown();
    other.shutdownNow();
    engine.close();
  }

  private String photo() {
    return engine
        .getRuntimeService()
        .startProcessInstanceByKey(
            "media-insight", "entity-1-1", Map.of("entityId", 1L, "generation", 1, "priority", 5))
        .getId();
  }

  private void completeAll() {
    ExternalTaskService tasks = engine.getExternalTaskService();
    for (String topic : TOPICS) {
      LockedExternalTask task = tasks.fetchAndLock(1, "test").topic(topic, 60_000).execute().get(0);
      tasks.complete(task.getId(), "test");
    }
  }

  private List<String> ends(String process) {
    return engine
        .getHistoryService()
        .createHistoricActivityInstanceQuery()
        .processInstanceId(process)
        .list()
        .stream()
        .filter(activity -> activity.getActivityType().endsWith("EndEvent"))
        .map(HistoricActivityInstance::getActivityId)
        .toList();
  }

  @Test
  @DisplayName("Cancelling a process that ends meanwhile is no error: it has ended, once")
  void cancelMeetsCompletion() throws Exception {
    String process = photo();
    Future<?> cancel = other.submit(() -> pipeline.cancel(1, 1));
    assertThat(steps.cleaning.await(60, TimeUnit.SECONDS)).isTrue();

    completeAll();
    steps.mayGoOn.countDown();

    cancel.get(60, TimeUnit.SECONDS);
    assertThat(ends(process)).containsExactly("photo-done");
    assertThat(steps.cleaned).hasValue(1);
    assertThat(engine.getRuntimeService().createProcessInstanceQuery().count()).isZero();
  }

  @Test
  @DisplayName("Cancelling what is not there, or not any more, is no error")
  void cancelNothing() {
    photo();
    completeAll();

    pipeline.cancel(1, 1);
    pipeline.cancel(2, 1);

    assertThat(steps.cleaned).hasValue(0);
  }

  @Test
  @DisplayName("A step whose process lost its variables, as it ends just now, came too late")
  void variablesAreGone() {
    Steps real = new Steps(null, null);
    Map<Object, Object> beans = new HashMap<>(Map.of("steps", real));
    try (Closing own = new Closing(ProcessEngines.with(beans, "media-insight"))) {
      own.engine()
          .getRuntimeService()
          .startProcessInstanceByKey("media-insight", "entity-1-1", Map.of("priority", 5));

      assertThatThrownBy(
              () ->
                  own.engine()
                      .getRuntimeService()
                      .createMessageCorrelation("content-gone")
                      .processInstanceBusinessKey("entity-1-1")
                      .correlateAll())
          .hasRootCauseInstanceOf(OptimisticLockingException.class)
          .hasMessageContaining("entity-1-1")
          .hasMessageContaining("entityId");
    }
  }

  private record Closing(ProcessEngine engine) implements AutoCloseable {

    @Override
    public void close() {
      engine.close();
    }
  }

  @Test
  @DisplayName("A command that collides is done again, and gives up when it never gets through")
  void retried() {
    AtomicInteger tries = new AtomicInteger();

    String got =
        Collisions.retried(
            () -> {
              if (tries.incrementAndGet() < 3) {
                throw new ProcessEngineException(
                    new OptimisticLockingException("somebody was faster"));
              }
              return "done";
            });

    assertThat(got).isEqualTo("done");
    assertThat(tries).hasValue(3);
    assertThatThrownBy(
            () ->
                Collisions.retried(
                    (Runnable)
                        () -> {
                          throw new OptimisticLockingException("always");
                        }))
        .hasMessageContaining("always");
  }
}
