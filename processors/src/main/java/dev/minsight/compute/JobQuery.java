package dev.minsight.compute;

/**
 * Which jobs to list, newest first.
 *
 * @param status only these, or null
 * @param taskType only these, or null
 * @param after goes on behind this one, or null
 * @param limit at most so many
 */
public record JobQuery(JobStatus status, String taskType, Place after, int limit) {

  /**
   * The place of a job in the list.
   *
   * @param createdAt ms since epoch
   * @param id of the job
   */
  public record Place(long createdAt, String id) {}
}
