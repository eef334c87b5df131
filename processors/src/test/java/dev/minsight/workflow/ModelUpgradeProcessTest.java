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

/** {@code bpmn/model-upgrade.bpmn}: one photo is described again. */
class ModelUpgradeProcessTest {

  private static final String TOPIC = "face_detection@server";
  private static final RecordingSteps STEPS = new RecordingSteps();
  private static ProcessEngine engine;
  private ExternalTaskService tasks;

  @BeforeAll
  static void build() {
    engine = ProcessEngines.with(Map.of("modelUpgrade", STEPS), "model-upgrade");
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
            "model-upgrade",
            "upgrade-face_detection-7-j",
            Map.of("taskType", "face_detection", "topic", TOPIC, "priority", 8));
  }

  @AfterEach
  void stop() {
    ProcessEngines.empty(engine);
  }

  /** Stands where {@link UpgradeDelegates} does. */
  public static final class RecordingSteps {

    final List<String> calls = new ArrayList<>();
    boolean newFaces;

    void reset() {
      calls.clear();
      newFaces = false;
    }

    public void described(DelegateExecution execution) {
      calls.add("described");
      execution.setVariable("newFaces", newFaces);
    }

    public void matchPeople(DelegateExecution execution) {
      calls.add("matched");
    }

    public void failed(DelegateExecution execution, String reason) {
      calls.add("failed: " + reason);
    }
  }

  private LockedExternalTask fetch(String topic) {
    return tasks.fetchAndLock(1, "test").topic(topic, 10_000).execute().get(0);
  }

  private void assertEnded() {
    assertThat(engine.getRuntimeService().createProcessInstanceQuery().count()).isZero();
  }

  @Test
  @DisplayName("Model upgrade: a vector is kept beside the old one and the process ends")
  void kept() {
    tasks.complete(fetch(TOPIC).getId(), "test");

    assertThat(STEPS.calls).containsExactly("described");
    assertEnded();
  }

  @Test
  @DisplayName("Model upgrade: faces of a new detector are embedded, more urgently, and matched")
  void newFaces() {
    STEPS.newFaces = true;
    tasks.complete(fetch(TOPIC).getId(), "test");

    LockedExternalTask embedding = fetch("face_embedding");
    assertThat(embedding.getPriority()).isEqualTo(9);
    tasks.complete(embedding.getId(), "test");

    assertThat(STEPS.calls).containsExactly("described", "matched");
    assertEnded();
  }

  @Test
  @DisplayName("Model upgrade: a photo that cannot be described is noted with its reason")
  void unprocessable() {
    tasks.handleBpmnError(fetch(TOPIC).getId(), "test", "unprocessable", "not a picture");

    assertThat(STEPS.calls).containsExactly("failed: not a picture");
    assertEnded();
  }

  @Test
  @DisplayName("Model upgrade: so is one whose new faces cannot be embedded")
  void facesUnprocessable() {
    STEPS.newFaces = true;
    tasks.complete(fetch(TOPIC).getId(), "test");

    tasks.handleBpmnError(fetch("face_embedding").getId(), "test", "unprocessable", "no face");

    assertThat(STEPS.calls).containsExactly("described", "failed: no face");
    assertEnded();
  }

  @Test
  @DisplayName(
      "Model upgrade: without tries left it waits as an incident until ModelUpgrades looks")
  void incident() {
    tasks.handleFailure(fetch(TOPIC).getId(), "test", "disk full", "trace", 0, 0);

    assertThat(engine.getRuntimeService().createIncidentQuery().count()).isEqualTo(1);
    assertThat(STEPS.calls).isEmpty();
  }
}
