package dev.minsight.store;

import dev.minsight.store.EntityOrder.Segment;
import dev.minsight.store.EntityOrder.SortKey;
import dev.minsight.store.SearchDialect.Driver;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The SQL of one list. There are two ways to read a page, and SQLite, which keeps no statistics of
 * the data, is told which: in the list's order along its index, looking at each row, which is fast
 * when many rows match; or through the index of the most telling condition, sorting what is found,
 * which is fast when few do.
 */
final class EntitySearch {

  private final SearchDialect dialect;
  private final EntityTable table;
  private final EntityFilter filter;
  private final List<SearchPhrase> phrases;
  private final String substring;
  private final Driver words;
  private final Driver trigrams;
  private final EntityTerm telling;

  /** A statement and its parameters. */
  record Sql(String text, Map<String, Object> params) {}

  /**
   * Where a page begins, among the rows of one segment.
   *
   * @param order of the list
   * @param segment part of it
   * @param after row it follows; null at the segment's beginning
   */
  record Start(EntityOrder order, Segment segment, EntityCursor after) {}

  EntitySearch(SearchDialect dialect, EntityTable table, EntityFilter filter) {
    this.dialect = dialect;
    this.table = table;
    this.filter = filter;
    String q = filter.text(EntityTerm.Q);
    this.phrases = q == null ? null : SearchPhrase.parse(q);
    String part = filter.text(EntityTerm.SEARCH_QUERY);
    this.substring = part == null ? null : SearchText.folded(part);
    // The indexes of texts know only the present.
    boolean findsWords = table.isNow() && q != null && !phrases.isEmpty();
    this.words = findsWords ? dialect.words(phrases) : null;
    this.trigrams = table.isNow() && part != null ? dialect.substring(substring) : null;
    this.telling =
        filter.names().stream()
            .filter(this::hasIndex)
            .min((a, b) -> Integer.compare(a.rank(), b.rank()))
            .orElse(null);
  }

  private boolean hasIndex(EntityTerm term) {
    return switch (term) {
      case Q -> words != null;
      case SEARCH_QUERY -> trigrams != null;
      case VERSION -> later();
      case EXCLUDE_DELETED, AS_OF -> false;
      default -> table.isNow() || term == EntityTerm.PARENT_ID;
    };
  }

  /** Every entity has a first version; only for a later one is there anything to check. */
  private boolean later() {
    return filter.number(EntityTerm.VERSION).orElse(1L) > 1;
  }

  /** Whether an index leads to the rows of any one condition. */
  boolean hasTelling() {
    return telling != null;
  }

  /** Whether a page can be read along the order's index without passing over many rows. */
  boolean inOrder(SortKey by) {
    return filter.names().stream()
        .allMatch(
            term ->
                by.keepsOrder(term)
                    || term == EntityTerm.AS_OF
                    || term == EntityTerm.EXCLUDE_DELETED
                    || (term == EntityTerm.VERSION && !later()));
  }

  /** Ids of what matches, in no order, by the most telling index. */
  Sql some(int limit) {
    Clause where = new Clause();
    addTerms(where, true, null);
    where.params.put("limit", limit);
    return where.sql("SELECT e.id FROM " + from(true) + where + " LIMIT :limit");
  }

  /** How many match, of one segment or of all. */
  Sql count(EntityOrder order, Segment segment) {
    Driver text = words != null ? words : trigrams;
    if (text != null && filter.names().size() == 1 && segment == Segment.ALL) {
      return new Sql("SELECT COUNT(*) FROM " + text.alone(), Map.of("match", text.match()));
    }
    Clause where = new Clause();
    addTerms(where, true, null);
    addSegment(where, "e." + order.by().column(), segment);
    return where.sql("SELECT COUNT(*) FROM " + from(true) + where);
  }

  /**
   * Rows in their order, read along its index: what {@link EntityRows} reads, what they are sorted
   * by, and whether any collection is in the trash.
   */
  Sql along(Start start, int limit, long offset) {
    Clause where = new Clause();
    addTerms(where, false, start.order().by());
    return rows(where, start, "e." + start.order().by().column(), limit, offset);
  }

  /** Rows in their order, of those that are known to match. */
  Sql among(List<Long> ids, Start start, int limit, long offset) {
    Clause where = new Clause();
    where.and("e.id IN (:ids)" + table.and("e"));
    where.params.put("ids", ids);
    where.params.putAll(table.params());
    String sorted =
        start.order().by() == SortKey.ID
            ? "e.id"
            : dialect.unindexed("e." + start.order().by().column());
    return rows(where, start, sorted, limit, offset);
  }

