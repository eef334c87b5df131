package dev.minsight.store;

import dev.minsight.store.EntityOrder.Segment;
import dev.minsight.store.EntityOrder.SortKey;
import dev.minsight.store.EntityQuery.After;
import dev.minsight.store.EntityQuery.Page;
import dev.minsight.store.EntitySearch.Sql;
import dev.minsight.store.EntitySearch.Start;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/**
 * Lists entities, page by page. A page costs a handful of statements, however many rows it has, and
 * however many entities there are, as long as an index leads to what is asked for.
 */
@Service
public class EntityLists {

  /** As many matches are sorted rather than looked for along the list's order. */
  private static final int FEW = 1000;

  private final JdbcClient jdbc;
  private final EntityHistory history;
  private final EntityRows rows;
  private final EntityCounts counts;
  private final SearchDialect dialect;

  EntityLists(
      JdbcClient jdbc,
      JdbcTemplate template,
      EntityHistory history,
      EntityRows rows,
      EntityCounts counts) {
    this.jdbc = jdbc;
    this.history = history;
    this.rows = rows;
    this.counts = counts;
    this.dialect = SearchDialect.of(template);
  }

  /**
   * Lists entities.
   *
   * @param query what to list
   * @return the part asked for
   */
  @Transactional(readOnly = true)
  public EntityPage list(EntityQuery query) {
    Optional<Long> instant = query.filter().number(EntityTerm.AS_OF);
    Optional<EntityTable> table =
        instant.isEmpty() ? Optional.of(EntityTable.NOW) : history.tableAt(instant.get());
    return table.isEmpty()
        ? new EntityPage(List.of(), query.count() ? 0L : null, false, null)
        : new Listing(query, table.get()).read();
  }

  private record Row(EntityView view, Object sortValue, boolean trash) {}

  /** One list while it is being read. */
  private final class Listing {

    private final EntityQuery query;
    private final EntityTable table;
    private final EntitySearch search;

    /** All that match, when they are few; else null. */
    private final List<Long> few;

    Listing(EntityQuery query, EntityTable table) {
      this.query = query;
      this.table = table;
      this.search = new EntitySearch(dialect, table, query.filter());
      this.few = few();
    }

    private List<Long> few() {
      if (search.inOrder(query.order().by()) || !search.hasTelling()) {
        return null;
      }
      List<Long> some = statement(search.some(FEW + 1)).query(Long.class).list();
      return some.size() > FEW ? null : some;
    }

    EntityPage read() {
      Long total = query.count() ? (Long) total() : null;
      if (query.window() instanceof Page page) {
        return page(page, total);
      }
      After after = (After) query.window();
      List<Row> found = follow(query.order(), after.cursor(), after.size() + 1);
      return answer(found, after.size(), total);
    }

    private EntityPage page(Page page, Long total) {
      long offset = page.offset();
      if (total == null) {
        return answer(skip(query.order(), offset, page.size() + 1), page.size(), null);
      }
      if (offset >= total) {
        return answer(List.of(), page.size(), total);
      }
      int size = (int) Math.min(page.size(), total - offset);
      List<Row> found;
      if (offset > total / 2) {
        // Nearer to the end: pass over fewer rows from there.
        found = skip(query.order().reversed(), total - offset - size, size);
        Collections.reverse(found);
      } else {
        found = skip(query.order(), offset, size);
      }
      return new EntityPage(views(found), total, offset + size < total, null);
    }

    /** Of one row more than asked for only its being there is told. */
    private EntityPage answer(List<Row> found, int size, Long total) {
      boolean more = found.size() > size;
      List<Row> shown = more ? found.subList(0, size) : found;
      String next = null;
      if (more) {
        Row last = shown.get(size - 1);
        next =
            new EntityCursor(query.order(), last.sortValue(), last.view().id())
                .encode(query.filter());
      }
      return new EntityPage(views(shown), total, more, next);
    }

    private List<EntityView> views(List<Row> shown) {
      boolean trash = !shown.isEmpty() && shown.get(0).trash();
      return rows.inTree(shown.stream().map(Row::view).toList(), table, trash);
    }

    /** Rows behind a number of others. */
    private List<Row> skip(EntityOrder order, long offset, int limit) {
      boolean backwards = !order.equals(query.order());
      List<Row> found = new ArrayList<>();
      long skip = offset;
      for (Segment segment : order.segments(backwards)) {
        List<Row> part = rows(new Start(order, segment, null), limit - found.size(), skip);
        found.addAll(part);
        if (found.size() == limit) {
          break;
        }
        if (skip > 0) {
          skip = part.isEmpty() ? Math.max(0, skip - count(segment)) : 0;
        }
      }
      return found;
    }

    /** Rows behind one of them. */
    private List<Row> follow(EntityOrder order, EntityCursor cursor, int limit) {
      List<Row> found = new ArrayList<>();
      EntityCursor after = cursor;
      for (Segment segment : order.segments(false)) {
        boolean passed = segment == Segment.WITH_VALUE && after != null && after.value() == null;
        if (!passed) {
          found.addAll(rows(new Start(order, segment, after), limit - found.size(), 0));
          after = null;
        }
        if (found.size() == limit) {
          break;
        }
      }
      return found;
    }

    private List<Row> rows(Start start, int limit, long offset) {
      if (few != null && few.isEmpty()) {
        return List.of();
      }
      Sql sql =
          few == null
              ? search.along(start, limit, offset)
              : search.among(few, start, limit, offset);
      int key = EntityRows.width() + 1;
      boolean text = start.order().by() == SortKey.LABEL;
      return statement(sql)
          .query(
              (row, number) -> {
                EntityView view = EntityRows.read(row);
                String value = row.getString(key);
                return new Row(
                    view,
                    value == null || text ? value : (Object) Long.valueOf(value),
                    row.getBoolean(key + 1));
              })
          .list();
    }

    private long total() {
      if (few != null) {
        return few.size();
      }
      EntityFilter filter = query.filter();
      if (table.isNow() && counts.know(filter)) {
        return counts.total(filter);
      }
      return count(Segment.ALL);
    }

    private long count(Segment segment) {
      return statement(search.count(query.order(), segment)).query(Long.class).single();
    }

    private JdbcClient.StatementSpec statement(Sql sql) {
      return jdbc.sql(sql.text()).params(sql.params());
    }
  }
}
