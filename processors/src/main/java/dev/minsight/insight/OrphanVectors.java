package dev.minsight.insight;

import dev.minsight.support.RetryableException;
import dev.minsight.vectors.VectorIndex;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Vectors in the indexes whose entity or face is gone. All of an index is looked through. */
@Component
public class OrphanVectors {

  private static final int BATCH = 500;

  private final VectorIndex index;
  private final VectorCollections collections;
  private final JdbcClient jdbc;

  OrphanVectors(VectorIndex index, VectorCollections collections, JdbcClient jdbc) {
    this.index = index;
    this.collections = collections;
    this.jdbc = jdbc;
  }

  /**
   * A vector of nobody.
   *
   * @param id of the face it stood for, or {@link PictureId}
   * @param collection it is in
   */
  public record Orphan(long id, String collection) {}

  /**
   * @return the orphans; an index that is being rebuilt has none, since it will have none
   */
  @Transactional(readOnly = true)
  public List<Orphan> find() {
    List<Orphan> orphans = new ArrayList<>();
    for (VectorKind kind : VectorKind.values()) {
      if (collections.isOpen(kind)) {
        orphans(kind).forEach(id -> orphans.add(new Orphan(id, kind.collection())));
      }
    }
    return orphans;
  }

  private List<Long> orphans(VectorKind kind) {
    List<Long> ids;
    try {
      ids = index.ids(kind.collection()).boxed().toList();
    } catch (RetryableException e) {
      return List.of();
    }
    List<Long> orphans = new ArrayList<>();
    for (int from = 0; from < ids.size(); from += BATCH) {
      List<Long> some = ids.subList(from, Math.min(ids.size(), from + BATCH));
      Set<Long> known = known(kind, some);
      some.stream().filter(id -> !known.contains(id)).forEach(orphans::add);
    }
    return orphans;
  }

  private Set<Long> known(VectorKind kind, List<Long> ids) {
    if (kind == VectorKind.FACE) {
      return existing("faces", ids);
    }
    Set<Long> entities = existing("entities", ids.stream().map(PictureId::entityOf).toList());
    return ids.stream()
        .filter(id -> entities.contains(PictureId.entityOf(id)))
        .collect(Collectors.toSet());
  }

  private Set<Long> existing(String table, List<Long> ids) {
    return new HashSet<>(
        jdbc.sql("SELECT id FROM " + table + " WHERE id IN (:ids)")
            .param("ids", ids)
            .query(Long.class)
            .list());
  }

  /**
   * @param orphans as found
   * @return how many were removed
   */
  public int remove(List<Orphan> orphans) {
    orphans.forEach(orphan -> index.delete(orphan.collection(), orphan.id()));
    return orphans.size();
  }
}
