package dev.minsight.insight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.minsight.compute.LocalWorkers;
import dev.minsight.compute.TaskQueue;
import dev.minsight.compute.TaskTypes;
import dev.minsight.testing.Contract;
import dev.minsight.testing.Pictures;
import dev.minsight.workflow.RunningEngine;
import dev.minsight.workflow.RunningEngine.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.util.FileSystemUtils;

/** What becomes of a photo when something is wrong with it or with the house. */
class TroubleTest {

  private static final List<String> FIRST_STEPS =
      List.of("face_detection", "clip_embedding", "dino_embedding");

  private static PhotoServer photos;

  @BeforeAll
  static void start(@TempDir Path home) {
    photos =
        PhotoServer.start(
            home, "minsight.pipeline.retry=50ms,100ms", "minsight.pipeline.sweep-every=1s");
  }

  @AfterEach
  void allIsWellAgain() {
    if (!photos.bean(LocalWorkers.class).isRunning()) {
      work();
    }
    new Equation(photos).awaitHolds();
  }

  @AfterAll
  static void stop() {
    photos.close();
  }

  /** Uploads a picture while nobody works, so that what happens next is in the test's hand. */
  private static long uploadUnworked(String name, long seed) {
    rest();
    long id = photos.upload(name, Pictures.noise("png", 80, 60, seed));
    await().atMost(PhotoServer.LONG).until(() -> tasks(id).size() == 3);
    return id;
  }

  private static void rest() {
    if (photos.bean(LocalWorkers.class).isRunning()) {
      photos.bean(LocalWorkers.class).stop();
    }
  }

  private static void work() {
    photos.bean(LocalWorkers.class).start();
  }

  private static List<Task> tasks(long id) {
    return photos.engine().tasks(key(id) + "%");
  }

  private static String key(long id) {
    return "entity-" + id + "-";
  }

  private static Task task(long id, String type) {
    return tasks(id).stream().filter(task -> task.topic().equals(type)).findFirst().orElseThrow();
  }

  private static JsonNode failure(long id) {
    return PhotoServer.list(photos.json("/activity").get("failed")).stream()
        .filter(failed -> failed.get("entity_id").asLong() == id)
        .findFirst()
        .orElseThrow(() -> new AssertionError("photo " + id + " is not among the failed"));
  }

  private static JsonNode job(long id, String type) {
    return photos.jobs(id).stream()
        .filter(job -> job.get("task_type").asText().equals(type))
        .findFirst()
        .orElseThrow();
  }

  @Test
  @DisplayName(
      "A picture that cannot be decoded fails with a plain reason, in the API and the activity; the"
          + " process ends")
  void undecodable() throws IOException {
    long id = uploadUnworked("rotten.png", 1);
    byte[] whole = Files.readAllBytes(photos.original(id));
    Arrays.fill(whole, 60, whole.length, (byte) 7);
    Files.write(photos.original(id), whole);
    work();

    JsonNode state = photos.awaitStatus(id, "failed");

    assertThat(state.get("error_message").asText()).isNotBlank().doesNotContain("Exception");
    assertThat(failure(id).get("reason").asText()).isEqualTo(state.get("error_message").asText());
    assertThat(failure(id).get("cockpit_url").isNull()).isTrue();
    assertThat(photos.jobs(id))
        .hasSize(3)
        .allSatisfy(job -> assertThat(job.get("attempt").asInt()).isEqualTo(1))
        .extracting(job -> job.get("status").asText())
        .containsOnly("failed");
    await().atMost(PhotoServer.LONG).until(() -> tasks(id).isEmpty());
  }

