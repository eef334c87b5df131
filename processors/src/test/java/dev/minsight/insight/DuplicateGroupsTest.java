package dev.minsight.insight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minsight.insight.Duplicates.Group;
import dev.minsight.insight.Duplicates.Pair;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Groups are what hangs together by pairs. */
class DuplicateGroupsTest {

  @Provide
  Arbitrary<List<Pair>> pairs() {
    Arbitrary<Long> ids = Arbitraries.longs().between(1, 15);
    return Combinators.combine(ids, ids, Arbitraries.doubles().between(0.8, 1))
        .as((a, b, score) -> new Pair(Math.min(a, b), Math.max(a, b), score, null))
        .filter(pair -> pair.entityId() < pair.otherId())
        .list()
        .ofMaxSize(25);
  }

  @Property(tries = 300)
  @Label("A group is all that can be reached from one of its photos, and nothing else")
  void reachable(@ForAll("pairs") List<Pair> pairs) {
    List<Group> groups = DuplicateGroups.of(pairs);

    Set<Long> seen = new HashSet<>();
    for (Group group : groups) {
      assertThat(group.entityIds())
          .containsExactlyElementsOf(reached(group.entityIds().get(0), pairs));
      assertThat(seen).doesNotContainAnyElementsOf(group.entityIds());
      seen.addAll(group.entityIds());
    }
    pairs.forEach(pair -> assertThat(seen).contains(pair.entityId(), pair.otherId()));
  }

  private static Set<Long> reached(long from, List<Pair> pairs) {
    Set<Long> reached = new TreeSet<>(Set.of(from));
    Deque<Long> open = new ArrayDeque<>(reached);
    while (!open.isEmpty()) {
      long at = open.pop();
      for (Pair pair : pairs) {
        for (long[] way :
            List.of(
                new long[] {pair.entityId(), pair.otherId()},
                new long[] {pair.otherId(), pair.entityId()})) {
          if (way[0] == at && reached.add(way[1])) {
            open.push(way[1]);
          }
        }
      }
    }
    return reached;
  }

  @Property(tries = 300)
  @Label("Each group counts its pairs and tells the best score; the largest groups come first")
  void facts(@ForAll("pairs") List<Pair> pairs) {
    List<Group> groups = DuplicateGroups.of(pairs);

    for (Group group : groups) {
      List<Pair> within = new ArrayList<>(pairs);
      within.removeIf(pair -> !group.entityIds().contains(pair.entityId()));
      assertThat(group.pairs()).isEqualTo(within.size());
      assertThat(group.score())
          .isEqualTo(within.stream().mapToDouble(Pair::score).max().orElseThrow());
    }
    assertThat(groups)
        .extracting(group -> group.entityIds().size())
        .isSortedAccordingTo((a, b) -> b - a);
  }
}
