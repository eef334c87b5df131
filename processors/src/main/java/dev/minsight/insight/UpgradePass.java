package dev.minsight.insight;

import dev.minsight.compute.Job;
import dev.minsight.compute.JobFolders;
import dev.minsight.compute.JobStatus;
import dev.minsight.compute.Jobs;
import dev.minsight.compute.NewJob;
import dev.minsight.ml.ModelSpec;
import dev.minsight.ml.ModelStore;
import dev.minsight.ml.ModelTask;
import dev.minsight.ml.ServingModel;
import dev.minsight.people.Face;
import dev.minsight.people.Faces;
import dev.minsight.people.Persons;
import dev.minsight.store.MediaFiles;
import dev.minsight.support.MinsightProperties;
import dev.minsight.support.Turns;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * One look at the upgrade of one task: clears away what gave up, starts more photos, and lets the
 * new model take over when none is left.
 */
@Component
class UpgradePass {

  private static final Logger LOG = LoggerFactory.getLogger(UpgradePass.class);

  /** Whoever waits for a photo goes first. */
  private static final int PRIORITY = 10;

  private final UpgradeTable table;
  private final UpgradeRuns runs;
  private final UpgradeSteps steps;
  private final IntelligenceTable photos;
  private final Jobs jobs;
  private final JobFolders folders;
  private final Faces faces;
  private final Qualification qualification;
  private final PictureVectors pictures;
  private final VectorCollections collections;
  private final ModelStore store;
  private final MediaFiles media;
  private final Pauses pauses;
  private final Turns turns;
  private final TransactionTemplate write;
  private final Path mediaFolder;
  private final int maxInFlight;

  UpgradePass(
      UpgradeTable table,
      UpgradeRuns runs,
      UpgradeSteps steps,
      IntelligenceTable photos,
      Jobs jobs,
      JobFolders folders,
      Faces faces,
      Qualification qualification,
      PictureVectors pictures,
      VectorCollections collections,
      ModelStore store,
      MediaFiles media,
      Pauses pauses,
      Turns turns,
      PlatformTransactionManager transactions,
      MinsightProperties settings) {
    this.table = table;
    this.runs = runs;
    this.steps = steps;
    this.photos = photos;
    this.jobs = jobs;
    this.folders = folders;
    this.faces = faces;
    this.qualification = qualification;
    this.pictures = pictures;
    this.collections = collections;
    this.store = store;
    this.media = media;
    this.pauses = pauses;
    this.turns = turns;
    this.write = new TransactionTemplate(transactions);
    this.mediaFolder = settings.home().resolve("media");
    this.maxInFlight = settings.models().upgradeInFlight();
  }

  /**
   * Goes on with the upgrade of a task.
   *
   * @param task see {@link ModelTask}
   * @param state where it stands
   * @param from model that serves until all is done; null when the target does already
   */
  void goOn(String task, UpgradeState state, String from) {
    ModelSpec target = state.target();
    String waits = waits(task, target);
    state.reason(waits);
    Set<Long> inWork = settle(task, state, waits == null);
    if (waits == null) {
      int places = maxInFlight - inWork.size();
      boolean more = places > 0 && launch(task, state, inWork, places);
      if (!more && inWork.isEmpty() && state.cursor() == 0) {
        finish(task, state, from);
      }
    }
    state.count(table);
  }

  /** Why nothing can be described now, or null. */
  private String waits(String task, ModelSpec target) {
    Optional<Pauses.Pause> pause = pauses.current();
    if (pause.isPresent()) {
      return "new work is paused by " + pause.get().owner();
    }
    if (store.state(target) instanceof ServingModel.Waiting waiting) {
      return waiting.reason();
    }
    if (store.serving(task) instanceof ServingModel.Waiting waiting) {
      return waiting.reason()
          + "; or do without it: minsight models use --now "
          + task
          + "="
          + target.id();
    }
    return media.available() ? null : "the media folder is away";
  }

  /** Ends what gave up or is for another model, and says which photos are in work. */
  private Set<Long> settle(String task, UpgradeState state, boolean able) {
    List<UpgradeRuns.Run> open = new ArrayList<>(runs.running(task));
    open.removeIf(run -> settled(run, state, able));
    return open.stream().map(UpgradeRuns.Run::entityId).collect(Collectors.toSet());
  }

  private boolean settled(UpgradeRuns.Run run, UpgradeState state, boolean able) {
    Job first = jobs.find(run.jobId()).orElse(null);
    if (first == null) {
      runs.cancel(run);
      return true;
    }
    if (!state.target().id().equals(first.upgradeTo())) {
      runs.cancel(run);
      openJobs(run, first).forEach(job -> jobs.failed(job.id(), "another model is to be used now"));
      leave(run, first);
      return true;
    }
    Optional<Job> gaveUp =
        jobsOf(run, first).stream().filter(job -> job.status() == JobStatus.FAILED).findFirst();
    if (gaveUp.isEmpty()) {
      return false;
    }
    runs.cancel(run);
    leave(run, first);
    // Else it may be the model's fault, whose file was away a moment ago: the photo is tried again.
    if (able && state.failedBefore(run.entityId())) {
      photos
          .find(run.entityId())
          .ifPresent(
              photo ->
                  steps.failed(
                      run.entityId(), photo.generation(), first.id(), gaveUp.get().errorMessage()));
    }
    return true;
  }