  @Test
  @DisplayName(
      "AC-N34 One step that cannot be done fails the photo with its own reason; the other steps are"
          + " done")
  @Contract({"pipeline.md 4 words failed and error", "pipeline.md 4 failed if any failed"})
  void oneStepFails() {
    long id = uploadUnworked("one-step.png", 2);
    TaskQueue queue = photos.bean(TaskQueue.class);
    List<TaskQueue.Task> taken =
        queue.fetch(100, List.of(TaskTypes.FACE_DETECTION), Duration.ofSeconds(30));
    TaskQueue.Task mine =
        taken.stream()
            .filter(task -> task.id().equals(task(id, TaskTypes.FACE_DETECTION).id()))
            .findFirst()
            .orElseThrow();
    queue.unprocessable(mine, "the picture is a riddle");
    work();

    JsonNode state = photos.awaitStatus(id, "failed");

    assertThat(state.get("error_message").asText()).isEqualTo("the picture is a riddle");
    JsonNode steps = state.get("inference_status");
    assertThat(steps.get("face_detection").asText()).isEqualTo("failed");
    assertThat(steps.get("clip_embedding").asText()).isEqualTo("completed");
    assertThat(steps.get("dino_embedding").asText()).isEqualTo("completed");
    assertThat(photos.bytes("/intelligence/entities/" + id + "/clip_embedding")).isNotEmpty();
    assertThat(failure(id).get("reason").asText()).isEqualTo("the picture is a riddle");
  }

  @Test
  @DisplayName(
      "A passing failure is tried again after growing waits, then becomes an incident; retried from"
          + " the engine, the photo completes")
  @Contract({"pipeline.md 2 previous run failed", "pipeline.md 9 up to N attempts"})
  void retryIncidentRetry() throws IOException {
    long id = uploadUnworked("retried.png", 3);
    Path folders = photos.home().resolve("compute/jobs");
    FileSystemUtils.deleteRecursively(folders);
    Files.createDirectories(folders.getParent());
    Files.writeString(folders, "in the way");
    RunningEngine engine = photos.engine();
    try {
      work();
      JsonNode state =
          photos.awaitState(
              id,
              now ->
                  FIRST_STEPS.stream()
                      .allMatch(
                          step ->
                              now.path("inference_status").path(step).asText().equals("failed")));

      assertThat(state.get("overall_status").asText()).isEqualTo("failed");
      assertThat(photos.jobs(id))
          .allSatisfy(job -> assertThat(job.get("attempt").asInt()).isEqualTo(3));
      String process = photos.row(id).processId();
      assertThat(failure(id).get("cockpit_url").asText()).contains(process);
      assertThat(photos.json("/entities/" + id).get("cockpit_url").asText()).contains(process);
      assertThat(engine.incidents(process)).isEqualTo(3);
    } finally {
      Files.delete(folders);
    }
    photos.engine().retry(tasks(id));

    JsonNode after = photos.awaitStatus(id, "completed");
    assertThat(after.get("error_message").isNull()).isTrue();
    assertThat(photos.row(id).incident()).isFalse();
    // The engine commits after our database.
    await().untilAsserted(() -> assertThat(engine.incidents()).isZero());
    assertThat(PhotoServer.list(photos.json("/activity").get("failed")))
        .noneSatisfy(failed -> assertThat(failed.get("entity_id").asLong()).isEqualTo(id));
  }

  @Test
  @DisplayName(
      "An incident stays visible while the other steps of its photo go on, and does not block them")
  void incidentBesideWork() {
    long id = uploadUnworked("incident.png", 4);
    TaskQueue queue = photos.bean(TaskQueue.class);
    TaskQueue.Task clip =
        queue.fetch(100, List.of(TaskTypes.CLIP_EMBEDDING), Duration.ofSeconds(30)).stream()
            .filter(task -> task.id().equals(task(id, TaskTypes.CLIP_EMBEDDING).id()))
            .findFirst()
            .orElseThrow();
    assertThat(queue.fail(clip, "the disk is full", "trace", false))
        .isEqualTo(TaskQueue.Next.INCIDENT);
    photos.bean(dev.minsight.compute.Jobs.class).gaveUp(clip.jobId(), "the disk is full");
    work();

    JsonNode state =
        photos.awaitState(
            id,
            now ->
                now.path("inference_status").path("face_detection").asText().equals("completed")
                    && now.path("inference_status")
                        .path("dino_embedding")
                        .asText()
                        .equals("completed"));

    assertThat(state.get("overall_status").asText()).isEqualTo("failed");
    assertThat(state.get("error_message").asText()).isEqualTo("the disk is full");
    assertThat(photos.row(id).incident()).isTrue();

    photos.engine().retry(List.of(task(id, TaskTypes.CLIP_EMBEDDING)));
    assertThat(photos.awaitStatus(id, "completed").get("error_message").isNull()).isTrue();
  }

