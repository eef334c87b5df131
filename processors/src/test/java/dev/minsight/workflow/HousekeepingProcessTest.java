package dev.minsight.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minsight.support.Chore;
import dev.minsight.testing.TestSettings;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.ManagementService;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.camunda.bpm.engine.runtime.Incident;
import org.camunda.bpm.engine.runtime.Job;
import org.camunda.community.process_test_coverage.junit5.platform7.ProcessEngineCoverageExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code bpmn/housekeeping.bpmn}: what is cleaned up each night, and what if a step fails. */
class HousekeepingProcessTest {

  private static final List<String> CHORES =
      List.of(
          "old-jobs",
          "stray-job-folders",
          "kept-answers",
          "replaced-originals",
          "upload-leftovers",
          "stray-vectors",
          "stray-statuses");

  private static final Map<Object, Object> BEANS = new HashMap<>();

  @RegisterExtension
  static final ProcessEngineCoverageExtension COVERAGE = ProcessEngines.covered(BEANS);

  private static final Map<String, RecordingChore> DONE = new LinkedHashMap<>();

  private static ProcessEngine engine;
  private static ManagementService management;
  private static RuntimeService runtime;

  /** A chore that finds three things, or trouble. */
  private static final class RecordingChore implements Chore {

    private final String name;
    private final List<Long> runs = new ArrayList<>();
    private RuntimeException trouble;

    RecordingChore(String name) {
      this.name = name;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public long run() {
      if (trouble != null) {
        throw trouble;
      }
      runs.add(3L);
      return 3;
    }
  }

  @BeforeAll
  static void build() {
    engine = COVERAGE.getProcessEngine();
    management = engine.getManagementService();
    runtime = engine.getRuntimeService();
    CHORES.forEach(name -> DONE.put(name, new RecordingChore(name)));
    BEANS.put("housekeeping", new HousekeepingSteps(List.copyOf(DONE.values()), runtime));
    BEANS.put("housekeepingSchedule", new HousekeepingSchedule(TestSettings.at(Path.of("x"))));
    ProcessEngines.deploy(engine, "housekeeping");
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  @BeforeEach
  void start() {
    DONE.values().forEach(chore -> chore.runs.clear());
    DONE.values().forEach(chore -> chore.trouble = null);
  }

  @AfterEach
  void stop() {
    ClockUtil.reset();
    ProcessEngines.empty(engine);
  }

  private static Job timer() {
    return management.createJobQuery().timers().processDefinitionKey("housekeeping").list().stream()
        .filter(job -> job.getProcessInstanceId() == null)
        .findFirst()
        .orElseThrow();
  }

  /** Does what the engine's job executor does, until nothing is left that may be tried. */
  private static void work() {
    for (List<Job> open = open(); !open.isEmpty(); open = open()) {
      for (Job job : open) {
        try {
          management.executeJob(job.getId());
        } catch (RuntimeException e) {
          assertThat(e).hasMessageContaining("disk full");
        }
      }
    }
  }

  private static List<Job> open() {
    return management.createJobQuery().messages().withRetriesLeft().list();
  }

  private static long running() {
    return runtime.createProcessInstanceQuery().count();
  }

  @Test
  @DisplayName("The engine's timer begins it at the time of day of the settings, every day anew")
  void daily() {
    Job timer = timer();
    Instant due = timer.getDuedate().toInstant();

    management.executeJob(timer.getId());

    assertThat(due.atZone(ZoneId.systemDefault()).toLocalTime()).hasToString("03:30");
    assertThat(running()).isEqualTo(1);
    Instant next = timer().getDuedate().toInstant();
    assertThat(next.atZone(ZoneId.systemDefault()).toLocalTime()).hasToString("03:30");
    work();
    assertThat(running()).isZero();
  }

  @Test
  @DisplayName("Every step does its chore once, and the process ends")
  void allDone() {
    runtime.startProcessInstanceByKey("housekeeping");

    work();

    assertThat(DONE.values()).allSatisfy(chore -> assertThat(chore.runs).containsExactly(3L));
    assertThat(running()).isZero();
  }

  @Test
  @DisplayName("What each step removed stands in the process's variables while it lasts")
  void counts() {
    DONE.get("stray-vectors").trouble = new IllegalStateException("disk full");
    String process = runtime.startProcessInstanceByKey("housekeeping").getId();

    work();

    assertThat(runtime.getVariables(process))
        .containsEntry("jobsRemoved", 3L)
        .containsEntry("originalsRemoved", 3L)
        .containsEntry("unfinishedRunsEnded", 0L)
        .doesNotContainKey("vectorsRemoved");
  }

  @Test
  @DisplayName(
      "A step that fails three times is an incident there; the others go on; retried, it ends")
  void incident() {
    DONE.get("kept-answers").trouble = new IllegalStateException("disk full");
    runtime.startProcessInstanceByKey("housekeeping");

    work();

    Incident incident = runtime.createIncidentQuery().singleResult();
    assertThat(incident.getActivityId()).isEqualTo("forget-kept-answers");
    assertThat(incident.getIncidentMessage()).contains("disk full");
    assertThat(DONE.values())
        .filteredOn(chore -> !chore.name().equals("kept-answers"))
        .allSatisfy(chore -> assertThat(chore.runs).hasSize(1));
    assertThat(running()).isEqualTo(1);

    DONE.get("kept-answers").trouble = null;
    management.setJobRetries(incident.getConfiguration(), 1);
    work();
    assertThat(runtime.createIncidentQuery().count()).isZero();
    assertThat(running()).isZero();
  }

  @Test
  @DisplayName("The next run ends one that still waits for somebody, and shows what is still wrong")
  void supersedes() {
    DONE.get("old-jobs").trouble = new IllegalStateException("disk full");
    String first = runtime.startProcessInstanceByKey("housekeeping").getId();
    work();

    String second = runtime.startProcessInstanceByKey("housekeeping").getId();
    work();

    assertThat(runtime.createProcessInstanceQuery().list())
        .singleElement()
        .satisfies(process -> assertThat(process.getId()).isEqualTo(second).isNotEqualTo(first));
    assertThat(runtime.createIncidentQuery().list())
        .singleElement()
        .satisfies(incident -> assertThat(incident.getActivityId()).isEqualTo("remove-old-jobs"));
    assertThat(runtime.getVariable(second, "unfinishedRunsEnded")).isEqualTo(1L);
  }

  @Test
  @DisplayName("A step that failed is tried again some minutes later, before it is an incident")
  void retries() {
    DONE.get("old-jobs").trouble = new IllegalStateException("disk full");
    runtime.startProcessInstanceByKey("housekeeping");
    open().forEach(job -> management.executeJob(job.getId()));
    Job failing =
        open().stream()
            .filter(
                job ->
                    management
                        .createJobDefinitionQuery()
                        .jobDefinitionId(job.getJobDefinitionId())
                        .singleResult()
                        .getActivityId()
                        .equals("remove-old-jobs"))
            .findFirst()
            .orElseThrow();

    try {
      management.executeJob(failing.getId());
    } catch (RuntimeException e) {
      assertThat(e).hasMessageContaining("disk full");
    }

    Job now = management.createJobQuery().jobId(failing.getId()).singleResult();
    assertThat(now.getRetries()).isEqualTo(2);
    assertThat(now.getDuedate()).isAfter(ClockUtil.getCurrentTime());
  }
}
