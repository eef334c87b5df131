package dev.minsight.insight;

import dev.minsight.compute.Job;
import dev.minsight.compute.JobFolders;
import dev.minsight.compute.JobGaveUp;
import dev.minsight.compute.JobStatus;
import dev.minsight.compute.Jobs;
import dev.minsight.compute.JobsStarted;
import dev.minsight.compute.TaskTypes;
import dev.minsight.people.Face;
import dev.minsight.people.Faces;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What each end of a step means for the photo. The engine's database and ours commit apart, so
 * every method may be called twice and is then without further effect; a call for a content that is
 * no longer current has none at all.
 */
@Component
public class PhotoSteps {

  private final IntelligenceTable table;
  private final Jobs jobs;
  private final JobFolders folders;
  private final FaceStep faceStep;
  private final FaceCrops crops;
  private final Faces faces;
  private final Embeddings embeddings;
  private final PictureVectors pictures;
  private final PhotoAnnouncer announcer;
  private final Checkpoints checkpoints;
  private final TransactionTemplate write;

  PhotoSteps(
      IntelligenceTable table,
      Jobs jobs,
      JobFolders folders,
      FaceStep faceStep,
      FaceCrops crops,
      Faces faces,
      Embeddings embeddings,
      PictureVectors pictures,
      PhotoAnnouncer announcer,
      Checkpoints checkpoints,
      PlatformTransactionManager transactions) {
    this.table = table;
    this.jobs = jobs;
    this.folders = folders;
    this.faceStep = faceStep;
    this.crops = crops;
    this.faces = faces;
    this.embeddings = embeddings;
    this.pictures = pictures;
    this.announcer = announcer;
    this.checkpoints = checkpoints;
    this.write = new TransactionTemplate(transactions);
  }

  /**
   * Faces were found.
   *
   * @param entityId the photo
   * @param generation its content
   * @param jobId of the detection
   * @return what was saved; nothing for a content that is gone
   */
  public FaceStep.Saved saveFaces(long entityId, int generation, String jobId) {
    return current(entityId, generation)
        .filter(photo -> !dropped(jobId))
        .map(photo -> faceStep.saveFaces(photo, jobId))
        .orElse(new FaceStep.Saved(0, null));
  }

  /**
   * Faces were embedded.
   *
   * @param entityId the photo
   * @param generation its content
   * @param jobId of the embedding
   */
  public void matchPeople(long entityId, int generation, String jobId) {
    current(entityId, generation)
        .filter(photo -> !dropped(jobId))
        .ifPresent(photo -> faceStep.match(photo, jobId));
  }

  /** Whether a job was given up, with its folder, because its content is gone. */
  private boolean dropped(String jobId) {
    return jobs.find(jobId).filter(job -> job.status() != JobStatus.FAILED).isEmpty();
  }

  /**
   * The picture was embedded.
   *
   * @param kind CLIP or DINO
   * @param entityId the photo
   * @param generation its content
   * @param jobId of the embedding
   */
  public void indexPicture(VectorKind kind, long entityId, int generation, String jobId) {
    Intelligence photo = current(entityId, generation).orElse(null);
    if (photo == null || dropped(jobId)) {
      return;
    }
    PictureVectors.Made made = pictures.read(kind, photo, jobId);
    pictures.keep(made, () -> saved(made, jobId));
  }

  private boolean saved(PictureVectors.Made made, String jobId) {
    Intelligence photo = made.of();
    long entityId = photo.entityId();
    return Boolean.TRUE.equals(
        write.execute(
            tx -> {
              if (table.hold(entityId, photo.generation()).isEmpty()) {
                return false;
              }
              pictures.save(made);
              table.step(
                  entityId, Step.of(made.kind().task()).orElseThrow(), Intelligence.COMPLETED);
              jobs.completed(jobId, made.result());
              announcer.tell(entityId);
              return true;
            }));
  }

  /**
   * A step cannot be done, because of the picture itself.
   *
   * @param entityId the photo
   * @param generation its content
   * @param taskType of the step
   * @param jobId of the step
   * @param reason in plain words
   */
  public void failed(long entityId, int generation, String taskType, String jobId, String reason) {
    write.executeWithoutResult(
        tx -> {
          Optional<Intelligence> current = table.hold(entityId, generation);
          jobs.failed(jobId, reason);
          current.ifPresent(
              photo -> {
                noteFailure(entityId, taskType);
                table.overall(
                    entityId,
                    photo.incident() ? Intelligence.FAILED : Intelligence.PROCESSING,
                    reason,
                    photo.incident());
                announcer.tell(entityId);
              });
        });
    checkpoints.reached(Checkpoints.Point.FAILURE_NOTED, entityId);
  }

  /**
   * All steps have ended.
   *
   * @param entityId the photo
   * @param generation its content
   */
  public void conclude(long entityId, int generation) {
    List<Long> vectors = generation > 1 ? pictures.ids(entityId) : List.of();
    boolean current =
        Boolean.TRUE.equals(
            write.execute(tx -> table.hold(entityId, generation).map(this::concluded).isPresent()));
    if (current) {
      // What lies outside the database and belongs to nothing in it.
      crops.tidy(entityId, () -> current(entityId, generation).isPresent());
      pictures.unindex(vectors);
    }
    checkpoints.reached(Checkpoints.Point.CONCLUDED, entityId);
  }

