package dev.minsight.store;

import java.util.List;

/**
 * One page of a list.
 *
 * @param items newest first
 * @param total rows on all pages together
 */
public record EntityPage(List<EntityView> items, long total) {}
