package dev.minsight.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.ExternalTaskService;
import org.camunda.bpm.engine.MismatchingMessageCorrelationException;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.externaltask.ExternalTask;
import org.camunda.bpm.engine.externaltask.LockedExternalTask;
import org.camunda.bpm.engine.history.HistoricActivityInstance;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.camunda.community.process_test_coverage.junit5.platform7.ProcessEngineCoverageExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code bpmn/media-insight.bpmn}: every path a photo can take. */
class MediaInsightProcessTest {

  private static final RecordingSteps STEPS = new RecordingSteps();

  @RegisterExtension
  static final ProcessEngineCoverageExtension COVERAGE =
      ProcessEngines.covered(Map.of("steps", STEPS));

  private static ProcessEngine engine;
  private ExternalTaskService tasks;

  @BeforeAll
  static void build() {
    engine = COVERAGE.getProcessEngine();
    ProcessEngines.deploy(engine, "media-insight");
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

  @AfterEach
  void stop() {
    ProcessEngines.empty(engine);
  }

  /** Notes what the process asks for; stands where {@link Steps} does. */
  public static final class RecordingSteps {

    final List<String> calls = new ArrayList<>();
    int faces;
    RuntimeException trouble;

    void reset() {
      calls.clear();
      faces = 0;
      trouble = null;
    }

    public void saveFaces(DelegateExecution execution) {
      note("saveFaces");
      execution.setVariable("faces", faces);
      execution.setVariable("job_face_embedding", faces == 0 ? null : "embedding-job");
    }

    public void matchPeople(DelegateExecution execution) {
      note("matchPeople");
    }

    public void indexClip(DelegateExecution execution) {
      note("indexClip");
    }

    public void indexDino(DelegateExecution execution) {
      note("indexDino");
    }

    public void failed(DelegateExecution execution, String taskType, String reason) {
      note("failed " + taskType + ": " + reason);
    }

    public void conclude(DelegateExecution execution) {
      note("conclude");
    }

    public void cleanUp(DelegateExecution execution) {
      note("cleanUp");
    }

    private void note(String call) {
      calls.add(call);
      if (trouble != null) {
        RuntimeException once = trouble;
        trouble = null;
        throw once;
      }
    }
  }

  private String photo() {
    return engine
        .getRuntimeService()
        .startProcessInstanceByKey(
            "media-insight",
            "entity-1-1",
            Map.of(
                "entityId",
                1L,
                "generation",
                1,
                "priority",
                5,
                "job_face_detection",
                "d",
                "job_clip_embedding",
                "c",
                "job_dino_embedding",
                "e"))
        .getId();
  }

  private LockedExternalTask fetch(String topic) {
    return tasks.fetchAndLock(1, "test").topic(topic, 10_000).execute().get(0);
  }

  private void complete(String topic) {
    tasks.complete(fetch(topic).getId(), "test");
  }

  private void unprocessable(String topic, String reason) {
    tasks.handleBpmnError(fetch(topic).getId(), "test", "unprocessable", reason);
  }

  private List<String> open() {
    return tasks.createExternalTaskQuery().list().stream()
        .map(ExternalTask::getTopicName)
        .sorted()
        .toList();
  }

  private boolean ended(String process) {
    return engine
            .getRuntimeService()
            .createProcessInstanceQuery()
            .processInstanceId(process)
            .count()
        == 0;
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
  @DisplayName("A photo begins with three tasks, each for a worker, with the photo's priority")
  void threeTasks() {
    photo();

    assertThat(open()).containsExactly("clip_embedding", "dino_embedding", "face_detection");
    assertThat(tasks.createExternalTaskQuery().list())
        .extracting(ExternalTask::getPriority)
        .containsOnly(5L);
  }

  @Test
  @DisplayName("Without faces nothing is embedded or matched, and the photo is done")
  void noFaces() {
    String process = photo();
    complete("face_detection");
    assertThat(open()).containsExactly("clip_embedding", "dino_embedding");
    complete("clip_embedding");
    complete("dino_embedding");

    assertThat(STEPS.calls).containsExactly("saveFaces", "indexClip", "indexDino", "conclude");
    assertThat(ends(process)).containsExactly("photo-done");
  }

  @Test
  @DisplayName("With faces they are embedded in one task, then matched")
  void faces() {
    STEPS.faces = 3;
    String process = photo();
    complete("dino_embedding");
    complete("face_detection");
    assertThat(open()).containsExactly("clip_embedding", "face_embedding");
    assertThat(tasks.createExternalTaskQuery().topicName("face_embedding").singleResult())
        .as("what is begun comes before what is new")
        .returns(6L, ExternalTask::getPriority);
    complete("clip_embedding");
    assertThat(STEPS.calls).doesNotContain("conclude");
    complete("face_embedding");

    assertThat(STEPS.calls)
        .containsExactly("indexDino", "saveFaces", "indexClip", "matchPeople", "conclude");
    assertThat(ends(process)).containsExactly("photo-done");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "face_detection, face_detection, 2",
    "clip_embedding, clip_embedding, 2",
    "dino_embedding, dino_embedding, 2"
  })
  @DisplayName("A step that cannot be done is noted with its reason; the others go on")
  void oneStepFails(String topic, String noted, int others) {
    String process = photo();
    unprocessable(topic, "cannot be read");
    assertThat(ended(process)).isFalse();
    assertThat(open()).hasSize(others);
    List.copyOf(open()).forEach(this::complete);

    assertThat(STEPS.calls).startsWith("failed " + noted + ": cannot be read").endsWith("conclude");
    assertThat(STEPS.calls).hasSize(4);
    assertThat(ends(process)).containsExactly("photo-done");
  }

  @Test
  @DisplayName("Faces that were found but cannot be embedded are noted too, and not matched")
  void embeddingFails() {
    STEPS.faces = 1;
    String process = photo();
    complete("face_detection");
    unprocessable("face_embedding", "the crop is gone");
    complete("clip_embedding");
    complete("dino_embedding");

    assertThat(STEPS.calls)
        .contains("failed face_detection: the crop is gone", "conclude")
        .doesNotContain("matchPeople");
    assertThat(ends(process)).containsExactly("photo-done");
  }

  @Test
  @DisplayName("All three steps may fail; the photo is concluded all the same")
  void allFail() {
    String process = photo();
    List.of("face_detection", "clip_embedding", "dino_embedding")
        .forEach(topic -> unprocessable(topic, "not a picture"));

    assertThat(STEPS.calls).hasSize(4).endsWith("conclude");
    assertThat(ends(process)).containsExactly("photo-done");
  }

  @Test
  @DisplayName("A message that the content is gone ends all open work, cleans up and concludes not")
  void cancelled() {
    STEPS.faces = 1;
    String process = photo();
    complete("face_detection");
    LockedExternalTask busy = fetch("face_embedding");

    engine
        .getRuntimeService()
        .createMessageCorrelation("content-gone")
        .processInstanceBusinessKey("entity-1-1")
        .correlate();

    assertThat(STEPS.calls).containsExactly("saveFaces", "cleanUp");
    assertThat(open()).isEmpty();
    assertThat(ends(process)).containsExactly("photo-cancelled");
    assertThatThrownBy(() -> tasks.complete(busy.getId(), "test"))
        .isInstanceOf(org.camunda.bpm.engine.exception.NotFoundException.class);
  }

  @Test
  @DisplayName("The message reaches only the content it names")
  void cancelsOnlyItsOwn() {
    photo();

    assertThatThrownBy(
            () ->
                engine
                    .getRuntimeService()
                    .createMessageCorrelation("content-gone")
                    .processInstanceBusinessKey("entity-1-2")
                    .correlate())
        .isInstanceOf(MismatchingMessageCorrelationException.class);
    assertThat(open()).hasSize(3);
  }

  @Test
  @DisplayName("When saving a result fails the task stays open, to be reported again")
  void savingFails() {
    photo();
    STEPS.trouble = new IllegalStateException("the database is away");

    assertThatThrownBy(() -> complete("clip_embedding")).hasMessageContaining("database is away");

    assertThat(open()).contains("clip_embedding");
    LockedExternalTask same =
        tasks.fetchAndLock(1, "test").topic("clip_embedding", 1).execute().stream()
            .findFirst()
            .orElse(null);
    assertThat(same).as("the lock is still held").isNull();
  }

  @Test
  @DisplayName("A task without tries left is an incident at its step; with a new try it goes on")
  void incident() {
    String process = photo();
    LockedExternalTask task = fetch("clip_embedding");
    tasks.handleFailure(task.getId(), "test", "disk full", "trace", 0, 0);

    assertThat(engine.getRuntimeService().createIncidentQuery().list())
        .singleElement()
        .satisfies(
            incident -> {
              assertThat(incident.getActivityId()).isEqualTo("describe-clip");
              assertThat(incident.getIncidentMessage()).isEqualTo("disk full");
            });
    tasks.setRetries(task.getId(), 1);
    assertThat(engine.getRuntimeService().createIncidentQuery().count()).isZero();
    List.of("face_detection", "clip_embedding", "dino_embedding").forEach(this::complete);
    assertThat(ended(process)).isTrue();
  }

  @Test
  @DisplayName("A try that failed with others left is no incident; the photo waits and completes")
  void retry() {
    String process = photo();
    tasks.handleFailure(fetch("clip_embedding").getId(), "test", "busy", "trace", 2, 0);

    assertThat(engine.getRuntimeService().createIncidentQuery().count()).isZero();
    List.of("face_detection", "clip_embedding", "dino_embedding").forEach(this::complete);
    assertThat(ends(process)).containsExactly("photo-done");
  }

  @Test
  @DisplayName("When its worker is silent for longer than its lease, another does the step")
  void timeout() {
    String process = photo();
    LockedExternalTask lost = fetch("clip_embedding");
    ClockUtil.offset(Duration.ofSeconds(11).toMillis());
    try {
      List.of("face_detection", "clip_embedding", "dino_embedding").forEach(this::complete);
    } finally {
      ClockUtil.reset();
    }

    assertThat(ends(process)).containsExactly("photo-done");
    assertThatThrownBy(() -> tasks.complete(lost.getId(), "test"))
        .isInstanceOf(org.camunda.bpm.engine.exception.NotFoundException.class);
  }

  @Test
  @DisplayName("Each step keeps its own reason, where Cockpit shows it while the others work")
  void reasonsApart() {
    String process = photo();
    unprocessable("face_detection", "no eyes");
    unprocessable("clip_embedding", "no words");

    assertThat(engine.getRuntimeService().getVariables(process))
        .containsEntry("facesFailed", "no eyes")
        .containsEntry("clipFailed", "no words")
        .doesNotContainKey("dinoFailed");
  }
}
