package dev.minsight.store;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
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

  /** No tree is so deep; bounds every walk, should the data ever hold a circle. */
  private static final int BEYOND_ALL = 64;

  private static final String TOO_DEEP =
      "Maximum hierarchy depth exceeded. Max allowed depth is " + MAX_DEPTH + " levels.";

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
   * An entity and all below it, the deepest first.
   *
   * @param id of the entity
   */
  List<Long> subtree(long id) {
    return jdbc.sql(
            """
            WITH RECURSIVE down (id, level) AS (
              SELECT id, 1 FROM entities WHERE id = :id
              UNION
              SELECT c.id, down.level + 1 FROM down JOIN entities c ON c.parent_id = down.id
              WHERE down.level < :bound)
            SELECT id FROM down GROUP BY id ORDER BY MAX(level) DESC, id""")
        .param("id", id)
        .param("bound", BEYOND_ALL)
        .query(Long.class)
        .list();
  }

  /**
   * Whether an entity may hang below a parent.
   *
   * @param id of an entity that is moved with all below it; null for a new one
   * @param parentId id of the wanted parent, null for the root
   * @return what speaks against it, in the contract's words
   */
  Optional<String> objection(Long id, Long parentId) {
    if (parentId == null) {
      return id == null || height(id) <= MAX_DEPTH ? Optional.empty() : Optional.of(TOO_DEEP);
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
    List<Long> ancestors = pathToRoot(parentId);
    if (id != null && ancestors.contains(id)) {
      return Optional.of(
          "Circular hierarchy detected: entity " + parentId + " is already a descendant of " + id);
    }
    int height = id == null ? 1 : height(id);
    return ancestors.size() + height > MAX_DEPTH ? Optional.of(TOO_DEEP) : Optional.empty();
  }

  /** An entity and the collections above it; ends also where damaged data goes round in circles. */
  private List<Long> pathToRoot(long id) {
    return jdbc.sql(
            """
            WITH RECURSIVE up (id, level) AS (
              SELECT CAST(:id AS BIGINT), 1
              UNION
              SELECT e.parent_id, up.level + 1 FROM up JOIN entities e ON e.id = up.id
              WHERE e.parent_id IS NOT NULL AND up.level < :bound)
            SELECT id FROM up""")
        .param("id", id)
        .param("bound", BEYOND_ALL)
        .query(Long.class)
        .list();
  }

  /** Levels from an entity down to the deepest below it; 1 without any. */
  private int height(long id) {
    return jdbc.sql(
            """
            WITH RECURSIVE down (id, level) AS (
              SELECT CAST(:id AS BIGINT), 1
              UNION
              SELECT c.id, down.level + 1 FROM down JOIN entities c ON c.parent_id = down.id
              WHERE down.level < :bound)
            SELECT MAX(level) FROM down""")
        .param("id", id)
        .param("bound", BEYOND_ALL)
        .query(Integer.class)
        .single();
  }

  private record Parent(boolean collection, boolean deleted) {}
}