  private Sql rows(Clause where, Start start, String sorted, int limit, long offset) {
    addSegment(where, sorted, start.segment());
    boolean byId = start.order().by() == SortKey.ID;
    boolean valued = start.segment() == Segment.WITH_VALUE;
    EntityCursor after = start.after();
    if (after != null) {
      String follows = start.order().ascending() ? " > " : " < ";
      where.params.put("afterId", after.id());
      if (valued) {
        where.params.put("afterValue", after.value());
        where.and("(" + sorted + ", e.id)" + follows + "(:afterValue, :afterId)");
      } else {
        where.and("e.id" + follows + ":afterId");
      }
    }
    String direction = start.order().ascending() ? "" : " DESC";
    where.params.put("limit", limit);
    where.params.put("offset", offset);
    boolean versions = filter.has(EntityTerm.VERSION);
    filter.number(EntityTerm.VERSION).ifPresent(n -> where.params.put("ordinal", n));
    return where.sql(
        "SELECT "
            + (versions ? EntityRows.OF_R : EntityRows.OF_E)
            + (byId ? ", NULL" : ", e." + start.order().by().column())
            + ", "
            + table.anyTrash()
            + " FROM "
            + from(false)
            + (versions
                ? " LEFT JOIN entities_version r ON r.id = e.id AND r.ordinal = :ordinal"
                : "")
            + where
            + " ORDER BY "
            + (valued ? sorted + direction + ", " : "")
            + "e.id"
            + direction
            + " LIMIT :limit OFFSET :offset");
  }

  private void addSegment(Clause where, String column, Segment segment) {
    if (segment != Segment.ALL) {
      where.and(column + (segment == Segment.WITH_VALUE ? " IS NOT NULL" : " IS NULL"));
    }
  }

  private String from(boolean byTelling) {
    if (byTelling && telling == EntityTerm.Q) {
      return words.from();
    }
    if (byTelling && telling == EntityTerm.SEARCH_QUERY) {
      return trigrams.from();
    }
    // SQLite joins in the order in which a CROSS JOIN names the tables.
    return byTelling && telling == EntityTerm.VERSION
        ? "entities_version v CROSS JOIN " + table.name() + " e"
        : table.name() + " e";
  }

  /**
   * @param byTelling only the most telling condition may use its index
   * @param by else, only those may that keep this order
   */
  private void addTerms(Clause where, boolean byTelling, SortKey by) {
    where.params.putAll(table.params());
    where.condition.append(table.and("e"));
    filter
        .terms()
        .forEach(
            (term, value) -> {
              boolean indexed = byTelling ? term == telling : by.keepsOrder(term);
              switch (term) {
                case Q -> addWords(where, indexed);
                case SEARCH_QUERY -> addSubstring(where, indexed);
                case VERSION -> addVersion(where, (Long) value, indexed);
                case PARENT_ID -> addParent(where, (Long) value, indexed);
                case IS_COLLECTION, IS_DELETED -> {
                  String column =
                      indexed ? "e." + term.column() : dialect.unindexed("e." + term.column());
                  where.and((Boolean) value ? column : "NOT " + column);
                }
                case EXCLUDE_DELETED -> {
                  where.with = table.withTrashed();
                  String parent = dialect.unindexed("e.parent_id");
                  where.and("NOT e.is_deleted");
                  where.and(
                      "(%1$s IS NULL OR %1$s NOT IN (SELECT id FROM trashed))".formatted(parent));
                }
                case AS_OF -> {} // the table says it
                default -> {
                  String column = "e." + term.column();
                  where.and(
                      (indexed ? column : dialect.unindexed(column))
                          + " "
                          + term.operator()
                          + " :"
                          + term.name());
                  where.params.put(term.name(), value);
                }
              }
            });
  }

  private void addWords(Clause where, boolean indexed) {
    if (phrases.isEmpty()) {
      where.and("FALSE");
    } else if (indexed) {
      where.and(words.condition());
      where.params.put("match", words.match());
    } else {
      for (int i = 0; i < phrases.size(); i++) {
        where.and("' ' || e.words || ' ' LIKE :word" + i);
        where.params.put("word" + i, phrases.get(i).pattern());
      }
    }
  }

  private void addSubstring(Clause where, boolean indexed) {
    if (indexed) {
      where.and(trigrams.condition());
      where.params.put("match", trigrams.match());
    } else {
      where.and("e.search_text LIKE :part ESCAPE '\\'");
      where.params.put("part", "%" + substring.replaceAll("([\\\\%_])", "\\\\$1") + "%");
    }
  }

  private void addVersion(Clause where, Long ordinal, boolean indexed) {
    if (later()) {
      where.params.put("ordinal", ordinal);
      String has = "v.id = e.id AND v.ordinal = :ordinal AND v.ordinal > 1";
      where.and(indexed ? has : "EXISTS (SELECT 1 FROM entities_version v WHERE " + has + ")");
    }
  }

  private void addParent(Clause where, Long parent, boolean indexed) {
    String column = indexed ? "e.parent_id" : dialect.unindexed("e.parent_id");
    if (parent == 0) {
      where.and(column + " IS NULL");
    } else {
      where.and(column + " = :parent");
      where.params.put("parent", parent);
    }
  }

  /** A WHERE clause that grows. */
  private static final class Clause {

    private final StringBuilder condition = new StringBuilder(" WHERE TRUE");
    private final Map<String, Object> params = new HashMap<>();
    private String with = "";

    void and(String sql) {
      condition.append(" AND ").append(sql);
    }

    Sql sql(String text) {
      return new Sql(with + text, params);
    }

    @Override
    public String toString() {
      return condition.toString();
    }
  }
}
