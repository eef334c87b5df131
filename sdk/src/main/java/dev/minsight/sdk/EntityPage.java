package dev.minsight.sdk;

import java.util.List;

/**
 * One page of entities, newest first.
 *
 * @param items never null
 * @param pagination where this page stands
 */
@WireRecord
public record EntityPage(List<Entity> items, Pagination pagination) {

  /** Takes a copy of the items; a missing list is an empty one. */
  public EntityPage {
    items = items == null ? List.of() : List.copyOf(items);
  }
}
