package dev.minsight.store;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What the tree of collections says: children, trashed ancestors, and where a node may hang. */
@Component
class EntityTree {

  /** Levels a tree may have, the root's children being the first. */
  static final int MAX_DEPTH = 10;

  private final JdbcClient jdbc;

  EntityTree(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** As {@link #liveChildren(Collection, EntityTable)}, now. */
  Map<Long, Integer> liveChildren(Collection<Long> ids) {
    return liveChildren(ids, EntityTable.NOW);
  }

  /** Children of each collection that are not in the trash; collections without any are absent. */
  Map<Long, Integer> liveChildren(Collection<Long> ids, EntityTable table) {
    Map<Long, Integer> counts = new HashMap<>();
    if (!ids.isEmpty()) {
      String sql =
          table.isNow()
              ? """
                SELECT parent_id, SUM(n) FROM entity_count
                WHERE parent_id IN (:ids) AND NOT is_deleted GROUP BY parent_id"""
              : """
                SELECT parent_id, COUNT(*) FROM %s c
                WHERE parent_id IN (:ids) AND NOT is_deleted%s GROUP BY parent_id"""
                  .formatted(table.name(), table.and("c"));
      jdbc.sql(sql)
          .param("ids", ids)
          .params(table.params())
          .query(
              row -> {
                counts.put(row.getLong(1), row.getInt(2));
              });
    }
    return counts;
  }

  /** As {@link #belowTrash(Collection, EntityTable)}, now. */
  Set<Long> belowTrash(Collection<Long> ids) {
    return belowTrash(ids, EntityTable.NOW);
  }

  /** Those of the entities that have a collection in the trash anywhere above them. */
  Set<Long> belowTrash(Collection<Long> ids, EntityTable table) {
    if (ids.isEmpty()) {
      return Set.of();
    }
    // UNION, not UNION ALL: even a cycle in damaged data ends.
    return new HashSet<>(
        jdbc.sql(
                """
                WITH RECURSIVE up (id, ancestor) AS (
                  SELECT e.id, e.parent_id FROM %1$s e
                  WHERE e.id IN (:ids) AND e.parent_id IS NOT NULL%2$s
                  UNION
                  SELECT up.id, p.parent_id FROM up JOIN %1$s p ON p.id = up.ancestor
                  WHERE p.parent_id IS NOT NULL%3$s)
                SELECT DISTINCT up.id FROM up JOIN %1$s a ON a.id = up.ancestor
                WHERE a.is_deleted%4$s"""
                    .formatted(table.name(), table.and("e"), table.and("p"), table.and("a")))
            .param("ids", ids)
            .params(table.params())
            .query(Long.class)
            .list());
  }

  /**
   * Whether a new entity may hang below a parent.
   *
   * @param parentId id of the wanted parent, null for the root
   * @return what speaks against it, in the contract's words
   */
  Optional<String> objection(Long parentId) {
    if (parentId == null) {
      return Optional.empty();
    }
    String cannot = "Cannot set parent_id to " + parentId + ": ";
    Parent parent =
        jdbc.sql("SELECT is_collection, is_deleted FROM entities WHERE id = :id")
            .param("id", parentId)
            .query((row, i) -> new Parent(row.getBoolean(1), row.getBoolean(2)))
            .optional()
            .orElse(null);
    if (parent == null) {
      return Optional.of(cannot + "parent entity does not exist");
    }
    if (!parent.collection()) {
      return Optional.of(
          cannot
              + "parent entity must be a collection. Entity "
              + parentId
              + " is not a collection.");
    }
    if (parent.deleted()) {
      return Optional.of(cannot + "parent entity is deleted");
    }
    if (level(parentId) >= MAX_DEPTH) {
      return Optional.of(
          "Maximum hierarchy depth exceeded. Max allowed depth is " + MAX_DEPTH + " levels.");
    }
    return Optional.empty();
  }

  /** Level of an entity: 1 at the root; no further than one beyond the greatest that is allowed. */
  private int level(long id) {
    return jdbc.sql(
            """
            WITH RECURSIVE up (parent_id, level) AS (
              SELECT parent_id, 1 FROM entities WHERE id = :id
              UNION ALL
              SELECT p.parent_id, up.level + 1 FROM up JOIN entities p ON p.id = up.parent_id
              WHERE up.level <= :max)
            SELECT MAX(level) FROM up""")
        .param("id", id)
        .param("max", MAX_DEPTH)
        .query(Integer.class)
        .single();
  }

  private record Parent(boolean collection, boolean deleted) {}
}
