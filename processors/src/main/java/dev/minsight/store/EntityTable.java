package dev.minsight.store;

import java.util.Map;

/**
 * Where the state of all entities is read: as of now, or as of a revision, from the history that
 * Envers keeps (ValidityAuditStrategy: a row holds from its own revision up to the one that ends
 * it).
 *
 * @param name of the table
 * @param revision null for now
 */
record EntityTable(String name, Long revision) {

  static final EntityTable NOW = new EntityTable("entities", null);

  static EntityTable asOf(long revision) {
    return new EntityTable("entities_version", revision);
  }

  boolean isNow() {
    return revision == null;
  }

  /** What more must hold of a row, to follow other conditions. */
  String and(String alias) {
    // The plus keeps SQLite from starting at the revision: nearly every row holds.
    return isNow()
        ? ""
        : (" AND +$.transaction_id <= :revision AND (+$.end_transaction_id IS NULL"
                + " OR +$.end_transaction_id > :revision) AND $.operation_type <> 2")
            .replace("$", alias);
  }

  Map<String, Object> params() {
    return isNow() ? Map.of() : Map.of("revision", revision);
  }

  /** Whether there is a trashed collection: without one, nothing lies below any. */
  String anyTrash() {
    return "EXISTS (SELECT 1 FROM %s t WHERE t.is_collection AND t.is_deleted%s)"
        .formatted(name, and("t"));
  }

  /** Everything below a trashed collection, found from the top so that it is done once a query. */
  String withTrashed() {
    return """
        WITH RECURSIVE trashed (id) AS (
          SELECT t.id FROM %1$s t WHERE t.is_collection AND t.is_deleted%2$s
          UNION
          SELECT c.id FROM trashed JOIN %1$s c ON c.parent_id = trashed.id
          WHERE c.is_collection%3$s)
        """
        .formatted(name, and("t"), and("c"));
  }
}
