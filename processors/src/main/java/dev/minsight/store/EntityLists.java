package dev.minsight.store;

import jakarta.persistence.EntityManager;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Lists entities, page by page. */
@Service
public class EntityLists {

  private final EntityManager entities;
  private final JdbcClient jdbc;
  private final EntityTree tree;
  private final EntityHistory history;

  EntityLists(EntityManager entities, JdbcClient jdbc, EntityTree tree, EntityHistory history) {
    this.entities = entities;
    this.jdbc = jdbc;
    this.tree = tree;
    this.history = history;
  }

  /**
   * Lists entities, newest first (added_date, then id). A page costs a handful of statements,
   * however many rows it has.
   *
   * @param query conditions and page
   * @return the page and the number of all rows that match
   */
  @Transactional(readOnly = true)
  public EntityPage list(EntityQuery query) {
    EntitySearch search = new EntitySearch(query);
    long total = search.total(jdbc);
    List<Long> page = search.page(jdbc);
    Map<Long, Integer> places = new HashMap<>();
    for (int i = 0; i < page.size(); i++) {
      places.put(page.get(i), i);
    }
    List<MediaEntity> rows =
        (query.version() == null ? rows(page) : history.version(page, query.version()).values())
            .stream().sorted(Comparator.comparing(row -> places.get(row.id()))).toList();
    return new EntityPage(views(rows), total);
  }

  private Collection<MediaEntity> rows(Collection<Long> wanted) {
    return wanted.isEmpty()
        ? List.of()
        : entities
            .createQuery("select e from MediaEntity e where e.id in :ids", MediaEntity.class)
            .setParameter("ids", wanted)
            .getResultList();
  }

  private List<EntityView> views(List<MediaEntity> rows) {
    List<Long> all = rows.stream().map(MediaEntity::id).toList();
    Map<Long, Integer> children = tree.liveChildren(all);
    Set<Long> belowTrash = tree.belowTrash(all);
    return rows.stream()
        .map(
            row ->
                EntityView.of(
                    row, children.getOrDefault(row.id(), 0), belowTrash.contains(row.id())))
        .toList();
  }
}
