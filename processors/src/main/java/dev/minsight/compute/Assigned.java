package dev.minsight.compute;

/**
 * A leased task and its job.
 *
 * @param task leased
 * @param job as it was begun; null when it was deleted
 */
public record Assigned(TaskQueue.Task task, Job job) {}
