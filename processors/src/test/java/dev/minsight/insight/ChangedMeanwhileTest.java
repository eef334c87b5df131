package dev.minsight.insight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.minsight.compute.Assigned;
import dev.minsight.compute.WorkerDesk;
import dev.minsight.insight.Checkpoints.Point;
import dev.minsight.ml.Npy;
import dev.minsight.support.ApiException;
import dev.minsight.support.RetryableException;
import dev.minsight.testing.Contract;
import dev.minsight.testing.Pictures;
import dev.minsight.vectors.VectorIndex;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Photos that are put into the trash, deleted for good or replaced at every point of their process.
 * The test is the only worker; the change happens while it hands in a result, or while it holds a
 * task.
 */
class ChangedMeanwhileTest {

  private static final Traps TRAPS = new Traps();

  private static PhotoServer photos;
  private static HandWorker worker;
  private static int seed;

  /** What happens to the photo. */
  enum Change {
    TRASHED {
      @Override
      void happen(long id) {
        photos.patch(id, "is_deleted", "true");
      }

      @Override
      boolean heard(long id) {
        return photos.row(id).launchedAt() == null || photos.row(id).terminal();
      }
    },
    DELETED {
      @Override
      void happen(long id) {
        photos.delete(id);
      }

      @Override
      boolean heard(long id) {
        return photos.bean(IntelligenceTable.class).find(id).isEmpty();
      }
    },
    REPLACED {
      @Override
      void happen(long id) {
        photos.replace(id, picture());
      }

      @Override
      boolean heard(long id) {
        return photos.row(id).generation() == 2;
      }
    };

    abstract void happen(long id);

    /** Whether the pipeline knows of it. */
    abstract boolean heard(long id);
  }

  /** When it happens. */
  enum Moment {
    /** Nobody has looked at the photo yet. */
    JUST_STORED,
    JOBS_CREATED,
    PROCESS_STARTED,
    /** Nobody works on it yet. */
    WAITING,
    WHILE_DETECTING,
    CROPS_KEPT,
    FACES_SAVED,
    WHILE_EMBEDDING,
    PEOPLE_MATCHED,
    FACES_INDEXED,
    PICTURE_SAVED,
    PICTURE_INDEXED,
    FAILURE_NOTED,
    CONCLUDED,
    /** All is done. */
    DONE;

    Point point() {
      return Point.valueOf(name());
    }
  }

  @BeforeAll
  static void changeAtEveryPoint(@TempDir Path home) {
    photos =
        PhotoServer.start(
            home,
            context ->
                context.registerBean(
                    "traps", Checkpoints.class, () -> TRAPS, bean -> bean.setPrimary(true)),
            "minsight.roles=auth,store,compute,insight",
            "minsight.pipeline.sweep-every=1s");
    worker = new HandWorker(photos);
  }

  @AfterAll
  static void stop() {
    photos.close();
  }

  private static byte[] picture() {
    seed++;
    return Pictures.plain("png", 320, 240, 9000 + seed);
  }

  private static long upload() {
    return photos.upload("changed-" + seed + ".png", picture());
  }

  @ParameterizedTest
  @EnumSource(Change.class)
  @DisplayName(
      "AC-M11, AC-M14 fault: entity deleted (or trashed, or replaced) at every point of its process."
          + " It leaves nothing; restored or with its new content it is completed")
  @Contract({
    "pipeline.md 2 md5 changed while jobs run",
    "pipeline.md 2 soft delete",
    "pipeline.md 2 hard delete",
    "pipeline.md 2 restore",
    "pipeline.md 4 safety check",
    "pipeline.md 8 soft delete",
    "pipeline.md 8 Do hard delete",
    "pipeline.md 8 Do image replaced"
  })
  void changed(Change change) {
    Map<Moment, Long> ids = new EnumMap<>(Moment.class);
    for (Moment moment : Moment.values()) {
      ids.put(moment, changedAt(change, moment));
    }
    ids.forEach(
        (moment, id) ->
            await(moment + ": the pipeline hears of it")
                .atMost(PhotoServer.LONG)
                .until(
                    () ->
                        moment == Moment.JUST_STORED || moment == Moment.DONE || change.heard(id)));

    if (change == Change.TRASHED) {
      await("nothing runs for what is in the trash")
          .atMost(PhotoServer.LONG)
          .until(() -> photos.bean(Pipeline.class).running(0, 1).isEmpty());
      assertThat(photos.count("jobs WHERE status IN ('queued', 'processing')")).isZero();
      ids.values().forEach(id -> photos.patch(id, "is_deleted", "false"));
    }
    worker.workOff();

    Equation.Ended ended = new Equation(photos).assertHolds();
    assertThat(ended.failed()).isZero();
    for (Map.Entry<Moment, Long> photo : ids.entrySet()) {
      if (change == Change.DELETED) {
        assertThat(photos.bean(IntelligenceTable.class).find(photo.getValue())).isEmpty();
      } else {
        assertThat(photos.row(photo.getValue()).overallStatus())
            .as(photo.getKey().name())
            .isEqualTo("completed");
      }
    }
  }

