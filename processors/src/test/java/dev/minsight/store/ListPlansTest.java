package dev.minsight.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minsight.store.EntityOrder.Segment;
import dev.minsight.store.EntityOrder.SortKey;
import dev.minsight.store.EntitySearch.Sql;
import dev.minsight.store.EntitySearch.Start;
import dev.minsight.testing.OpenServer;
import dev.minsight.testing.TestDatabase;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * How SQLite reads lists. It keeps no statistics here, so the plan is the same for a million rows.
 */
class ListPlansTest {

  /** Indexes that hold only the rows in question. */
  private static final String FEW_ROWS = ".* INDEX entities_(trash|collections)";

  private final JdbcClient jdbc = OpenServer.shared().bean(JdbcClient.class);

  @BeforeAll
  static void onlySqlite() {
    TestDatabase.assumeSqlite("PostgreSQL plans by the data");
  }

  private List<String> plan(Sql sql) {
    return jdbc.sql("EXPLAIN QUERY PLAN " + sql.text())
        .params(sql.params())
        .query((row, number) -> row.getString("detail"))
        .list();
  }

  private static EntitySearch search(EntityFilter filter) {
    return new EntitySearch(SearchDialect.SQLITE, EntityTable.NOW, filter);
  }

  /** Reads no table from end to end, and sorts nothing. */
  private void assertAlongIndex(EntitySearch search, EntityOrder order, EntityCursor after) {
    for (Segment segment : order.segments(false)) {
      List<String> plan = plan(search.along(new Start(order, segment, after), 20, 0));
      assertThat(plan)
          .as("%s %s", order, segment)
          .noneMatch(line -> line.contains("TEMP B-TREE") || line.matches("SCAN e( LEFT-JOIN)?"))
          .anyMatch(line -> line.matches("(SEARCH|SCAN) e USING .*INDEX .*"));
    }
  }

  @ParameterizedTest
  @DisplayName("D-57: every order is read off an index, in both directions, from any cursor")
  @EnumSource(SortKey.class)
  void orders(SortKey by) {
    Object value = by == SortKey.ID ? null : by == SortKey.LABEL ? (Object) "m" : (Object) 5L;
    for (boolean ascending : new boolean[] {true, false}) {
      EntityOrder order = new EntityOrder(by, ascending);
      assertAlongIndex(search(EntityFilter.everything()), order, null);
      assertAlongIndex(search(EntityFilter.everything()), order, new EntityCursor(order, value, 7));
    }
  }

  private static EntityFilter only(EntityTerm term) {
    Object value =
        switch (term.kind()) {
          case TEXT -> "some text";
          case NUMBER -> (Object) 2L;
          case FLAG -> (Object) true;
        };
    return EntityFilter.everything().with(term, value);
  }

  @ParameterizedTest
  @DisplayName(
      "D-57: every condition with the default order: many rows are read along it, unsorted")
  @EnumSource(value = EntityTerm.class, names = "AS_OF", mode = EnumSource.Mode.EXCLUDE)
  void conditionsThatManyMeet(EntityTerm term) {
    assertAlongIndex(search(only(term)), EntityOrder.NEWEST, null);
    assertAlongIndex(
        search(only(term)), EntityOrder.NEWEST, new EntityCursor(EntityOrder.NEWEST, 5L, 7));
  }

  @ParameterizedTest
  @DisplayName("D-57: every condition leads to its rows by an index of its own")
  @EnumSource(
      value = EntityTerm.class,
      names = {"AS_OF", "EXCLUDE_DELETED"},
      mode = EnumSource.Mode.EXCLUDE)
  void conditionsThatFewMeet(EntityTerm term) {
    EntitySearch search = search(only(term));

    assertThat(search.hasTelling()).isTrue();
    assertThat(plan(search.some(1001)))
        .as("%s", term)
        .noneMatch(line -> line.matches("SCAN [ev]( .*)?") && !line.matches(FEW_ROWS))
        .noneMatch(line -> line.contains("TEMP B-TREE"));
  }

  @Test
  @DisplayName("D-28, D-75: the trash is walked from its top by collections only, once a list")
  void trash() {
    assertThat(
            plan(
                search(only(EntityTerm.EXCLUDE_DELETED))
                    .along(new Start(EntityOrder.NEWEST, Segment.WITH_VALUE, null), 20, 0)))
        .anyMatch(line -> line.matches("SCAN t USING .*entities_trashed_collections"))
        .anyMatch(line -> line.matches("SEARCH c USING .*entities_subcollections .*"));
  }

  @Test
  @DisplayName("Lists as of an instant are read along an index of the history")
  void asOf() {
    EntityTable then = EntityTable.asOf(5);
    for (EntityFilter filter : List.of(EntityFilter.everything(), only(EntityTerm.PARENT_ID))) {
      assertAlongIndex(
          new EntitySearch(SearchDialect.SQLITE, then, filter), EntityOrder.NEWEST, null);
    }
  }
}
