package dev.minsight.store;

import jakarta.persistence.EntityManager;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hibernate.envers.AuditReaderFactory;
import org.hibernate.envers.RevisionType;
import org.hibernate.envers.query.AuditEntity;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Reads what Envers wrote. The n-th version is the n-th revision of the entity itself, from 1. */
@Component
class EntityHistory {

  private final EntityManager entities;
  private final JdbcClient jdbc;
  private final EntityRows rows;

  EntityHistory(EntityManager entities, JdbcClient jdbc, EntityRows rows) {
    this.entities = entities;
    this.jdbc = jdbc;
    this.rows = rows;
  }

  /** All versions, oldest first; those of an entity that was deleted for good remain. */
  List<EntityVersion> versions(long id) {
    List<Step> steps = steps(List.of(id), null);
    List<EntityVersion> versions = new ArrayList<>();
    for (int i = 0; i < steps.size(); i++) {
      // ValidityAuditStrategy ends a version with the revision that begins the next one.
      Long end = i + 1 < steps.size() ? steps.get(i + 1).revision().id() : null;
      MediaEntity before = i > 0 ? steps.get(i - 1).entity() : steps.get(i).entity();
      versions.add(
          version(i + 1, steps.get(i), end, EntityDiff.between(before, steps.get(i).entity())));
    }
    return versions;
  }

  private static EntityVersion version(
      int ordinal, Step step, Long end, List<EntityVersion.Change> changes) {
    MediaEntity then = step.entity();
    Revision revision = step.revision();
    return new EntityVersion(
        ordinal,
        revision.id(),
        end,
        operation(step.type()),
        then.updatedDate(),
        then.updatedBy(),
        then.label(),
        then.description(),
        then.isDeleted(),
        then.md5(),
        revision.issuedAt(),
        revision.actor(),
        revision.requestId(),
        revision.reason(),
        changes);
  }

  /** The n-th version of each entity that has one. */
  Map<Long, MediaEntity> version(Collection<Long> ids, long version) {
    Map<Long, Long> revisions = new HashMap<>();
    if (!ids.isEmpty()) {
      jdbc.sql(
              """
              SELECT id, transaction_id FROM entities_version
              WHERE id IN (:ids) AND ordinal = :version""")
          .param("ids", ids)
          .param("version", version)
          .query(
              row -> {
                revisions.put(row.getLong(1), row.getLong(2));
              });
    }
    Map<Long, MediaEntity> found = new HashMap<>();
    if (!revisions.isEmpty()) {
      for (Step step : steps(revisions.keySet(), revisions.values())) {
        if (revisions.get(step.entity().id()) == step.revision().id()) {
          found.put(step.entity().id(), step.entity());
        }
      }
    }
    return found;
  }

  /**
   * An entity as it was at an instant, with the tree as it was then.
   *
   * @param millis since 1970
   * @return empty when there was none then
   */
  @Transactional(readOnly = true)
  Optional<EntityView> asOf(long id, long millis) {
    Optional<EntityTable> then = tableAt(millis);
    if (then.isEmpty()) {
      return Optional.empty();
    }
    List<EntityView> found =
        jdbc.sql(
                "SELECT %s FROM %s e WHERE e.id = :id%s"
                    .formatted(EntityRows.OF_E, then.get().name(), then.get().and("e")))
            .param("id", id)
            .params(then.get().params())
            .query((row, number) -> EntityRows.read(row))
            .list();
    return rows.inTree(found, then.get(), true).stream().findFirst();
  }

  /** Where to read what was at an instant; empty before the first revision. */
  Optional<EntityTable> tableAt(long millis) {
    return jdbc.sql(
            """
            SELECT transaction_id FROM revision WHERE issued_at <= :millis
            ORDER BY issued_at DESC, transaction_id DESC LIMIT 1""")
        .param("millis", millis)
        .query(Long.class)
        .optional()
        .map(EntityTable::asOf);
  }

  private List<Step> steps(Collection<Long> ids, Collection<Long> revisions) {
    var query =
        AuditReaderFactory.get(entities)
            .createQuery()
            .forRevisionsOfEntity(MediaEntity.class, false, true)
            .add(AuditEntity.property("id").in(ids))
            .addOrder(AuditEntity.revisionNumber().asc());
    if (revisions != null) {
      query.add(AuditEntity.revisionNumber().in(revisions));
    }
    List<Step> steps = new ArrayList<>();
    for (Object row : query.getResultList()) {
      Object[] parts = (Object[]) row;
      steps.add(new Step((MediaEntity) parts[0], (Revision) parts[1], (RevisionType) parts[2]));
    }
    return steps;
  }

  private static String operation(RevisionType type) {
    return switch (type) {
      case ADD -> "INSERT";
      case MOD -> "UPDATE";
      case DEL -> "DELETE";
    };
  }

  private record Step(MediaEntity entity, Revision revision, RevisionType type) {}
}
