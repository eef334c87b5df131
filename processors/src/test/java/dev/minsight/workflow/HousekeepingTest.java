package dev.minsight.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.minsight.events.RetainedStatuses;
import dev.minsight.ml.VisionModels;
import dev.minsight.support.Chore;
import dev.minsight.testing.TestServer;
import dev.minsight.vectors.VectorIndex;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.camunda.bpm.engine.HistoryService;
import org.camunda.bpm.engine.ManagementService;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.runtime.Job;
import org.camunda.bpm.model.bpmn.instance.ServiceTask;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Housekeeping of a running server, begun by the engine's own timer. */
class HousekeepingTest {

  private static final Duration LONG = Duration.ofSeconds(120);

  @TempDir private static Path home;
  private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.start(home, "minsight.housekeeping.at=01:15");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Job timer(TestServer of) {
    return of
        .bean(ManagementService.class)
        .createJobQuery()
        .timers()
        .processDefinitionKey("housekeeping")
        .list()
        .stream()
        .filter(job -> job.getProcessInstanceId() == null)
        .findFirst()
        .orElseThrow();
  }

  private static String timeOfDay(Job timer) {
    return timer.getDuedate().toInstant().atZone(ZoneId.systemDefault()).toLocalTime().toString();
  }

  private static long ended(TestServer of) {
    return of.bean(HistoryService.class)
        .createHistoricProcessInstanceQuery()
        .processDefinitionKey("housekeeping")
        .completed()
        .count();
  }

  @Test
  @DisplayName("There is a step for every chore, and a chore for every step")
  void stepsAndChores() {
    RepositoryService repository = server.bean(RepositoryService.class);
    String definition =
        repository
            .createProcessDefinitionQuery()
            .processDefinitionKey("housekeeping")
            .latestVersion()
            .singleResult()
            .getId();
    Pattern call = Pattern.compile("\\$\\{housekeeping\\.run\\('(.*)'\\)}");

    List<String> called =
        repository
            .getBpmnModelInstance(definition)
            .getModelElementsByType(ServiceTask.class)
            .stream()
            .map(task -> call.matcher(task.getCamundaExpression()))
            .filter(Matcher::matches)
            .map(match -> match.group(1))
            .toList();

    assertThat(called)
        .containsExactlyInAnyOrderElementsOf(
            server.beans(Chore.class).stream().map(Chore::name).toList());
  }

  private static void upsert(long id) {
    VectorIndex index = server.bean(VectorIndex.class);
    await().atMost(LONG).until(() -> index.count("clip_embeddings") >= 0);
    int dimension = server.bean(VisionModels.class).serving("clip_embedding").output().dimension();
    float[] vector = new float[dimension];
    vector[0] = 1;
    index.upsert("clip_embeddings", id, vector);
  }

  @Test
  @DisplayName("Vectors and retained statuses go when their entity is gone; vectors of others stay")
  void strays() throws MqttException {
    long kept =
        TestServer.json(
                server.form(
                    "POST",
                    server.store("/entities"),
                    server.adminToken(),
                    Map.of("is_collection", "true", "label", "kept")))
            .get("id")
            .asLong();
    long gone = 987_654_321;
    for (long id : new long[] {kept, gone}) {
      upsert(id);
      server
          .bean(MqttClient.class)
          .publish(
              "mInsight/" + server.settings().topicPort() + "/entity_item_status/" + id,
              "{}".getBytes(StandardCharsets.UTF_8),
              1,
              true);
    }
    HousekeepingSteps steps = server.bean(HousekeepingSteps.class);

    assertThat(steps.run("stray-vectors")).isEqualTo(1);
    assertThat(steps.run("stray-statuses")).isEqualTo(1);

    assertThat(server.bean(VectorIndex.class).ids("clip_embeddings").boxed())
        .contains(kept)
        .doesNotContain(gone);
    await()
        .atMost(LONG)
        .untilAsserted(
            () ->
                // That of the other one may go, too: a new entity clears what was retained before
                // it.
                assertThat(server.bean(RetainedStatuses.class).entities()).doesNotContain(gone));
  }

  @Test
  @DisplayName("When the timer is due all steps are done by the server itself, and dead uploads go")
  void timerIsDue() throws IOException {
    Path folder = Files.createDirectories(server.home().resolve("media/.tmp"));
    Path dead = Files.writeString(folder.resolve("dead"), "x");
    Files.setLastModifiedTime(dead, FileTime.from(Instant.now().minus(Duration.ofDays(2))));
    Path young = Files.writeString(folder.resolve("young"), "x");
    long before = ended(server);

    server.bean(ManagementService.class).executeJob(timer(server).getId());

    await().atMost(LONG).until(() -> ended(server) == before + 1);
    assertThat(dead).doesNotExist();
    assertThat(young).exists();
    assertThat(timer(server).getDuedate()).isInTheFuture();
  }

  @Test
  @DisplayName("Another time of day counts from the next start on")
  void otherTime() {
    assertThat(timeOfDay(timer(server))).isEqualTo("01:15");
    server.close();

    server = TestServer.start(home, "minsight.housekeeping.at=23:45");

    assertThat(timeOfDay(timer(server))).isEqualTo("23:45");
  }
}