  private Intelligence concluded(Intelligence photo) {
    if (photo.generation() > 1) {
      // A crash may have come between the new content and the removal of what the old one left.
      faceStep.remove(
          faces.ofEntity(photo.entityId()).stream()
              .filter(face -> !face.md5().equals(photo.processingMd5()))
              .toList());
      embeddings.removeOlder(photo.entityId(), photo.processingMd5());
    }
    if (anyFailed(photo)) {
      table.overall(photo.entityId(), Intelligence.FAILED, reason(photo), false);
    } else {
      table.completed(photo.entityId());
    }
    announcer.tell(photo.entityId());
    return photo;
  }

  private boolean anyFailed(Intelligence photo) {
    return failedSteps(photo).findAny().isPresent() || facesFailed(photo);
  }

  private static Stream<Step> failedSteps(Intelligence photo) {
    return Stream.of(Step.values()).filter(step -> photo.status(step).equals(Intelligence.FAILED));
  }

  private boolean facesFailed(Intelligence photo) {
    return photo.faceCount() != null
        && faces.embeddingStatuses(photo.entityId()).contains(Intelligence.FAILED);
  }

  /** Why the first step failed; what was retried since and went well no longer counts. */
  private String reason(Intelligence photo) {
    Map<String, Job> newest = new LinkedHashMap<>();
    jobs.ofEntity(photo.entityId()).stream()
        .filter(job -> job.generation() == photo.generation())
        .forEach(job -> newest.put(job.taskType(), job));
    return newest.values().stream()
        .filter(job -> job.status() == JobStatus.FAILED)
        .map(Job::errorMessage)
        .findFirst()
        .orElse(photo.errorMessage());
  }

  /**
   * Workers began jobs: their steps are in work, and so is the photo, unless another step failed;
   * its reason then stays to be seen.
   */
  @EventListener
  void began(JobsStarted started) {
    Map<Long, List<Job>> byPhoto =
        started.jobs().stream()
            .filter(job -> job.ofPipeline() && job.generation() != null)
            .collect(Collectors.groupingBy(Job::entityId, LinkedHashMap::new, Collectors.toList()));
    table.hold(byPhoto.keySet()).forEach((id, photo) -> began(photo, byPhoto.get(id)));
  }

  private void began(Intelligence photo, List<Job> jobs) {
    List<Job> current =
        jobs.stream().filter(job -> job.generation() == photo.generation()).toList();
    if (current.isEmpty() || photo.launchedAt() == null) {
      return; // its content is gone, or in the trash
    }
    Set<Step> steps =
        current.stream()
            .flatMap(job -> Step.of(job.taskType()).stream())
            .collect(Collectors.toSet());
    boolean embedding =
        current.stream().anyMatch(job -> job.taskType().equals(TaskTypes.FACE_EMBEDDING));
    if (embedding) {
      embedFacesAgain(photo.entityId());
    }
    boolean otherFailed =
        failedSteps(photo).anyMatch(step -> !steps.contains(step))
            || !embedding && facesFailed(photo);
    table.began(photo.entityId(), steps, otherFailed);
    announcer.tell(photo.entityId());
  }

  private void embedFacesAgain(long entityId) {
    faces.ofEntity(entityId).stream()
        .filter(face -> face.embeddingStatus().equals(Intelligence.FAILED))
        .forEach(face -> faces.embedding(face.id(), Intelligence.PENDING));
  }

  /** The tries of a job are used up: the photo counts as failed until somebody retries. */
  @EventListener
  void gaveUp(JobGaveUp gaveUp) {
    Job job = gaveUp.job();
    boolean step = job.ofPipeline() && job.generation() != null;
    if (step && table.hold(job.entityId(), job.generation()).isPresent()) {
      noteFailure(job.entityId(), job.taskType());
      table.overall(job.entityId(), Intelligence.FAILED, job.errorMessage(), true);
      announcer.tell(job.entityId());
    }
  }

  private void noteFailure(long entityId, String taskType) {
    Step.of(taskType)
        .ifPresentOrElse(
            step -> table.step(entityId, step, Intelligence.FAILED),
            () ->
                faces.ofEntity(entityId).stream()
                    .filter(face -> face.embeddingStatus().equals(Intelligence.PENDING))
                    .map(Face::id)
                    .forEach(id -> faces.embedding(id, Intelligence.FAILED)));
  }

  /**
   * The content was replaced or deleted while in work: its open jobs are dropped.
   *
   * @param entityId the photo
   * @param generation the content that is gone
   */
  public void cancelled(long entityId, int generation) {
    jobs.ofEntity(entityId).stream()
        .filter(job -> Objects.equals(job.generation(), generation))
        .forEach(
            job -> {
              if (!job.status().terminal()) {
                jobs.failed(job.id(), "cancelled: the content was replaced or deleted");
              }
              checkpoints.reached(Checkpoints.Point.JOBS_CANCELLED, entityId);
              folders.discard(job.id());
            });
  }

  /** Removes everything known of an entity's content: vectors, faces, crops. */
  void purge(long entityId) {
    List<Face> gone = faces.ofEntity(entityId);
    List<Long> vectors = pictures.ids(entityId);
    write.executeWithoutResult(
        tx -> {
          faceStep.remove(gone);
          embeddings.removeOfEntity(entityId);
        });
    checkpoints.reached(Checkpoints.Point.ROWS_PURGED, entityId);
    gone.forEach(faceStep::forget);
    pictures.unindex(vectors);
  }

  private Optional<Intelligence> current(long entityId, int generation) {
    return table.find(entityId).filter(row -> row.generation() == generation);
  }

  /**
   * @param jobId a job of the API that is done
   */
  public void jobCompleted(String jobId) {
    jobs.completed(jobId, folders.result(jobId));
  }

  /**
   * @param jobId a job of the API that cannot be done
   * @param reason in plain words
   */
  public void jobFailed(String jobId, String reason) {
    jobs.failed(jobId, reason);
  }
}
