package dev.minsight.workflow;

import dev.minsight.compute.TaskTypes;
import dev.minsight.insight.FaceStep;
import dev.minsight.insight.PhotoSteps;
import dev.minsight.insight.VectorKind;
import org.camunda.bpm.engine.OptimisticLockingException;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.springframework.stereotype.Component;

/** What the service tasks of {@code media-insight} and {@code compute-job} call. */
@Component("steps")
public class Steps {

  private final PhotoSteps photo;
  private final Nudges nudges;

  Steps(PhotoSteps photo, Nudges nudges) {
    this.photo = photo;
    this.nudges = nudges;
  }

  /**
   * @param execution of the process
   */
  public void saveFaces(DelegateExecution execution) {
    FaceStep.Saved saved =
        photo.saveFaces(
            entity(execution), generation(execution), job(execution, TaskTypes.FACE_DETECTION));
    execution.setVariable("faces", saved.faces());
    execution.setVariable(EngineTaskQueue.jobVariable(TaskTypes.FACE_EMBEDDING), saved.jobId());
    nudges.workers();
  }

  /**
   * @param execution of the process
   */
  public void matchPeople(DelegateExecution execution) {
    photo.matchPeople(
        entity(execution), generation(execution), job(execution, TaskTypes.FACE_EMBEDDING));
  }

  /**
   * @param execution of the process
   */
  public void indexClip(DelegateExecution execution) {
    index(execution, VectorKind.CLIP);
  }

  /**
   * @param execution of the process
   */
  public void indexDino(DelegateExecution execution) {
    index(execution, VectorKind.DINO);
  }

  private void index(DelegateExecution execution, VectorKind kind) {
    photo.indexPicture(kind, entity(execution), generation(execution), job(execution, kind.task()));
  }

  /**
   * @param execution of the process
   * @param taskType of the step
   * @param reason in plain words
   */
  public void failed(DelegateExecution execution, String taskType, String reason) {
    boolean embedding =
        taskType.equals(TaskTypes.FACE_DETECTION)
            && job(execution, TaskTypes.FACE_EMBEDDING) != null;
    String step = embedding ? TaskTypes.FACE_EMBEDDING : taskType;
    photo.failed(entity(execution), generation(execution), step, job(execution, step), reason);
  }

  /**
   * @param execution of the process
   */
  public void conclude(DelegateExecution execution) {
    photo.conclude(entity(execution), generation(execution));
    nudges.reconcile();
  }

  /**
   * @param execution of the process
   */
  public void cleanUp(DelegateExecution execution) {
    photo.cancelled(entity(execution), generation(execution));
  }

  /**
   * @param execution of the process
   */
  public void jobCompleted(DelegateExecution execution) {
    photo.jobCompleted(job(execution, (String) execution.getVariable("taskType")));
  }

  /**
   * @param execution of the process
   * @param reason in plain words
   */
  public void jobFailed(DelegateExecution execution, String reason) {
    photo.jobFailed(job(execution, (String) execution.getVariable("taskType")), reason);
  }

  private static long entity(DelegateExecution execution) {
    return number(execution, "entityId").longValue();
  }

  private static int generation(DelegateExecution execution) {
    return number(execution, "generation").intValue();
  }

  /**
   * The engine reads a process and its variables one after the other, and the process may end in
   * between: then whoever wanted to go on with it has come too late, as the engine itself would
   * find out at the commit.
   */
  private static Number number(DelegateExecution execution, String variable) {
    if (execution.getVariable(variable) instanceof Number number) {
      return number;
    }
    throw new OptimisticLockingException(
        "process %s (%s) has no variable %s: it has just ended, or was started by hand without it"
            .formatted(
                execution.getProcessInstanceId(), execution.getProcessBusinessKey(), variable));
  }

  private static String job(DelegateExecution execution, String taskType) {
    return (String) execution.getVariable(EngineTaskQueue.jobVariable(taskType));
  }
}
