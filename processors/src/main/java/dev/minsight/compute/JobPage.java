package dev.minsight.compute;

import java.util.List;

/**
 * Part of a list of jobs.
 *
 * @param items newest first
 * @param next where the list goes on, null at its end
 */
public record JobPage(List<Job> items, JobQuery.Place next) {}
