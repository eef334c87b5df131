package dev.minsight.insight;

import dev.minsight.compute.TaskTypes;
import java.util.Map;

/** What a worker's task is called in front of people; {@code web/js/words.js} says the same. */
public final class TaskNames {

  private static final Map<String, String> NAMES =
      Map.of(
          TaskTypes.FACE_DETECTION, "Find faces",
          TaskTypes.FACE_EMBEDDING, "Recognise faces",
          TaskTypes.CLIP_EMBEDDING, "Understand the picture",
          TaskTypes.DINO_EMBEDDING, "Find duplicates",
          TaskTypes.HLS_STREAMING, "Prepare for streaming");

  private TaskNames() {}

  /**
   * @param taskType of a job
   * @return its name in plain words
   */
  public static String of(String taskType) {
    return NAMES.getOrDefault(taskType, taskType.replace('_', ' '));
  }
}
