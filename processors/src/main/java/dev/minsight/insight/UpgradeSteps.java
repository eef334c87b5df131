package dev.minsight.insight;

import dev.minsight.compute.Job;
import dev.minsight.compute.JobFolders;
import dev.minsight.compute.JobResult;
import dev.minsight.compute.Jobs;
import dev.minsight.ml.ModelTask;
import dev.minsight.people.Face;
import dev.minsight.people.Faces;
import java.util.Optional;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What each end of a step of a model upgrade means. As with {@link PhotoSteps}, every method may be
 * called twice, and does nothing for a content that is gone. The photo's own state is not touched:
 * it was done, and stays so.
 */
@Component
public class UpgradeSteps {

  private static final String GONE = "cancelled: the content was replaced or deleted";

  private final IntelligenceTable table;
  private final UpgradeTable upgrades;
  private final Jobs jobs;
  private final JobFolders folders;
  private final FaceStep faceStep;
  private final Faces faces;
  private final Embeddings embeddings;
  private final PictureVectors pictures;
  private final PhotoAnnouncer announcer;
  private final TransactionTemplate write;

  UpgradeSteps(
      IntelligenceTable table,
      UpgradeTable upgrades,
      Jobs jobs,
      JobFolders folders,
      FaceStep faceStep,
      Faces faces,
      Embeddings embeddings,
      PictureVectors pictures,
      PhotoAnnouncer announcer,
      PlatformTransactionManager transactions) {
    this.table = table;
    this.upgrades = upgrades;
    this.jobs = jobs;
    this.folders = folders;
    this.faceStep = faceStep;
    this.faces = faces;
    this.embeddings = embeddings;
    this.pictures = pictures;
    this.announcer = announcer;
    this.write = new TransactionTemplate(transactions);
  }

  /**
   * A photo was described by the model of its job.
   *
   * @param entityId the photo
   * @param generation its content
   * @param jobId the job
   * @return the job that embeds the faces that were found, or null
   */
  public String described(long entityId, int generation, String jobId) {
    Job job = jobs.find(jobId).orElse(null);
    Intelligence photo = current(entityId, generation).orElse(null);
    if (job == null || photo == null) {
      jobs.failed(jobId, GONE);
      return null;
    }
    JobResult result = folders.result(jobId);
    if (!result.modelId().equals(job.upgradeTo())) {
      throw new IllegalStateException(
          "job " + jobId + " was done by " + result.modelId() + ", not by " + job.upgradeTo());
    }
    switch (job.taskType()) {
      case ModelTask.FACE_DETECTION -> {
        FaceStep.Saved saved = faceStep.saveFaces(photo, jobId);
        if (saved.jobId() == null) {
          looked(entityId, result.modelId());
        }
        return saved.jobId();
      }
      case ModelTask.FACE_EMBEDDING -> faceStep.describedAgain(photo, jobId);
      default -> index(VectorKind.of(job.taskType()).orElseThrow(), photo, jobId);
    }
    return null;
  }

  private void index(VectorKind kind, Intelligence photo, String jobId) {
    PictureVectors.Made made = pictures.read(kind, photo, jobId);
    pictures.keep(made, () -> saved(made, jobId));
  }

  private boolean saved(PictureVectors.Made made, String jobId) {
    Intelligence photo = made.of();
    return Boolean.TRUE.equals(
        write.execute(
            tx -> {
              boolean current = table.hold(photo.entityId(), photo.generation()).isPresent();
              if (current) {
                pictures.save(made);
              }
              jobs.completed(jobId, made.result());
              return current;
            }));
  }

  /**
   * The faces that a new detector found were embedded by the model in use.
   *
   * @param entityId the photo
   * @param generation its content
   * @param detectionJobId the job that found them
   * @param jobId the job that embedded them
   */
  public void facesEmbedded(long entityId, int generation, String detectionJobId, String jobId) {
    Intelligence photo = current(entityId, generation).orElse(null);
    Job detection = jobs.find(detectionJobId).orElse(null);
    if (photo == null || detection == null || jobs.find(jobId).isEmpty()) {
      jobs.failed(jobId, GONE);
      return;
    }
    faceStep.match(photo, jobId);
    String embedder = folders.result(jobId).modelId();
    write.executeWithoutResult(
        tx -> {
          embeddings.removeOtherFaceVectors(entityId, embedder);
          table.detector(entityId, detection.upgradeTo());
        });
  }

  private void looked(long entityId, String detector) {
    write.executeWithoutResult(tx -> table.detector(entityId, detector));
  }

  /**
   * A photo cannot be described by the model: the upgrade goes on without it.
   *
   * @param entityId the photo
   * @param generation its content
   * @param detectionOrOnlyJobId the first job of the photo's process
   * @param reason in plain words
   */
  public void failed(long entityId, int generation, String detectionOrOnlyJobId, String reason) {
    Job job = jobs.find(detectionOrOnlyJobId).orElse(null);
    if (job == null) {
      return;
    }
    write.executeWithoutResult(
        tx -> {
          jobs.failed(job.id(), reason);
          table
              .hold(entityId, generation)
              .ifPresent(
                  photo -> {
                    upgrades.failed(
                        job.taskType(), job.upgradeTo(), entityId, photo.processingMd5(), reason);
                    if (job.taskType().equals(ModelTask.FACE_DETECTION)) {
                      giveUpFaces(entityId);
                    }
                  });
        });
  }

  /** Faces that a new detector found and nobody could embed. */
  private void giveUpFaces(long entityId) {
    boolean any = false;
    for (Face face : faces.ofEntity(entityId)) {
      if (face.embeddingStatus().equals(Intelligence.PENDING)) {
        faces.embedding(face.id(), Intelligence.FAILED);
        any = true;
      }
    }
    if (any) {
      announcer.tell(entityId);
    }
  }

  private Optional<Intelligence> current(long entityId, int generation) {
    return table.find(entityId).filter(row -> row.generation() == generation);
  }
}
