package dev.minsight.store;

import dev.minsight.support.ApiException;

/**
 * What to list.
 *
 * @param filter which entities
 * @param order how they are sorted
 * @param window which part of the list
 * @param count whether to say how many there are on all pages together
 */
public record EntityQuery(EntityFilter filter, EntityOrder order, Window window, boolean count) {

  /** Which part of a list. */
  public sealed interface Window {
    /**
     * @return most rows of the part
     */
    int size();
  }

  /**
   * A page by number.
   *
   * @param number from 1
   * @param size 1..100
   */
  public record Page(long number, int size) implements Window {

    /** Index of the first row, from 0; a page beyond all numbers is the last one. */
    long offset() {
      return number > Long.MAX_VALUE / size ? Long.MAX_VALUE : (number - 1) * size;
    }
  }

  /**
   * What follows a row.
   *
   * @param cursor the row; null from the beginning
   * @param size 1..100
   */
  record After(EntityCursor cursor, int size) implements Window {}

  /**
   * A list from the beginning, or from where another part ended.
   *
   * @param filter which entities
   * @param order how they are sorted; null as the cursor says, without one {@link
   *     EntityOrder#NEWEST}
   * @param cursor as {@link EntityPage#nextCursor()} gave it; null from the beginning
   * @param size 1..100
   * @param count whether to say how many there are
   * @throws ApiException (422) if the cursor is none of this list
   */
  public static EntityQuery after(
      EntityFilter filter, EntityOrder order, String cursor, int size, boolean count) {
    EntityCursor start = cursor == null ? null : EntityCursor.decode(cursor, filter, order);
    EntityOrder sorted = start != null ? start.order() : order != null ? order : EntityOrder.NEWEST;
    return new EntityQuery(filter, sorted, new After(start, size), count);
  }
}
