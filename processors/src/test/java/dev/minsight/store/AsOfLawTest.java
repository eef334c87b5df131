package dev.minsight.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.minsight.store.EntityOrder.SortKey;
import dev.minsight.testing.OpenServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The list at an instant is what the writes up to then made of it. */
class AsOfLawTest {

  private static final EntityOrder BY_ID = new EntityOrder(SortKey.ID, true);

  /** What a list shows of an entity. */
  record Shown(String label, boolean deleted, int children) {}

  record Moment(long millis, Map<Long, Shown> state) {}

  private static long tick() {
    long now = System.currentTimeMillis();
    await().until(() -> System.currentTimeMillis() > now);
    return now;
  }

  @Property(tries = 12)
  @Label(
      "as_of is the replay of the writes: what was deleted since appears, what came later does not")
  void replay(@ForAll @Size(min = 1, max = 10) List<@IntRange(max = 1000) Integer> writes) {
    Shelf shelf = new Shelf();
    Map<Long, Shown> state = new TreeMap<>();
    List<Moment> moments = new ArrayList<>();
    moments.add(new Moment(tick(), Map.of()));
    for (int write : writes) {
      write(shelf, state, write);
      moments.add(new Moment(tick(), new TreeMap<>(state)));
    }

    for (Moment moment : moments) {
      EntityFilter then = shelf.all().with(EntityTerm.AS_OF, moment.millis());
      assertThat(shown(shelf.page(then))).isEqualTo(moment.state());
      assertThat(shelf.page(then).total()).isEqualTo(moment.state().size());
      assertThat(shelf.walk(then, BY_ID, 2)).containsExactlyElementsOf(moment.state().keySet());
      assertThat(shown(shelf.page(then.with(EntityTerm.EXCLUDE_DELETED, true))))
          .isEqualTo(only(moment, false, null));
      assertThat(shown(shelf.page(then.with(EntityTerm.Q, "name 1"))))
          .isEqualTo(only(moment, null, "name 1"));
      assertThat(shown(shelf.page(then.with(EntityTerm.SEARCH_QUERY, "AME 1"))))
          .isEqualTo(only(moment, null, "name 1"));
    }
  }

  private static void write(Shelf shelf, Map<Long, Shown> state, int write) {
    List<Long> ids = new ArrayList<>(state.keySet());
    String label = "name " + write;
    if (ids.isEmpty() || write % 5 == 0) {
      state.put(shelf.collection(label), new Shown(label, false, 0));
      return;
    }
    long id = ids.get(write % ids.size());
    Shown old = state.get(id);
    switch (write % 5) {
      case 1 -> {
        shelf.set(id, "label", label);
        state.put(id, new Shown(label, old.deleted(), old.children()));
      }
      case 2 -> {
        shelf.set(id, "deleted", !old.deleted());
        state.put(id, new Shown(old.label(), !old.deleted(), old.children()));
      }
      case 3 -> {
        if (old.children() == 0) {
          shelf.remove(id);
          state.remove(id);
        }
      }
      default -> {
        if (!old.deleted()) { // nothing is put into the trash
          shelf.collection("child", null, id);
          state.put(id, new Shown(old.label(), false, old.children() + 1));
        }
      }
    }
  }

  private static Map<Long, Shown> shown(EntityPage page) {
    Map<Long, Shown> shown = new TreeMap<>();
    page.items()
        .forEach(e -> shown.put(e.id(), new Shown(e.label(), e.isDeleted(), e.childrenCount())));
    return shown;
  }

  private static Map<Long, Shown> only(Moment moment, Boolean deleted, String beginning) {
    Map<Long, Shown> only = new TreeMap<>(moment.state());
    only.values()
        .removeIf(
            shown ->
                (deleted != null && shown.deleted() != deleted)
                    || (beginning != null && !shown.label().startsWith(beginning)));
    return only;
  }

  @Test
  @DisplayName("One entity as of an instant: as it was, in the tree as it was, or not there")
  void oneEntity() {
    EntityHistory history = OpenServer.shared().bean(EntityHistory.class);
    Shelf shelf = new Shelf();
    long before = tick();
    long folder = shelf.collection("folder");
    long entity = shelf.collection("first", null, folder);
    long created = tick();
    shelf.set(entity, "label", "second");
    shelf.trash(folder);
    long changed = tick();
    shelf.remove(entity);
    tick();

    assertThat(history.asOf(entity, before)).isEmpty();
    assertThat(history.asOf(entity, created))
        .hasValueSatisfying(
            e -> {
              assertThat(e.label()).isEqualTo("first");
              assertThat(e.isIndirectlyDeleted()).isFalse();
            });
    assertThat(history.asOf(entity, changed))
        .hasValueSatisfying(
            e -> {
              assertThat(e.label()).isEqualTo("second");
              assertThat(e.isIndirectlyDeleted()).isTrue();
            });
    assertThat(history.asOf(entity, Long.MAX_VALUE)).isEmpty();
    assertThat(history.asOf(entity, Long.MIN_VALUE)).isEmpty();
  }
}