  @Test
  @DisplayName(
      "fault: model file missing. A chosen model that was never installed makes its step wait, and"
          + " says so everywhere; no longer chosen, the photo completes")
  void modelVanishes() throws IOException {
    Path models = Files.createDirectories(photos.home().resolve("models"));
    Path choice = models.resolve("in-use.yaml");
    Files.writeString(choice, "face_detection: yunet-2026may\n");
    try {
      long id = photos.upload("model.png", Pictures.noise("png", 80, 60, 5));

      photos.awaitState(
          id,
          now ->
              now.path("inference_status").path("clip_embedding").asText().equals("completed")
                  && now.path("inference_status")
                      .path("dino_embedding")
                      .asText()
                      .equals("completed"));

      JsonNode state = photos.state(id);
      assertThat(state.get("overall_status").asText()).isIn("queued", "processing");
      assertThat(state.get("inference_status").get("face_detection").asText()).isEqualTo("pending");
      JsonNode activity = photos.json("/activity");
      assertThat(activity.get("waiting"))
          .anySatisfy(
              waits -> {
                assertThat(waits.get("what").asText()).isEqualTo("face_detection");
                assertThat(waits.get("reason").asText()).contains("yunet-2026may");
              });
      JsonNode health = photos.json("/actuator/health");
      assertThat(
              health.get("components").get("models").get("details").get("face_detection").asText())
          .startsWith("waiting: ")
          .contains("yunet-2026may");
      assertThat(tasks(id))
          .singleElement()
          .satisfies(
              task -> {
                assertThat(task.topic()).isEqualTo("face_detection");
                assertThat(task.retries()).isNull();
              });

      Files.delete(choice);

      assertThat(photos.awaitStatus(id, "completed").get("face_count").asInt()).isZero();
    } finally {
      Files.deleteIfExists(choice);
    }
  }