  @Test
  @DisplayName("When the vectors cannot be indexed, the job stays open and is reported once more")
  @Contract("pipeline.md 9 vector store down")
  void indexIsAway() {
    long id = upload();
    Assigned clip = worker.take(id, "clip_embedding");
    TRAPS.set(
        Point.PICTURE_SAVED,
        id,
        hit -> {
          throw new RetryableException("the index is away");
        });
    Map<String, byte[]> vector =
        Map.of("output/clip_embedding.npy", Npy.write(HandWorker.unit(512, id)));

    assertThatThrownBy(() -> worker.handIn(clip, HandWorker.CLIP, Map.of(), vector))
        .hasStackTraceContaining("the index is away");
    assertThat(photos.bean(VectorIndex.class).vector(VectorKind.CLIP.collection(), id)).isEmpty();
    worker.handIn(clip, HandWorker.CLIP, Map.of(), vector);

    assertThat(photos.bean(VectorIndex.class).vector(VectorKind.CLIP.collection(), id)).isPresent();
    worker.workOff();
    new Equation(photos).assertHolds();
  }

  private static long changedAt(Change change, Moment moment) {
    return switch (moment) {
      case JUST_STORED -> {
        long id = upload();
        change.happen(id);
        yield id;
      }
      case JOBS_CREATED, PROCESS_STARTED -> {
        // In the thread that reconciles: it hears of the change afterwards.
        await().atMost(PhotoServer.LONG).until(ChangedMeanwhileTest::nobodyIsNext);
        List<Long> hit = new ArrayList<>();
        TRAPS.set(
            moment.point(),
            Traps.ANY,
            id -> {
              change.happen(id);
              hit.add(id);
            });
        long id = upload();
        await().atMost(PhotoServer.LONG).until(() -> !hit.isEmpty());
        assertThat(hit).containsExactly(id);
        yield id;
      }
      case WAITING -> {
        long id = upload();
        await()
            .atMost(PhotoServer.LONG)
            .until(() -> photos.count("jobs WHERE entity_id = " + id) == 3);
        change.happen(id);
        yield id;
      }
      case WHILE_DETECTING -> {
        long id = upload();
        Assigned detection = worker.take(id, "face_detection");
        happenAndBeHeard(change, id);
        late(
            () ->
                worker.handIn(
                    detection, HandWorker.DETECTOR, Map.of("faces", List.of()), Map.of()));
        yield id;
      }
      case WHILE_EMBEDDING -> {
        long id = upload();
        worker.firstSteps(id, 2);
        Assigned embedding = worker.take(id, "face_embedding");
        happenAndBeHeard(change, id);
        late(() -> worker.handIn(embedding, HandWorker.FACES, Map.of(), Map.of()));
        yield id;
      }
      case DONE -> {
        long id = upload();
        worker.firstSteps(id, 1);
        worker.embed(id, HandWorker.unit(128, id));
        photos.awaitStatus(id, "completed");
        change.happen(id);
        yield id;
      }
      default -> {
        long id = upload();
        before(moment, id);
        TRAPS.set(moment.point(), id, hit -> happenAndBeHeard(change, hit));
        late(() -> upTo(moment, id));
        assertThat(TRAPS.sprung(moment.point(), id)).as(moment.name()).isTrue();
        yield id;
      }
    };
  }

  private static boolean nobodyIsNext() {
    return photos.bean(Reconcile.class).pending().empty()
        && photos.bean(IntelligenceTable.class).waiting(false, 1).isEmpty();
  }

  private static void before(Moment moment, long id) {
    switch (moment) {
      case PEOPLE_MATCHED, FACES_INDEXED -> worker.firstSteps(id, 2);
      case CONCLUDED -> {
        worker.clip(id, HandWorker.unit(512, id));
        worker.dino(id, HandWorker.unit(384, id));
      }
      default -> {
        // nothing has to be there
      }
    }
  }

  /** Hands in the result whose keeping passes the point. */
  private static void upTo(Moment moment, long id) {
    switch (moment) {
      case CROPS_KEPT, FACES_SAVED -> worker.detect(id, 2);
      case PEOPLE_MATCHED, FACES_INDEXED ->
          worker.embed(id, HandWorker.unit(128, id), HandWorker.unit(128, -id));
      case PICTURE_SAVED -> worker.clip(id, HandWorker.unit(512, id));
      case PICTURE_INDEXED -> worker.dino(id, HandWorker.unit(384, id));
      case FAILURE_NOTED ->
          worker.fail(
              worker.take(id, "clip_embedding"), WorkerDesk.Outcome.UNPROCESSABLE, "all fog");
      case CONCLUDED -> worker.detect(id, 0);
      default -> throw new IllegalArgumentException(moment + " has no checkpoint of a step");
    }
  }

  private static void happenAndBeHeard(Change change, long id) {
    change.happen(id);
    await().atMost(PhotoServer.LONG).until(() -> change.heard(id));
  }

  /** What comes too late is refused, or of no use. */
  private static void late(Runnable handIn) {
    try {
      handIn.run();
    } catch (ApiException e) {
      assertThat(e.status()).as(e.getMessage()).isIn(409, 422);
    }
  }
}
