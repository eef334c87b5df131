package dev.minsight.insight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.minsight.compute.Assigned;
import dev.minsight.compute.WorkerDesk;
import dev.minsight.insight.Checkpoints.Point;
import dev.minsight.testing.Contract;
import dev.minsight.testing.Pictures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A server dies at every point between two writes of the pipeline, each time over another photo,
 * and is started again. Its first life has no worker but the test; the second has its own.
 */
class CrashPointsTest {

  private static final Set<Point> DELETIONS =
      EnumSet.of(Point.ENTITY_DELETED, Point.PROCESS_ENDED, Point.VECTORS_DELETED);

  private static final Map<Point, Long> CRASHED = new EnumMap<>(Point.class);
  private static final Traps TRAPS = new Traps();

  private static PhotoServer photos;
  private static HandWorker worker;
  private static long damaged;
  private static long faceless;
  private static int seed;

  /** What kills the thread it is thrown in. */
  private static final class Crash extends Error {

    private static final long serialVersionUID = 1;

    Crash(Point point) {
      super("the test crashes at " + point, null, false, false);
    }
  }

  @BeforeAll
  static void crashEverywhere(@TempDir Path home) throws IOException {
    photos =
        PhotoServer.start(
            home,
            context ->
                context.registerBean(
                    "traps", Checkpoints.class, () -> TRAPS, bean -> bean.setPrimary(true)),
            "minsight.roles=auth,store,compute,insight");
    worker = new HandWorker(photos);
    crashInSteps();
    crashInDeletions();
    crashInReconcile();
    damageOne();
    worker.die();
    photos.close();
    ageFolders(home.resolve("compute/jobs"));

    photos = PhotoServer.start(home);
    await().atMost(PhotoServer.LONG).until(new Equation(photos)::rests);
  }

  @AfterAll
  static void stop() {
    photos.close();
  }

  private static long upload() {
    seed++;
    return photos.upload("crash-" + seed + ".png", Pictures.plain("png", 320, 240, 7000 + seed));
  }

  private static byte[] another() {
    seed++;
    return Pictures.plain("png", 320, 240, 7000 + seed);
  }

  /** Crashes once while something is done with a photo; what the caller hears is of no use. */
  private static void crash(Point point, long id, Runnable work) {
    TRAPS.set(
        point,
        id,
        hit -> {
          CRASHED.put(point, hit);
          throw new Crash(point);
        });
    try {
      work.run();
    } catch (RuntimeException | Error e) {
      assertThat(TRAPS.sprung(point, id)).as("%s before %s", e, point).isTrue();
    }
    await(point.name())
        .dontCatchUncaughtExceptions() // the crash itself, in a thread of the server
        .atMost(PhotoServer.LONG)
        .until(() -> TRAPS.sprung(point, id));
  }

  private static void crashInSteps() {
    for (Point point : List.of(Point.CROPS_KEPT, Point.FACES_SAVED)) {
      long id = upload();
      crash(point, id, () -> worker.detect(id, 2));
    }
    for (Point point : List.of(Point.PEOPLE_MATCHED, Point.FACES_INDEXED)) {
      long id = upload();
      worker.firstSteps(id, 1);
      crash(point, id, () -> worker.embed(id, HandWorker.unit(128, id)));
    }
    for (Point point : List.of(Point.PICTURE_SAVED, Point.PICTURE_INDEXED)) {
      long id = upload();
      crash(point, id, () -> worker.clip(id, HandWorker.unit(512, id)));
    }
    long failing = upload();
    Assigned clip = worker.take(failing, "clip_embedding");
    crash(
        Point.FAILURE_NOTED,
        failing,
        () -> worker.fail(clip, WorkerDesk.Outcome.UNPROCESSABLE, "not to be understood"));
    long last = upload();
    crash(Point.CONCLUDED, last, () -> worker.firstSteps(last, 0));
  }

  private static void crashInDeletions() {
    faceless = completed(2);
    crash(
        Point.FACE_DELETED,
        faceless,
        () -> photos.http().delete(photos.http().store("/faces/" + faceless * 10_000), null));
    for (Point point : DELETIONS) {
      long id = upload();
      worker.clip(id, HandWorker.unit(512, id));
      worker.take(id, "dino_embedding");
      worker.detect(id, 1);
      crash(
          point,
          id,
          () -> {
            photos.patch(id, "is_deleted", "true");
            photos.http().delete(photos.http().store("/entities/" + id), null);
          });
    }
  }

