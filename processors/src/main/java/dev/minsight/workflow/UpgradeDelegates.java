package dev.minsight.workflow;

import dev.minsight.compute.TaskTypes;
import dev.minsight.insight.UpgradeSteps;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.springframework.stereotype.Component;

/** What the service tasks of {@code model-upgrade} call. */
@Component("modelUpgrade")
public class UpgradeDelegates {

  private final UpgradeSteps steps;
  private final Nudges nudges;

  UpgradeDelegates(UpgradeSteps steps, Nudges nudges) {
    this.steps = steps;
    this.nudges = nudges;
  }

  /**
   * @param execution of the process
   */
  public void described(DelegateExecution execution) {
    String next = steps.described(entity(execution), generation(execution), firstJob(execution));
    execution.setVariable("newFaces", next != null);
    if (next != null) {
      execution.setVariable(EngineTaskQueue.jobVariable(TaskTypes.FACE_EMBEDDING), next);
      nudges.workers();
    }
    nudges.upgrades();
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
    nudges.upgrades();
  }

  /**
   * @param execution of the process
   * @param reason in plain words
   */
  public void failed(DelegateExecution execution, String reason) {
    steps.failed(entity(execution), generation(execution), firstJob(execution), reason);
    nudges.upgrades();
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
