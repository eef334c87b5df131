package dev.minsight.compute;

import java.util.List;

/**
 * Workers began these jobs. Published within the transaction that notes it.
 *
 * @param jobs as they are now
 */
public record JobsStarted(List<Job> jobs) {}