  /** Each of these ends the only thread that reconciles. */
  private static void crashInReconcile() {
    for (Point point : List.of(Point.REPLACEMENT_NOTED, Point.ROWS_PURGED)) {
      long id = completed(2);
      crash(point, id, () -> photos.replace(id, another()));
      reconcileAgain();
    }
    long inWork = upload();
    worker.clip(inWork, HandWorker.unit(512, inWork));
    worker.take(inWork, "dino_embedding");
    crash(Point.JOBS_CANCELLED, inWork, () -> photos.replace(inWork, another()));
    reconcileAgain();
    crash(Point.JOBS_CREATED, Traps.ANY, CrashPointsTest::upload);
    reconcileAgain();
    await()
        .atMost(PhotoServer.LONG)
        .until(() -> photos.row(CRASHED.get(Point.JOBS_CREATED)).processId() != null);
    crash(Point.PROCESS_STARTED, Traps.ANY, CrashPointsTest::upload);
  }

  private static void reconcileAgain() {
    ReconcileTrigger trigger = photos.bean(ReconcileTrigger.class);
    trigger.stop();
    trigger.start();
  }

  private static long completed(int faces) {
    long id = upload();
    worker.firstSteps(id, faces);
    float[][] vectors = new float[faces][];
    for (int i = 0; i < faces; i++) {
      vectors[i] = HandWorker.unit(128, id * 10 + i);
    }
    worker.embed(id, vectors);
    photos.awaitStatus(id, "completed");
    return id;
  }

  /** One input that can only fail; nobody reconciles any more, so it is untouched. */
  private static void damageOne() throws IOException {
    damaged = upload();
    byte[] bytes = Files.readAllBytes(photos.original(damaged));
    Arrays.fill(bytes, 60, bytes.length, (byte) 7);
    Files.write(photos.original(damaged), bytes);
  }

  /**
   * A server takes the folders for left over that are older than its process, which goes on here.
   */
  private static void ageFolders(Path folders) throws IOException {
    try (Stream<Path> left = Files.list(folders)) {
      for (Path folder : left.toList()) {
        Files.setLastModifiedTime(folder, FileTime.fromMillis(0));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Point.class)
  @DisplayName(
      "AC-M13 After a crash at any point the photo is completed, or gone if it was deleted")
  @Contract({
    "pipeline.md 9 worker crash",
    "pipeline.md 1 outstanding jobs",
    "pipeline.md 8 Do hard delete"
  })
  void afterCrash(Point point) {
    long id = CRASHED.get(point);

    if (DELETIONS.contains(point)) {
      assertThat(photos.get("/entities/" + id).statusCode()).isEqualTo(404);
      assertThat(photos.count("jobs WHERE entity_id = " + id)).isZero();
    } else {
      assertThat(photos.state(id).get("overall_status").asText()).isEqualTo("completed");
      assertThat(photos.state(id).get("active_jobs")).isEmpty();
    }
  }

  @Test
  @DisplayName(
      "After a crash at every point: inputs are completed or failed with a reason, each content has"
          + " one result a step, and nothing is left over")
  @Contract({
    "pipeline.md 9 worker crash",
    "pipeline.md 8 Do hard delete",
    "pipeline.md 8 Do image replaced"
  })
  void equation() {
    Equation.Ended ended = new Equation(photos).assertHolds();

    assertThat(ended.failed()).as("the damaged one").isEqualTo(1);
    assertThat(photos.state(damaged).get("error_message").asText()).isNotBlank();
    assertThat(ended.completed()).isEqualTo(Point.values().length - DELETIONS.size());
  }

  @Test
  @DisplayName("A face whose deletion was broken off is gone, the other one stays")
  void brokenOffFaceDeletion() {
    assertThat(photos.faces(faceless))
        .extracting(face -> face.get("id").asLong())
        .containsExactly(faceless * 10_000 + 1);
    assertThat(photos.state(faceless).get("face_count").asInt()).isEqualTo(1);
    assertThat(photos.home().resolve("media/faces/" + faceless + "/0.png")).doesNotExist();
  }
}
