package dev.minsight.app;

import dev.minsight.compute.LocalWorkers;
import dev.minsight.ml.VisionModels;
import dev.minsight.support.MinsightProperties;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;

/** Tells the person who started a worker what it does and for whom. */
class WorkerReadyMessage {

  private final MinsightProperties settings;
  private final LocalWorkers workers;
  private final VisionModels models;

  WorkerReadyMessage(MinsightProperties settings, LocalWorkers workers, VisionModels models) {
    this.settings = settings;
    this.workers = workers;
    this.models = models;
  }

  @EventListener(ApplicationReadyEvent.class)
  void started() {
    System.out.printf(
        "Worker %s works for %s%n", settings.worker().id(), settings.worker().server());
    System.out.printf("  Tasks    %s%n", String.join(", ", workers.taskTypes()));
    workers
        .waiting()
        .forEach((task, reason) -> System.out.printf("  %s waits: %s%n", task, reason));
    System.out.println("  Ctrl-C stops it; what it is at is finished first.");
    System.out.flush();
    models.warmUp();
  }
}
