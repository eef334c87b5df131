package dev.minsight.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minsight.store.EntityOrder.SortKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** What holds of every list, whatever is in it. */
class ListLawsTest {

  private static final AtomicLong IDS = new AtomicLong(7_000_000_000_000L);

  /** Few different values, so that many are equal or missing. */
  record Item(Long added, Long created, String label, Long size, boolean deleted) {}

  record Stored(long id, Item item) {}

  @Provide
  Arbitrary<Item> items() {
    return Combinators.combine(
            Arbitraries.longs().between(0, 3),
            Arbitraries.longs().between(0, 3).injectNull(0.3),
            Arbitraries.of("a", "B", "ä", "b").injectNull(0.3),
            Arbitraries.longs().between(0, 2).injectNull(0.3),
            Arbitraries.of(true, false))
        .as(Item::new);
  }

  private static Stored insert(Shelf shelf, Item item) {
    long id = IDS.incrementAndGet();
    shelf
        .jdbc()
        .sql(
            """
            INSERT INTO entities
              (id, is_collection, parent_id, added_date, updated_date, create_date, label,
               label_key, file_size, is_deleted)
            VALUES (?, FALSE, ?, ?, ?, ?, ?, ?, ?, ?)""")
        .params(
            id,
            shelf.id,
            item.added(),
            item.added(),
            item.created(),
            item.label(),
            SearchText.key(item.label()),
            item.size(),
            item.deleted())
        .update();
    return new Stored(id, item);
  }

  private static List<Long> sorted(List<Stored> stored, EntityOrder order) {
    Comparator<Stored> byValue =
        switch (order.by()) {
          case ADDED_DATE, UPDATED_DATE -> by(s -> s.item().added(), order);
          case CREATE_DATE -> by(s -> s.item().created(), order);
          case LABEL -> by(s -> SearchText.key(s.item().label()), order);
          case FILE_SIZE -> by(s -> s.item().size(), order);
          case ID -> (a, b) -> 0;
        };
    Comparator<Stored> byId = Comparator.comparing(Stored::id);
    return stored.stream()
        .sorted(byValue.thenComparing(order.ascending() ? byId : byId.reversed()))
        .map(Stored::id)
        .toList();
  }

  private static <T extends Comparable<T>> Comparator<Stored> by(
      java.util.function.Function<Stored, T> value, EntityOrder order) {
    Comparator<T> natural = Comparator.naturalOrder();
    return Comparator.comparing(
        value, Comparator.nullsLast(order.ascending() ? natural : natural.reversed()));
  }

  @Property(tries = 40)
  @Label("Cursors lead through every list, each row once and in order, and so do pages")
  void everyRowOnce(
      @ForAll @Size(max = 12) List<@net.jqwik.api.From("items") Item> items,
      @ForAll SortKey by,
      @ForAll boolean ascending,
      @ForAll @IntRange(min = 1, max = 5) int size) {
    Shelf shelf = new Shelf();
    List<Stored> stored = items.stream().map(item -> insert(shelf, item)).toList();
    EntityOrder order = new EntityOrder(by, ascending);
    List<Long> expected = sorted(stored, order);

    assertThat(shelf.walk(shelf.all(), order, size)).isEqualTo(expected);

    List<Long> paged = new ArrayList<>();
    for (int page = 1; page <= (expected.size() + size - 1) / size; page++) {
      EntityPage part = shelf.page(shelf.all(), order, page, size);
      paged.addAll(Shelf.ids(part));
      assertThat(part.total()).isEqualTo(expected.size());
    }
    assertThat(paged).isEqualTo(expected);
  }

  @Property(tries = 25)
  @Label("What is added during the walk neither hides nor repeats what was there before")
  void walkWhileWriting(
      @ForAll @Size(max = 12) List<@net.jqwik.api.From("items") Item> items,
      @ForAll @Size(min = 1, max = 12) List<@net.jqwik.api.From("items") Item> later,
      @ForAll SortKey by,
      @ForAll boolean ascending) {
    Shelf shelf = new Shelf();
    List<Stored> stored = items.stream().map(item -> insert(shelf, item)).toList();
    EntityOrder order = new EntityOrder(by, ascending);
    List<Item> waiting = new ArrayList<>(later);
    List<Stored> all = new ArrayList<>(stored);

    List<Long> walked =
        shelf.walk(
            shelf.all(),
            order,
            2,
            () -> {
              if (!waiting.isEmpty()) {
                all.add(insert(shelf, waiting.remove(0)));
              }
            });

    List<Long> before = stored.stream().map(Stored::id).toList();
    assertThat(walked).doesNotHaveDuplicates().containsAll(before);
    assertThat(walked).isEqualTo(sorted(all, order).stream().filter(walked::contains).toList());
  }

