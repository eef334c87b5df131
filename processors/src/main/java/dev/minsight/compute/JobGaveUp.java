package dev.minsight.compute;

/**
 * The tries of a job are used up and an incident waits for somebody. Published within the
 * transaction that notes it.
 *
 * @param job as it is now
 */
public record JobGaveUp(Job job) {}
