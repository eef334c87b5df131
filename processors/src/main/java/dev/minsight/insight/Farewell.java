package dev.minsight.insight;

import dev.minsight.compute.Job;
import dev.minsight.compute.JobFolders;
import dev.minsight.compute.Jobs;
import dev.minsight.people.Face;
import dev.minsight.people.Faces;
import dev.minsight.store.EntityDeleted;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * What becomes of everything known of an entity that is deleted for good. Its rows go with the
 * entity's; the rest follows the commit: its process ends, its vectors leave the indexes, its jobs'
 * folders go. After a crash in between, the sweep ends the process and the indexes, which are only
 * caches, are found to differ from the rows.
 */
@Component
class Farewell {

  private static final Logger LOG = LoggerFactory.getLogger(Farewell.class);

  private final IntelligenceTable table;
  private final FaceStep faceStep;
  private final Faces faces;
  private final Jobs jobs;
  private final JobFolders folders;
  private final PictureVectors pictures;
  private final Checkpoints checkpoints;
  private final ObjectProvider<Pipeline> pipeline;

  Farewell(
      IntelligenceTable table,
      FaceStep faceStep,
      Faces faces,
      Jobs jobs,
      JobFolders folders,
      PictureVectors pictures,
      Checkpoints checkpoints,
      ObjectProvider<Pipeline> pipeline) {
    this.table = table;
    this.faceStep = faceStep;
    this.faces = faces;
    this.jobs = jobs;
    this.folders = folders;
    this.pictures = pictures;
    this.checkpoints = checkpoints;
    this.pipeline = pipeline;
  }

  @EventListener
  void deleted(EntityDeleted deleted) {
    table
        .hold(List.of(deleted.entityId()))
        .values()
        .forEach(
            photo -> {
              List<Face> gone = faces.ofEntity(photo.entityId());
              List<Long> vectors = pictures.ids(photo.entityId());
              List<String> work = jobs.ofEntity(photo.entityId()).stream().map(Job::id).toList();
              faceStep.remove(gone);
              afterCommit(() -> leave(photo, gone, vectors, work));
            });
  }

  private static void afterCommit(Runnable work) {
    TransactionSynchronizationManager.registerSynchronization(
        new TransactionSynchronization() {
          @Override
          public void afterCommit() {
            work.run();
          }
        });
  }

  /** The answer to the user does not depend on any of this. */
  private void leave(Intelligence photo, List<Face> gone, List<Long> vectors, List<String> work) {
    checkpoints.reached(Checkpoints.Point.ENTITY_DELETED, photo.entityId());
    attempt(
        photo,
        () -> pipeline.ifAvailable(engine -> engine.cancel(photo.entityId(), photo.generation())));
    checkpoints.reached(Checkpoints.Point.PROCESS_ENDED, photo.entityId());
    attempt(photo, () -> gone.forEach(faceStep::unindex));
    attempt(photo, () -> pictures.unindex(vectors));
    checkpoints.reached(Checkpoints.Point.VECTORS_DELETED, photo.entityId());
    attempt(photo, () -> work.forEach(folders::delete));
  }

  private static void attempt(Intelligence photo, Runnable step) {
    try {
      step.run();
    } catch (RuntimeException e) {
      LOG.warn("Something of deleted entity {} is left over: {}", photo.entityId(), e.toString());
    }
  }
}