  @Property(tries = 25)
  @Label("Counters tell what counting tells, whatever was moved, trashed or removed")
  void counters(
      @ForAll @Size(max = 12) List<@net.jqwik.api.From("items") Item> items,
      @ForAll @Size(max = 8) List<@IntRange(max = 100) Integer> changes) {
    Shelf shelf = new Shelf();
    long folder = shelf.collection("folder");
    List<Stored> stored = items.stream().map(item -> insert(shelf, item)).toList();
    for (int change : changes) {
      if (!stored.isEmpty()) {
        change(shelf, stored.get(change % stored.size()).id(), change, folder);
      }
    }

    for (long parent : new long[] {shelf.id, folder}) {
      for (boolean deleted : new boolean[] {true, false}) {
        for (String type : new String[] {null, "image", "video"}) {
          EntityFilter filter =
              shelf.in(parent).with(EntityTerm.IS_DELETED, deleted).with(EntityTerm.TYPE, type);
          // Without an index of its own this condition is counted row by row.
          EntityFilter counted = filter.with(EntityTerm.DATE_FROM, -1L);
          assertThat(shelf.page(filter).total())
              .as("%s", filter)
              .isEqualTo(shelf.page(counted).total());
        }
      }
      EntityFilter live = shelf.in(parent).with(EntityTerm.EXCLUDE_DELETED, true);
      assertThat(shelf.page(live).total()).isEqualTo(shelf.ids(live).size());
    }
    assertThat(
            groups(
                shelf,
                """
                SELECT parent_id, type, is_collection, is_deleted, SUM(n) FROM entity_count
                GROUP BY 1, 2, 3, 4 HAVING SUM(n) <> 0"""))
        .containsExactlyInAnyOrderElementsOf(
            groups(
                shelf,
                """
                SELECT COALESCE(parent_id, 0), COALESCE(type, ''), is_collection, is_deleted, COUNT(*)
                FROM entities GROUP BY 1, 2, 3, 4
                UNION ALL
                SELECT -1, COALESCE(type, ''), is_collection, is_deleted, COUNT(*)
                FROM entities GROUP BY 1, 2, 3, 4"""));
    EntityFilter everywhere = EntityFilter.everything().with(EntityTerm.EXCLUDE_DELETED, true);
    assertThat(shelf.page(everywhere).total())
        .isEqualTo(
            shelf
                .jdbc()
                .sql(
                    """
                    WITH RECURSIVE trashed (id) AS (
                      SELECT id FROM entities WHERE is_collection AND is_deleted
                      UNION
                      SELECT c.id FROM entities c JOIN trashed t ON c.parent_id = t.id
                      WHERE c.is_collection)
                    SELECT COUNT(*) FROM entities WHERE NOT is_deleted
                      AND (parent_id IS NULL OR parent_id NOT IN (SELECT id FROM trashed))""")
                .query(Long.class)
                .single());
  }

  private static List<String> groups(Shelf shelf, String sql) {
    return shelf
        .jdbc()
        .sql(sql)
        .query(
            (row, number) ->
                "%d %s %b %b: %d"
                    .formatted(
                        row.getLong(1),
                        row.getString(2),
                        row.getBoolean(3),
                        row.getBoolean(4),
                        row.getLong(5)))
        .list();
  }

  private static void change(Shelf shelf, long id, int change, long folder) {
    String sql =
        switch (change % 6) {
          case 0 -> "UPDATE entities SET is_deleted = NOT is_deleted WHERE id = :id";
          case 1 -> "UPDATE entities SET type = 'image' WHERE id = :id";
          case 2 -> "UPDATE entities SET type = 'video' WHERE id = :id";
          case 3 -> "UPDATE entities SET parent_id = " + folder + " WHERE id = :id";
          case 4 -> "UPDATE entities SET is_deleted = TRUE WHERE id = " + folder + " OR id = :id";
          default -> "DELETE FROM entities WHERE id = :id";
        };
    shelf.jdbc().sql(sql).param("id", id).update();
  }
}
