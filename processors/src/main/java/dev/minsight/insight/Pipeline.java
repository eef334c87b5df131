package dev.minsight.insight;

import java.util.Collection;
import java.util.List;
import java.util.Map;

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
   * Lists the processes of photos that have not ended, in pages. While processes end meanwhile, a
   * page may miss some.
   *
   * @param first how many to pass over
   * @param most how many to return at most
   * @return in a fixed order
   */
  List<Run> running(int first, int most);

  /**
   * @param photos contents, by entity and generation
   * @return the processes of those that have one
   */
  List<Run> running(Collection<Intelligence> photos);

  /**
   * A process that has not ended.
   *
   * @param entityId the photo
   * @param generation its content
   * @param processId of the engine
   */
  record Run(long entityId, int generation, String processId) {}

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
