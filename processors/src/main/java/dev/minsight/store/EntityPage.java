package dev.minsight.store;

import java.util.List;

/**
 * Part of a list.
 *
 * @param items in the list's order
 * @param total rows of the whole list; null when they were not to be counted
 * @param hasNext whether more follow
 * @param nextCursor where the list goes on, null at its end
 */
public record EntityPage(List<EntityView> items, Long total, boolean hasNext, String nextCursor) {}