  /** What was worked out counts for nothing. */
  private void leave(UpgradeRuns.Run run, Job first) {
    jobsOf(run, first).forEach(job -> folders.discard(job.id()));
  }

  /** The first job and, after a new detection, the one that embeds what it found. */
  private List<Job> jobsOf(UpgradeRuns.Run run, Job first) {
    return first.taskType().equals(ModelTask.FACE_DETECTION)
        ? jobs.ofEntity(run.entityId()).stream()
            .filter(job -> job.generation() == null && job.createdAt() >= first.createdAt())
            .filter(job -> job.upgradeTo() == null || job.id().equals(first.id()))
            .toList()
        : List.of(first);
  }

  private List<Job> openJobs(UpgradeRuns.Run run, Job first) {
    return jobsOf(run, first).stream().filter(job -> !job.status().terminal()).toList();
  }

  /**
   * Starts photos that are not in work.
   *
   * @return whether there may be more
   */
  private boolean launch(String task, UpgradeState state, Set<Long> inWork, int places) {
    String model = state.target().id();
    // Those in work are still missing, and may fill the window.
    List<UpgradeTable.Missing> window =
        table.missing(task, model, state.cursor(), places + inWork.size());
    for (UpgradeTable.Missing photo : window) {
      state.cursor(photo.entityId());
      if (!inWork.contains(photo.entityId())) {
        begin(task, model, photo);
        inWork.add(photo.entityId());
      }
    }
    if (window.isEmpty()) {
      boolean round = state.cursor() > 0;
      state.cursor(0);
      return round;
    }
    return true;
  }

  private void begin(String task, String model, UpgradeTable.Missing photo) {
    Map<String, Object> params = params(task, photo);
    params.put(Job.MODEL, model);
    NewJob job = new NewJob(task, photo.entityId(), null, PRIORITY, params, null);
    String id = Objects.requireNonNull(write.execute(tx -> jobs.create(job)));
    Optional<String> lost = lost(params);
    if (lost.isPresent()) {
      steps.failed(
          photo.entityId(),
          photo.generation(),
          id,
          "the file " + lost.get() + " is missing on disk");
      return;
    }
    runs.start(new UpgradeRuns.Order(task, photo.entityId(), photo.generation(), id, PRIORITY));
  }

  private Map<String, Object> params(String task, UpgradeTable.Missing photo) {
    return task.equals(ModelTask.FACE_EMBEDDING)
        ? new LinkedHashMap<>(Map.of("faces", crops(photo)))
        : qualification.params(photo.type(), photo.filePath(), pictures.frames(photo.entityId()));
  }

  private List<String> crops(UpgradeTable.Missing photo) {
    return faces.ofEntity(photo.entityId()).stream()
        .filter(face -> face.md5().equals(photo.md5()))
        .map(Face::filePath)
        .toList();
  }

  /** A missing file would hold up a place for the whole schedule of retries. */
  private Optional<String> lost(Map<String, Object> params) {
    List<?> files = params.get("faces") instanceof List<?> crops ? crops : List.of();
    List<Object> all = new ArrayList<>(files);
    Optional.ofNullable(params.get("media")).ifPresent(all::add);
    return all.stream()
        .map(String::valueOf)
        .filter(file -> !Files.isRegularFile(mediaFolder.resolve(file)))
        .findFirst();
  }

  /**
   * Nothing is missing: the new model takes over. Asked once more within the turn of those who save
   * vectors, so a photo that was done by the former model in between is not left behind.
   */
  private void finish(String task, UpgradeState state, String from) {
    ModelSpec target = state.target();
    state.changed();
    if (from == null) {
      state.unsure(false);
      return;
    }
    VectorKind kind = VectorKind.of(task).orElseThrow();
    boolean done =
        collections.exchange(
            kind,
            target,
            () ->
                Boolean.TRUE.equals(
                    write.execute(
                        tx -> {
                          turns.take(Persons.TURN);
                          return !table.anyMissing(task, target.id()) && use(target);
                        })));
    if (done) {
      LOG.info("{} is served by {} from now on, no longer by {}", task, target.id(), from);
    }
  }

  /** Within the transaction, short as it is: whoever writes after it finds the new choice. */
  private boolean use(ModelSpec target) {
    try {
      store.use(target.id());
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException("the choice of models cannot be written", e);
    }
  }
}
