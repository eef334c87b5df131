package dev.minsight.workflow;

import dev.minsight.insight.Launcher;
import dev.minsight.insight.Pipeline;
import dev.minsight.insight.Reconcile;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.springframework.stereotype.Component;

/** What the service tasks of {@code reconcile} call. */
@Component("reconcileSteps")
public class ReconcileSteps {

  private final Reconcile reconcile;
  private final Launcher launcher;
  private final Pipeline pipeline;

  ReconcileSteps(Reconcile reconcile, Launcher launcher, Pipeline pipeline) {
    this.reconcile = reconcile;
    this.launcher = launcher;
    this.pipeline = pipeline;
  }

  /**
   * @param execution of the process
   */
  public void readChanges(DelegateExecution execution) {
    Reconcile.Window window = reconcile.next();
    window.gone().forEach(gone -> pipeline.cancel(gone.entityId(), gone.generation()));
    execution.setVariable("from", window.from());
    execution.setVariable("upTo", window.to());
    execution.setVariable("queued", window.queued());
  }

  /**
   * @param execution of the process
   */
  public void startPhotos(DelegateExecution execution) {
    execution.setVariable("started", launcher.launch(pipeline));
  }
}
