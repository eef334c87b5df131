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

  /** Children of each collection that are not in the trash; collections without any are absent. */
  Map<Long, Integer> liveChildren(Collection<Long> ids) {
    Map<Long, Integer> counts = new HashMap<>();
    if (!ids.isEmpty()) {
      jdbc.sql(
              """
              SELECT parent_id, COUNT(*) FROM entities
              WHERE parent_id IN (:ids) AND NOT is_deleted GROUP BY parent_id""")
          .param("ids", ids)
          .query(
              row -> {
                counts.put(row.getLong(1), row.getInt(2));
              });
    }
    return counts;
  }

  /** Those of the entities that have a collection in the trash anywhere above them. */
  Set<Long> belowTrash(Collection<Long> ids) {
    if (ids.isEmpty()) {
      return Set.of();
    }
    // UNION, not UNION ALL: even a cycle in damaged data ends.
    return new HashSet<>(
        jdbc.sql(
                """
                WITH RECURSIVE up (id, ancestor) AS (
                  SELECT id, parent_id FROM entities WHERE id IN (:ids) AND parent_id IS NOT NULL
                  UNION
                  SELECT up.id, p.parent_id FROM up JOIN entities p ON p.id = up.ancestor
                  WHERE p.parent_id IS NOT NULL)
                SELECT DISTINCT up.id FROM up JOIN entities a ON a.id = up.ancestor
                WHERE a.is_deleted""")
            .param("ids", ids)
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
