package dev.minsight.insight;

import java.util.Comparator;

/**
 * Something that happened to an entity.
 *
 * @param id unique among the entity's entries, and always the same for the same entry
 * @param at when it happened or began, milliseconds since 1970
 * @param kind what it is about
 * @param title in plain words
 * @param actor user id of who did it, or null where the server did it by itself
 * @param step task type or name of the process's step, or null
 * @param model id of the model that served the step, or null
 * @param durationMs how long it took, milliseconds; null for a moment, or while it goes on
 * @param status how it stands: {@code completed}, {@code failed}, {@code processing}, …, or null
 * @param error what went wrong, in plain words, or null
 * @param processId of the engine, or null
 * @param jobId of the job, or null
 * @param attempt which try of the job it was, from 1, or null
 * @param worker name of the worker that did it, or null
 */
public record TimelineEntry(
    String id,
    long at,
    Kind kind,
    String title,
    String actor,
    String step,
    String model,
    Long durationMs,
    String status,
    String error,
    String processId,
    String jobId,
    Integer attempt,
    String worker) {

  /** Oldest first; of one moment, what causes before what follows. */
  static final Comparator<TimelineEntry> ORDER =
      Comparator.comparingLong(TimelineEntry::at)
          .thenComparing(TimelineEntry::kind)
          .thenComparing(TimelineEntry::id);

  /**
   * An entry of which only the most needed is known.
   *
   * @param id unique among the entity's entries
   * @param at milliseconds since 1970
   * @param kind what it is about
   * @param title in plain words
   * @return takes what else is known
   */
  public static Draft draft(String id, long at, Kind kind, String title) {
    return new Draft(id, at, kind, title);
  }

  /** An entry in the making; what is not said stays null. */
  public static final class Draft {

    private final String id;
    private final long at;
    private final Kind kind;
    private final String title;
    private String actor;
    private String step;
    private String model;
    private Long durationMs;
    private String status;
    private String error;
    private String processId;
    private String jobId;
    private Integer attempt;
    private String worker;

    private Draft(String id, long at, Kind kind, String title) {
      this.id = id;
      this.at = at;
      this.kind = kind;
      this.title = title;
    }

    /**
     * @param userId of who did it, or null
     * @return this
     */
    public Draft by(String userId) {
      actor = userId;
      return this;
    }

    /**
     * @param process of the engine
     * @param name task type or name of its step, or null
     * @return this
     */
    public Draft in(String process, String name) {
      processId = process;
      step = name;
      return this;
    }

    /**
     * @param taskType of the job
     * @param job its id
     * @return this
     */
    public Draft ofJob(String taskType, String job) {
      step = taskType;
      jobId = job;
      return this;
    }

    /**
     * @param modelId that served, or null
     * @return this
     */
    public Draft model(String modelId) {
      model = modelId;
      return this;
    }

    /**
     * @param millis how long it took, or null
     * @return this
     */
    public Draft took(Long millis) {
      durationMs = millis;
      return this;
    }

    /**
     * @param state how it stands
     * @param reason what went wrong, or null
     * @return this
     */
    public Draft stands(String state, String reason) {
      status = state;
      error = reason;
      return this;
    }

    /**
     * @param name of the worker, or null
     * @param number which try it was, from 1
     * @return this
     */
    public Draft tried(String name, int number) {
      worker = name;
      attempt = number;
      return this;
    }

    /**
     * @return the entry
     */
    public TimelineEntry entry() {
      return new TimelineEntry(
          id,
          at,
          kind,
          title,
          actor,
          step,
          model,
          durationMs,
          status,
          error,
          processId,
          jobId,
          attempt,
          worker);
    }
  }

  /** What an entry is about. Of one moment, those that stand first here come first. */
  public enum Kind {
    /** The entity was added, changed, deleted or restored. */
    ENTITY("entity"),
    /** Work on its content began or ended. */
    PROCESS("process"),
    /** Somebody let a step go on that had stopped, or stopped the work. */
    OPERATION("operation"),
    /** A job was queued, begun or ended. */
    JOB("job"),
    /** The server did something with a result. */
    STEP("step"),
    /** A step could not go on by itself. */
    INCIDENT("incident");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    /**
     * @return its name in the API
     */
    public String word() {
      return word;
    }
  }
}
