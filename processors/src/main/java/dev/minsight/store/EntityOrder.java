package dev.minsight.store;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * How a list is sorted: by a column, then by id in the same direction, so that no two rows are
 * equal. Rows without a value come last, whatever the direction.
 *
 * @param by column
 * @param ascending least first
 */
public record EntityOrder(SortKey by, boolean ascending) {

  /** Newest first. */
  public static final EntityOrder NEWEST = new EntityOrder(SortKey.ADDED_DATE, false);

  /** What a list can be sorted by, named as in {@code sort_by} in lower case. */
  public enum SortKey {
    /** When it came in. */
    ADDED_DATE("added_date", EntityTerm.DATE_FROM, EntityTerm.DATE_TO),
    /** When it was taken. */
    CREATE_DATE("create_date", EntityTerm.CREATE_DATE_FROM, EntityTerm.CREATE_DATE_TO),
    /** When it was last changed. */
    UPDATED_DATE("updated_date"),
    /** What it is called, in any case. */
    LABEL("label_key"),
    /** Bytes. */
    FILE_SIZE("file_size", EntityTerm.FILE_SIZE_MIN, EntityTerm.FILE_SIZE_MAX),
    /** Number of the entity. */
    ID("id");

    /** Conditions whose index has the rows of one value in the default order. */
    private static final Set<EntityTerm> SORTED_BY_ADDED_DATE =
        Set.of(
            EntityTerm.PARENT_ID,
            EntityTerm.TYPE,
            EntityTerm.MIME_TYPE,
            EntityTerm.ADDED_BY,
            EntityTerm.IS_COLLECTION,
            EntityTerm.IS_DELETED);

    private final String column;
    private final Set<EntityTerm> ranges;

    SortKey(String column, EntityTerm... ranges) {
      this.column = column;
      this.ranges = Set.of(ranges);
    }

    /**
     * @return value of {@code sort_by}
     */
    public String parameter() {
      return name().toLowerCase(Locale.ROOT);
    }

    String column() {
      return column;
    }

    /** Whether rows that meet a condition can be read off an index in this order. */
    boolean keepsOrder(EntityTerm term) {
      return ranges.contains(term) || (this == ADDED_DATE && SORTED_BY_ADDED_DATE.contains(term));
    }
  }

  /** The parts of the list one after the other, last part first when read backwards. */
  List<Segment> segments(boolean backwards) {
    if (by == SortKey.ID) {
      return List.of(Segment.ALL);
    }
    return backwards
        ? List.of(Segment.WITHOUT_VALUE, Segment.WITH_VALUE)
        : List.of(Segment.WITH_VALUE, Segment.WITHOUT_VALUE);
  }

  EntityOrder reversed() {
    return new EntityOrder(by, !ascending);
  }

  /** Rows that lie together in the order's index. */
  enum Segment {
    ALL,
    WITH_VALUE,
    WITHOUT_VALUE
  }
}
