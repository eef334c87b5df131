package dev.minsight.store;

import static dev.minsight.store.Shelf.ids;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.minsight.store.EntityOrder.SortKey;
import dev.minsight.support.ApiException;
import dev.minsight.testing.Contract;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class EntityListsTest {

  private static final EntityOrder OLDEST = new EntityOrder(SortKey.ADDED_DATE, true);

  private final Shelf shelf = new Shelf();

  @Test
  @DisplayName(
      "AC-E27, D-74: newest first; of equal times the higher id first, no page repeats one")
  @Contract("store.md 4.2 order")
  void stableOrder() {
    List<Long> all = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      all.add(0, shelf.collection("c" + i));
    }
    shelf
        .jdbc()
        .sql("UPDATE entities SET added_date = 5 WHERE parent_id = :id")
        .param("id", shelf.id)
        .update();

    List<Long> paged = new ArrayList<>();
    for (int page = 1; page <= 3; page++) {
      paged.addAll(ids(shelf.page(shelf.all(), EntityOrder.NEWEST, page, 3)));
    }

    assertThat(paged).isEqualTo(all);
    assertThat(shelf.walk(shelf.all(), EntityOrder.NEWEST, 3)).isEqualTo(all);
  }

  @Test
  @DisplayName("A page beyond every number is empty and still counts")
  @Contract("store.md 4.2 page past the end")
  void farPage() {
    shelf.collection("one");

    EntityPage page = shelf.page(shelf.all(), EntityOrder.NEWEST, Long.MAX_VALUE, 100);

    assertThat(page.items()).isEmpty();
    assertThat(page.total()).isEqualTo(1);
    assertThat(page.hasNext()).isFalse();
  }

  @Test
  @DisplayName("D-33: search_query takes % and _ literally and knows the case of every alphabet")
  @Contract("store.md 4.2 search_query")
  void substrings() {
    long percent = shelf.collection("100% Äpfel");
    long plain = shelf.collection("1000 Birnen");
    long backslash = shelf.collection("a\\b_c");
    long described = shelf.collection("x", "Sommer am \"МОРЕ\"", shelf.id);

    assertThat(containing("100%")).containsExactly(percent);
    assertThat(containing("äPFEL")).containsExactly(percent);
    assertThat(containing("_c")).containsExactly(backslash);
    assertThat(containing("\\B")).containsExactly(backslash);
    assertThat(containing("am \"море\"")).containsExactly(described);
    assertThat(containing("00")).containsExactly(plain, percent);
    assertThat(containing("* OR x")).isEmpty();
  }

  private List<Long> containing(String text) {
    return shelf.ids(shelf.all().with(EntityTerm.SEARCH_QUERY, text));
  }

  @Test
  @DisplayName("AC-E26, AC-E28: conditions are combined with AND, bounds are inclusive")
  @Contract({
    "store.md 4.2 file_size_min, file_size_max",
    "store.md 4.2 is_collection",
    "store.md 4.2 all by AND"
  })
  void filters() {
    long small = shelf.file(100);
    long middle = shelf.file(200);
    long large = shelf.file(300);
    shelf.collection("not a file");

    assertThat(shelf.ids(sizes(200L, null))).containsExactly(large, middle);
    assertThat(shelf.ids(sizes(100L, 200L))).containsExactly(middle, small);
    assertThat(shelf.ids(sizes(101L, 199L))).isEmpty();
    assertThat(shelf.page(shelf.all().with(EntityTerm.IS_COLLECTION, true)).total()).isEqualTo(1);
    assertThat(shelf.page(shelf.all().with(EntityTerm.IS_COLLECTION, false)).total()).isEqualTo(3);
    assertThat(shelf.ids(sizes(1L, null).with(EntityTerm.IS_COLLECTION, true))).isEmpty();
  }

  private EntityFilter sizes(Long least, Long greatest) {
    return shelf
        .all()
        .with(EntityTerm.FILE_SIZE_MIN, least)
        .with(EntityTerm.FILE_SIZE_MAX, greatest);
  }

  @Test
  @DisplayName("AC-E26: each date has its own range")
  @Contract("store.md 4.2 date_from, date_to")
  void dates() {
    long early = shelf.collection("early");
    long late = shelf.collection("late");
    shelf.set(early, "createDate", 1000L);
    shelf.set(late, "createDate", 2000L);
    shelf.set(late, "addedDate", 500L);

    assertThat(shelf.ids(shelf.all().with(EntityTerm.CREATE_DATE_TO, 1000L)))
        .containsExactly(early);
    assertThat(shelf.ids(shelf.all().with(EntityTerm.CREATE_DATE_FROM, 1001L)))
        .containsExactly(late);
    assertThat(
            shelf.ids(shelf.all().with(EntityTerm.DATE_FROM, 500L).with(EntityTerm.DATE_TO, 500L)))
        .containsExactly(late);
  }

  @Test
  @DisplayName("AC-E28: by size descending the largest is first; what has no size comes last")
  void bySize() {
    long none = shelf.collection("no size");
    long small = shelf.file(100);
    long large = shelf.file(300);
    long middle = shelf.file(200);

    assertThat(ids(shelf.page(shelf.all(), new EntityOrder(SortKey.FILE_SIZE, false), 1, 10)))
        .containsExactly(large, middle, small, none);
    assertThat(ids(shelf.page(shelf.all(), new EntityOrder(SortKey.FILE_SIZE, true), 1, 10)))
        .containsExactly(small, middle, large, none);
    assertThat(ids(shelf.page(shelf.all(), new EntityOrder(SortKey.FILE_SIZE, true), 2, 3)))
        .containsExactly(none);
  }

  @Test
  @DisplayName("By label, case does not count, and what has none comes last")
  void byLabel() {
    long b = shelf.collection("b");
    long file = shelf.file(10);
    long upperA = shelf.collection("A");
    long umlaut = shelf.collection("Ä");

    assertThat(ids(shelf.page(shelf.all(), new EntityOrder(SortKey.LABEL, true), 1, 10)))
        .containsExactly(upperA, b, umlaut, file);
  }

  @Test
  @DisplayName("AC-E17, AC-E18, D-75: without the trash, nothing trashed and nothing below it")
  @Contract("store.md 4.2 exclude_deleted")
  void excludeDeleted() {
    long kept = shelf.collection("kept");
    long folder = shelf.collection("folder");
    long inner = shelf.collection("inner", null, folder);
    long leaf = shelf.file(10, "leaf", inner);
    long gone = shelf.file(10);
    shelf.trash(folder);
    shelf.trash(gone);

    assertThat(shelf.ids(shelf.all())).containsExactly(gone, folder, kept);
    assertThat(shelf.ids(live(shelf.all()))).containsExactly(kept);
    assertThat(shelf.page(live(shelf.all())).total()).isEqualTo(1);
    assertThat(shelf.ids(shelf.in(inner))).containsExactly(leaf);
    assertThat(shelf.page(shelf.in(inner)).items().get(0).isIndirectlyDeleted()).isTrue();
    assertThat(shelf.ids(live(shelf.in(inner)))).isEmpty();
    assertThat(shelf.page(live(shelf.in(inner))).total()).isZero();
    assertThat(shelf.ids(shelf.all().with(EntityTerm.SEARCH_QUERY, "folder")))
        .containsExactly(folder);
    assertThat(shelf.ids(live(shelf.all().with(EntityTerm.SEARCH_QUERY, "folder")))).isEmpty();
    assertThat(shelf.ids(shelf.all().with(EntityTerm.IS_DELETED, true)))
        .containsExactly(gone, folder);
  }

  private static EntityFilter live(EntityFilter filter) {
    return filter.with(EntityTerm.EXCLUDE_DELETED, true);
  }

  @Test
  @DisplayName("D-31 children_count is the live children, with and without the trash in the list")
  @Contract("store.md 4.1 children_count")
  void childrenCount() {
    long folder = shelf.collection("folder");
    shelf.file(10, "kept", folder);
    shelf.trash(shelf.file(10, "gone", folder));

    assertThat(shelf.page(shelf.all()).items().get(0).childrenCount()).isEqualTo(1);
    assertThat(shelf.page(live(shelf.all())).items().get(0).childrenCount()).isEqualTo(1);
  }

  @Test
  @DisplayName("AC-G10, AC-G11, AC-G12, D-32: a list of a version counts and pages what has it")
  @Contract({"store.md 4.2 version", "store.md 4.2 list of a version"})
  void listOfVersions() {
    List<Long> all = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      all.add(0, shelf.collection("old " + i));
    }
    for (long id : all.subList(0, 5)) {
      shelf.set(id, "label", "new");
    }

    EntityPage first = shelf.page(shelf.all().with(EntityTerm.VERSION, 1L));
    assertThat(first.total()).isEqualTo(10);
    assertThat(ids(first)).isEqualTo(all);
    assertThat(first.items()).extracting(EntityView::label).allMatch(l -> l.startsWith("old"));

    EntityFilter second = shelf.all().with(EntityTerm.VERSION, 2L);
    EntityPage page = shelf.page(second, EntityOrder.NEWEST, 2, 3);
    assertThat(page.total()).isEqualTo(5);
    assertThat(ids(page)).isEqualTo(all.subList(3, 5));
    assertThat(page.items()).extracting(EntityView::label).containsOnly("new");
    assertThat(shelf.walk(second, EntityOrder.NEWEST, 2)).isEqualTo(all.subList(0, 5));
    assertThat(shelf.ids(shelf.all().with(EntityTerm.VERSION, 3L))).isEmpty();
  }

  @Test
  @DisplayName("AC-G13: of entities with labels of their own, version 1 shows the originals")
  @Contract("store.md 4.2 version")
  void ownLabels() {
    List<String> labels = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      String label = "original " + i;
      labels.add(label);
      shelf.set(shelf.collection(label), "label", "changed " + i);
    }

    assertThat(shelf.page(shelf.all().with(EntityTerm.VERSION, 1L)).items())
        .extracting(EntityView::label)
        .containsExactlyInAnyOrderElementsOf(labels);
  }

  @Test
  @DisplayName(
      "A part of a list that is not counted has no total and still says whether more follow")
  void notCounted() {
    shelf.collection("a");
    shelf.collection("b");

    EntityPage part = shelf.after(shelf.all(), null, null, 1);

    assertThat(part.total()).isNull();
    assertThat(part.hasNext()).isTrue();
    assertThat(shelf.after(shelf.all(), null, part.nextCursor(), 1).hasNext()).isFalse();
  }

  @Test
  @DisplayName("A cursor goes on in the order it was given for")
  void cursorKeepsOrder() {
    List<Long> all = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      all.add(shelf.collection("c" + i));
    }
    String cursor = shelf.after(shelf.all(), OLDEST, null, 2).nextCursor();

    assertThat(ids(shelf.after(shelf.all(), null, cursor, 2))).isEqualTo(all.subList(2, 4));
  }

  @Test
  @DisplayName("A cursor of another list, or one that was changed, is refused")
  void foreignCursor() {
    shelf.collection("a");
    shelf.collection("b");
    String cursor = shelf.after(shelf.all(), OLDEST, null, 1).nextCursor();

    assertRefused(EntityFilter.everything(), null, cursor, "another list");
    assertRefused(shelf.all(), EntityOrder.NEWEST, cursor, "another list");
    assertRefused(shelf.all(), null, "abc", "none that this server gave");
    assertRefused(shelf.all(), null, "%%%", "none that this server gave");
    for (int i = 0; i < cursor.length(); i++) {
      char other = cursor.charAt(i) == 'A' ? 'B' : 'A';
      String changed = cursor.substring(0, i) + other + cursor.substring(i + 1);
      assertRefused(shelf.all(), null, changed, "cursor");
    }
  }

  private void assertRefused(EntityFilter filter, EntityOrder order, String cursor, String text) {
    assertThatThrownBy(() -> shelf.after(filter, order, cursor, 1))
        .as(cursor)
        .isInstanceOfSatisfying(ApiException.class, e -> assertThat(e.status()).isEqualTo(422))
        .hasMessageContaining(text);
  }

  @Test
  @DisplayName("Many matches and few are found alike: in every order, each row once")
  void manyAndFew() {
    List<Long> all = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      all.add(0, shelf.collection("same"));
    }
    List<Long> filler = fill(1100);
    EntityFilter everywhere = EntityFilter.everything().with(EntityTerm.Q, "filler" + shelf.id);
    EntityFilter here = shelf.all().with(EntityTerm.Q, "same");
    try {
      for (SortKey by : SortKey.values()) {
        EntityOrder order = new EntityOrder(by, false);
        assertThat(shelf.walk(here, order, 2)).as("%s", order).containsExactlyElementsOf(all);
        assertThat(shelf.walk(everywhere, order, 100))
            .as("%s", order)
            .containsExactlyElementsOf(filler);
        assertThat(shelf.page(everywhere, order, 1, 1).total()).isEqualTo(filler.size());
      }
    } finally {
      shelf.jdbc().sql("DELETE FROM entities WHERE added_by = 'filler'").update();
    }
  }

  /** More than are sorted at once. */
  private List<Long> fill(int count) {
    List<Long> ids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      long id = 1_000_000_000 + shelf.id * 10_000 + i;
      ids.add(0, id);
      shelf
          .jdbc()
          .sql(
              """
              INSERT INTO entities (id, is_collection, added_date, is_deleted, added_by, words)
              VALUES (:id, TRUE, :id, FALSE, 'filler', :words)""")
          .param("id", id)
          .param("words", "filler" + shelf.id)
          .update();
    }
    return ids;
  }
}
