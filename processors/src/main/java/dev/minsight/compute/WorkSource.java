package dev.minsight.compute;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;

/**
 * Where workers get their tasks from and where they say what became of them: the server's own
 * queue, or a server elsewhere. What is said without the lease counts for nothing.
 */
interface WorkSource {

  /** Before the first task: removes what a killed process left behind. */
  void open();

  /**
   * Takes tasks, most urgent first, and notes that their jobs begin.
   *
   * @param worker who takes them
   * @param taskTypes only these
   * @param max at most so many
   * @param lease how long they are held
   * @return none, one or more
   */
  List<Assigned> fetch(String worker, Collection<String> taskTypes, int max, Duration lease);

  /**
   * Holds a task for longer.
   *
   * @return false when the lease was lost
   */
  boolean extend(TaskQueue.Task task, Duration lease);

  /** Gives back a task that nobody began. */
  void release(TaskQueue.Task task);

  /**
   * Makes ready what a task needs, and counts that it was begun.
   *
   * @throws JobGoneException if the lease was lost
   * @throws IOException if its folder cannot be made
   */
  Workplace begin(Assigned assigned) throws IOException;

  /**
   * Where a task is done.
   *
   * @param folder of the job; nothing is in it but what was uploaded with the job
   * @param media the media folder, or what stands in for it
   * @param deaths how many workers died over it before
   */
  record Workplace(Path folder, Path media, int deaths) {}

  /** Notes that the plugin has come back, with or without a result: its worker lives. */
  void cameBack(Job job);

  /**
   * Notes how far a job is.
   *
   * @param percent 0..99
   * @return false when the job is gone or another's
   */
  boolean progress(Assigned assigned, int percent);

  /** Keeps a result until it is reported. */
  void keep(Job job, JobResult result) throws IOException;

  /**
   * Reports a result that was kept.
   *
   * @return false when it counts for nothing: the task is another's, or gone
   */
  boolean complete(Assigned assigned);

  /** Whether reporting results together spares anything. */
  boolean reportsTogether();

  /**
   * Reports kept results at once.
   *
   * @return false when that did not work; then none is reported, and each is to be tried by itself
   */
  boolean completeTogether(List<Assigned> done);

  /** Reports that trying again cannot help. */
  void unprocessable(Assigned assigned, String reason);

  /**
   * Reports a failure.
   *
   * @param reason in plain words
   * @param details stack trace
   * @param mayPass whether trying again can help
   */
  void failed(TaskQueue.Task task, String reason, String details, boolean mayPass);

  /** Gives back a task that was begun, without blaming it. */
  void giveBack(TaskQueue.Task task);

  /** Leaves a task whose job was cancelled, deleted or given to another worker. */
  void leave(Assigned assigned);
}
