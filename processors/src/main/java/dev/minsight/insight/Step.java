package dev.minsight.insight;

import dev.minsight.compute.TaskTypes;
import java.util.Optional;

/** The steps of a photo whose state is shown; faces found and embedded are one step here. */
public enum Step {
  FACE_DETECTION(TaskTypes.FACE_DETECTION),
  CLIP_EMBEDDING(TaskTypes.CLIP_EMBEDDING),
  DINO_EMBEDDING(TaskTypes.DINO_EMBEDDING);

  private final String taskType;

  Step(String taskType) {
    this.taskType = taskType;
  }

  /**
   * @return task type of its job, also its column in the table
   */
  public String taskType() {
    return taskType;
  }

  /**
   * @param taskType of a job
   * @return the step it belongs to; face embedding has its state with each face instead
   */
  static Optional<Step> of(String taskType) {
    for (Step step : values()) {
      if (step.taskType.equals(taskType)) {
        return Optional.of(step);
      }
    }
    return Optional.empty();
  }
}