  /** What may become of a model file. */
  enum Harm {
    TAKEN_AWAY("is missing") {
      @Override
      void befall(Path file) throws IOException {
        Files.delete(file);
      }
    },
    CUT_OFF("damaged") {
      @Override
      void befall(Path file) throws IOException {
        Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 1000));
      }
    },
    ONE_BIT_FLIPPED("damaged") {
      @Override
      void befall(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
      }
    };

    private final String reason;

    Harm(String reason) {
      this.reason = reason;
    }

    abstract void befall(Path file) throws IOException;
  }

  @ParameterizedTest
  @EnumSource(Harm.class)
  @DisplayName(
      "fault: model file missing or corrupt (checksum). The step waits and says so, the bundled"
          + " model does not step in; with the file put back the photo completes")
  @Contract("pipeline.md 1 a failing start is retried")
  void realModelHarmed(Harm harm) throws IOException {
    Path real = PhotoServer.sharedModel("face_detection_yunet_2026may.onnx");
    Path models = Files.createDirectories(photos.home().resolve("models"));
    Path installed = Files.copy(real, models.resolve("face_detection_yunet_2026may.onnx"));
    try {
      long before = photos.upload("real.png", Pictures.noise("png", 80, 60, 600 + harm.ordinal()));
      photos.awaitStatus(before, "completed");
      assertThat(job(before, "face_detection").get("model_id").asText()).isEqualTo("yunet-2026may");

      harm.befall(installed);
      long id = photos.upload("gone.png", Pictures.noise("png", 80, 60, 700 + harm.ordinal()));
      photos.awaitState(
          id,
          now -> now.path("inference_status").path("clip_embedding").asText().equals("completed"));
      await()
          .atMost(PhotoServer.LONG)
          .untilAsserted(
              () ->
                  assertThat(photos.bean(LocalWorkers.class).waiting())
                      .hasEntrySatisfying(
                          TaskTypes.FACE_DETECTION,
                          why -> assertThat(why).contains("yunet-2026may", harm.reason)));
      assertThat(photos.state(id).get("overall_status").asText()).isEqualTo("processing");
      assertThat(photos.state(id).get("error_message").isNull()).isTrue();

      Files.copy(real, installed, StandardCopyOption.REPLACE_EXISTING);
      photos.awaitStatus(id, "completed");
      assertThat(job(id, "face_detection").get("model_id").asText()).isEqualTo("yunet-2026may");
      assertThat(job(id, "face_detection").get("attempt").asInt()).isEqualTo(1);
    } finally {
      Files.deleteIfExists(models.resolve("in-use.yaml"));
      Files.deleteIfExists(installed);
    }
  }

  @Test
  @DisplayName(
      "fault: media folder away. Work waits and says so; nothing fails, and it goes on when"
          + " the folder is back")
  void mediaFolderAway() throws IOException {
    long id = uploadUnworked("away.png", 8);
    Path media = photos.home().resolve("media");
    Path away = photos.home().resolve("media-away");
    Files.move(media, away);
    try {
      work();
      await()
          .atMost(PhotoServer.LONG)
          .until(
              () ->
                  photos
                      .bean(LocalWorkers.class)
                      .waiting()
                      .keySet()
                      .containsAll(
                          List.of(
                              TaskTypes.FACE_DETECTION,
                              TaskTypes.FACE_EMBEDDING,
                              TaskTypes.CLIP_EMBEDDING,
                              TaskTypes.DINO_EMBEDDING)));
      assertThat(photos.bean(LocalWorkers.class).waiting())
          .as("what works on uploads goes on")
          .doesNotContainKeys("hash", "exif");
      assertThat(photos.json("/activity").get("waiting"))
          .anySatisfy(
              waits ->
                  assertThat(waits.get("reason").asText()).contains("the media folder is away"));
      assertThat(photos.state(id).get("overall_status").asText()).isIn("queued", "processing");
    } finally {
      Files.move(away, media);
    }

    photos.awaitStatus(id, "completed");
    assertThat(photos.jobs(id))
        .allSatisfy(job -> assertThat(job.get("attempt").asInt()).isEqualTo(1));
  }

  @Test
  @DisplayName(
      "AC-N05 fault: media file missing. The photo is begun all the same, and fails with the reason"
          + " after some tries; with its file back it completes by itself")
  @Contract("pipeline.md 3 missing file")
  void fileMissing() throws IOException {
    long id = uploadUnworked("missing.png", 21);
    Path original = photos.original(id);
    Path aside = Files.move(original, photos.home().resolve("aside.png"));
    work();

    awaitAllFailed(id);

    JsonNode state = photos.state(id);
    assertThat(state.get("overall_status").asText()).isEqualTo("failed");
    assertThat(state.get("error_message").asText()).endsWith("is missing on disk");
    assertThat(failure(id).get("reason").asText()).endsWith("is missing on disk");
    Files.move(aside, original);
    assertThat(photos.awaitStatus(id, "completed").get("error_message").isNull()).isTrue();
  }

  @Test
  @DisplayName(
      "fault: media file swapped under us. The photo fails with the reason, and nothing of it is"
          + " kept; with its own file back it completes by itself")
  @Contract("pipeline.md 3 changed file")
  void fileSwapped() throws IOException {
    long id = uploadUnworked("swapped.png", 22);
    Path original = photos.original(id);
    Path aside = Files.move(original, photos.home().resolve("own.png"));
    Files.write(original, Pictures.plain("png", 90, 60, 0x20c0c0));
    work();

    awaitAllFailed(id);

    assertThat(photos.state(id).get("error_message").asText())
        .contains("was changed on disk")
        .contains("put the original back");
    assertThat(photos.count("embeddings WHERE entity_id = " + id)).isZero();
    Files.move(aside, original, StandardCopyOption.REPLACE_EXISTING);
    photos.awaitStatus(id, "completed");
  }

  private static void awaitAllFailed(long id) {
    photos.awaitState(
        id,
        now ->
            FIRST_STEPS.stream()
                .allMatch(
                    step -> now.path("inference_status").path(step).asText().equals("failed")));
  }

  private static void tryAgain(long id) {
    photos.engine().retry(tasks(id));
  }

  @Test
  @DisplayName(
      "AC-M11 Content replaced while in work: the old process is cancelled, the new content is what"
          + " completes")
  void replacedInWork() {
    long id = uploadUnworked("replaced.png", 9);
    String old = photos.row(id).processId();

    photos.replace(id, Pictures.plain("png", 90, 60, 0x2040c0));

    await().atMost(PhotoServer.LONG).until(() -> photos.row(id).generation() == 2);
    await().atMost(PhotoServer.LONG).until(() -> !photos.engine().processes().contains(old));
    assertThat(photos.jobs(id))
        .filteredOn(job -> job.get("status").asText().equals("failed"))
        .hasSize(3)
        .allSatisfy(job -> assertThat(job.get("error_message").asText()).startsWith("cancelled"));
    work();

    JsonNode state = photos.awaitStatus(id, "completed");
    assertThat(state.get("last_processed_md5").asText())
        .isEqualTo(
            photos
                .jdbc()
                .sql("SELECT md5 FROM entities WHERE id = " + id)
                .query(String.class)
                .single());
    assertThat(photos.count("embeddings WHERE kind = 'clip' AND entity_id = " + id)).isEqualTo(1);
  }

  @Test
  @DisplayName("AC-M11 A worker that was busy with the old content cannot write its result")
  void lateResultOfOldContent() {
    long id = uploadUnworked("late.png", 10);
    TaskQueue queue = photos.bean(TaskQueue.class);
    List<TaskQueue.Task> busy =
        queue.fetch(100, List.of(TaskTypes.CLIP_EMBEDDING), Duration.ofSeconds(60));
    assertThat(busy).hasSize(1);

    photos.replace(id, Pictures.plain("png", 90, 60, 0x20c040));
    await().atMost(PhotoServer.LONG).until(() -> photos.row(id).generation() == 2);
    await().atMost(PhotoServer.LONG).until(() -> !queue.extend(busy.get(0), Duration.ofSeconds(1)));

    assertThat(queue.complete(busy.get(0))).isFalse();
    work();
    photos.awaitStatus(id, "completed");
  }

  @Test
  @DisplayName("A photo deleted in work rests, also past a sweep; AC-M14 restored, it is processed")
  void deletedAndRestored() {
    long id = uploadUnworked("trash.png", 11);

    photos.patch(id, "is_deleted", "true");
    await().atMost(PhotoServer.LONG).until(() -> tasks(id).isEmpty());
    photos.bean(Launcher.class).sweep(photos.bean(Pipeline.class));
    photos.bean(Launcher.class).launch(photos.bean(Pipeline.class));
    assertThat(tasks(id)).isEmpty();
    assertThat(photos.row(id).launchedAt()).isNull();
    work();

    photos.patch(id, "is_deleted", "false");
    assertThat(photos.awaitStatus(id, "completed").get("error_message").isNull()).isTrue();
  }

  @Test
  @DisplayName("A failed photo that is deleted leaves no process behind that waits for a retry")
  void deletedWithIncident() {
    long id = uploadUnworked("trash-incident.png", 12);
    TaskQueue queue = photos.bean(TaskQueue.class);
    TaskQueue.Task clip =
        queue.fetch(100, List.of(TaskTypes.CLIP_EMBEDDING), Duration.ofSeconds(30)).get(0);
    queue.fail(clip, "the disk is full", "trace", false);
    photos.bean(dev.minsight.compute.Jobs.class).gaveUp(clip.jobId(), "the disk is full");
    String process = photos.row(id).processId();

    photos.patch(id, "is_deleted", "true");

    await().atMost(PhotoServer.LONG).until(() -> !photos.engine().processes().contains(process));
    work();
  }

  @Test
  @DisplayName("A process of a content that is gone is found by the sweep and ended")
  void strayProcess() {
    rest();
    Pipeline pipeline = photos.bean(Pipeline.class);
    String stray = pipeline.start(4_000_000, 7, 5, java.util.Map.of());

    await()
        .atMost(PhotoServer.LONG)
        .until(
            () ->
                pipeline.running(0, 1000).stream().noneMatch(run -> run.processId().equals(stray)));
    work();
  }
}
