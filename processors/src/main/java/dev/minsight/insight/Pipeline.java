package dev.minsight.insight;

import java.util.Map;
import java.util.Optional;

/** What the pipeline wants of a process engine. */
public interface Pipeline {

  /**
   * Starts the process of a photo's content; one that runs already is left alone.
   *
   * @param entityId the photo
   * @param generation its content
   * @param priority 0 most urgent, 10 least
   * @param jobIds the jobs of its first steps, by task type
   * @return the engine's id of the process
   */
  String start(long entityId, int generation, int priority, Map<String, String> jobIds);

  /**
   * @param entityId the photo
   * @param generation its content
   * @return the engine's id of its running process
   */
  Optional<String> running(long entityId, int generation);

  /**
   * Ends the process of a content that is gone; none is no error.
   *
   * @param entityId the photo
   * @param generation the content that is gone
   */
  void cancel(long entityId, int generation);

  /** Runs one reconcile cycle, visibly. */
  void reconcile();
}
