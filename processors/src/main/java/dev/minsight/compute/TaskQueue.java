package dev.minsight.compute;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * The one queue of compute. A fetched task is leased: until the lease runs out nobody else gets it,
 * and without the lease nothing can be completed (fencing), so a slow twin cannot write.
 */
public interface TaskQueue {

  /**
   * Takes the most urgent tasks, oldest first among equals.
   *
   * @param max at most so many
   * @param topics only these: task types, and {@link #onServer} of some of them
   * @param lease how long they are held
   * @return none, one or more tasks
   */
  List<Task> fetch(int max, Collection<String> topics, Duration lease);

  /**
   * @param taskType a task type
   * @return topic of those of its tasks that need this server's media folder
   */
  static String onServer(String taskType) {
    return taskType + "@server";
  }

  /**
   * @param taskId of the queue
   * @param holder who says to hold it
   * @return the task, if it does, and nobody took it since
   */
  Optional<Task> held(String taskId, String holder);

  /**
   * Holds a task for longer.
   *
   * @param task a fetched task
   * @param lease from now
   * @return false when the lease was lost
   */
  boolean extend(Task task, Duration lease);

  /**
   * Gives a task back unfinished; another may take it at once. A task whose lease was lost is left
   * alone.
   *
   * @param task a fetched task
   */
  void release(Task task);

  /**
   * Concludes a task whose result lies in its job folder.
   *
   * @param task a fetched task
   * @return false when the lease was lost or the task is gone; the result then counts for nothing
   */
  boolean complete(Task task);

  /**
   * Concludes tasks of one group at once, which costs little more than concluding one of them.
   *
   * @param tasks fetched tasks of one group whose results lie in their job folders
   * @return false when that did not work for one of them; then none is concluded, and each is to be
   *     tried by itself
   */
  boolean completeTogether(List<Task> tasks);

  /**
   * Reports a failure. One that may pass is tried again after a growing wait until the tries are
   * used up; any other becomes an incident at once.
   *
   * @param task a fetched task
   * @param reason in plain words
   * @param details stack trace
   * @param mayPass whether trying again can help
   * @return what happens next
   */
  Next fail(Task task, String reason, String details, boolean mayPass);

  /**
   * Reports that trying again cannot help.
   *
   * @param task a fetched task
   * @param reason in plain words
   */
  void unprocessable(Task task, String reason);

  /** What follows a failure. */
  enum Next {
    /** It is tried again after a while. */
    RETRY,
    /** The tries are used up; somebody has to look. */
    INCIDENT,
    /** The lease was lost; it is not ours any more. */
    LOST
  }

  /**
   * A leased task.
   *
   * @param id of the queue
   * @param jobId its job
   * @param taskType its plugin
   * @param group tasks of one group share their input and are best done together
   * @param holder who holds this lease; another for each fetch, so that a thread that lost a task
   *     cannot report on it even when its own pool has fetched it again
   */
  record Task(String id, String jobId, String taskType, String group, String holder) {}
}
