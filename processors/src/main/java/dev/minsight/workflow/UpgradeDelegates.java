package dev.minsight.workflow;

import dev.minsight.compute.LocalWorkers;
import dev.minsight.compute.TaskTypes;
import dev.minsight.insight.ModelUpgrades;
import dev.minsight.insight.UpgradeSteps;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/** What the service tasks of {@code model-upgrade} call. */
@Component("modelUpgrade")
public class UpgradeDelegates {

  private final UpgradeSteps steps;
  private final ObjectProvider<ModelUpgrades> upgrades;
  private final ObjectProvider<LocalWorkers> workers;

  UpgradeDelegates(
      UpgradeSteps steps,
      ObjectProvider<ModelUpgrades> upgrades,
      ObjectProvider<LocalWorkers> workers) {
    this.steps = steps;
    this.upgrades = upgrades;
    this.workers = workers;
  }

  /**
   * @param execution of the process
   */
  public void described(DelegateExecution execution) {
    String next = steps.described(entity(execution), generation(execution), firstJob(execution));
    execution.setVariable("newFaces", next != null);
    if (next != null) {
      execution.setVariable(EngineTaskQueue.jobVariable(TaskTypes.FACE_EMBEDDING), next);
      workers.ifAvailable(LocalWorkers::wake);
    }
    upgrades.ifAvailable(ModelUpgrades::wake);
  }

  /**
   * @param execution of the process
   */
  public void matchPeople(DelegateExecution execution) {
    steps.facesEmbedded(
        entity(execution),
        generation(execution),
        firstJob(execution),
        (String) execution.getVariable(EngineTaskQueue.jobVariable(TaskTypes.FACE_EMBEDDING)));
    upgrades.ifAvailable(ModelUpgrades::wake);
  }

  /**
   * @param execution of the process
   * @param reason in plain words
   */
  public void failed(DelegateExecution execution, String reason) {
    steps.failed(entity(execution), generation(execution), firstJob(execution), reason);
    upgrades.ifAvailable(ModelUpgrades::wake);
  }

  private static long entity(DelegateExecution execution) {
    return ((Number) execution.getVariable("entityId")).longValue();
  }

  private static int generation(DelegateExecution execution) {
    return ((Number) execution.getVariable("generation")).intValue();
  }

  private static String firstJob(DelegateExecution execution) {
    String task = (String) execution.getVariable("taskType");
    return (String) execution.getVariable(EngineTaskQueue.jobVariable(task));
  }
}
