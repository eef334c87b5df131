package dev.minsight.store;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** How many entities match, read from counters that the database keeps itself (V22). */
@Component
class EntityCounts {

  /** Stands for all collections together, see V22. */
  private static final long ANYWHERE = -1;

  private static final String ALL =
      "SELECT COALESCE(SUM(n), 0) FROM entity_count WHERE parent_id = :parent";

  private static final Set<EntityTerm> COUNTED =
      Set.of(
          EntityTerm.PARENT_ID,
          EntityTerm.TYPE,
          EntityTerm.IS_COLLECTION,
          EntityTerm.IS_DELETED,
          EntityTerm.EXCLUDE_DELETED);

  private final JdbcClient jdbc;

  EntityCounts(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** Whether the counters know the answer. */
  boolean know(EntityFilter filter) {
    // A type of '' stands for none, and no collection has a negative number.
    return COUNTED.containsAll(filter.names())
        && !"".equals(filter.text(EntityTerm.TYPE))
        && filter.number(EntityTerm.PARENT_ID).orElse(0L) >= 0;
  }

  /** Number of entities that match a filter that they {@link #know}. */
  long total(EntityFilter filter) {
    Map<String, Object> params = new HashMap<>();
    params.put("parent", filter.number(EntityTerm.PARENT_ID).orElse(ANYWHERE));
    StringBuilder where = new StringBuilder();
    for (EntityTerm term :
        List.of(EntityTerm.TYPE, EntityTerm.IS_COLLECTION, EntityTerm.IS_DELETED)) {
      if (filter.has(term)) {
        where.append(" AND ").append(term.column()).append(" = :").append(term.name());
        params.put(term.name(), filter.terms().get(term));
      }
    }
    return jdbc.sql((filter.has(EntityTerm.EXCLUDE_DELETED) ? live(filter) : ALL) + where)
        .params(params)
        .query(Long.class)
        .single();
  }

  /** What lies below the trash does not count: of one collection all or nothing, of all a part. */
  private static String live(EntityFilter filter) {
    String sum =
        filter.has(EntityTerm.PARENT_ID)
            ? ALL + " AND :parent NOT IN (SELECT id FROM trashed)"
            : """
              SELECT COALESCE(SUM(CASE WHEN parent_id = :parent THEN n ELSE -n END), 0)
              FROM entity_count
              WHERE parent_id IN (SELECT :parent UNION ALL SELECT id FROM trashed)""";
    return EntityTable.NOW.withTrashed() + sum + " AND NOT is_deleted";
  }
}
