package dev.minsight.insight;

import dev.minsight.insight.Duplicates.Group;
import dev.minsight.insight.Duplicates.Pair;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Connected components of pairs, by union-find with path halving (Tarjan and van Leeuwen 1984); the
 * smallest id of a group stands for it.
 */
final class DuplicateGroups {

  private final Map<Long, Long> parents = new HashMap<>();

  private DuplicateGroups() {}

  static List<Group> of(List<Pair> pairs) {
    DuplicateGroups union = new DuplicateGroups();
    pairs.forEach(pair -> union.join(pair.entityId(), pair.otherId()));
    Map<Long, List<Long>> members = new HashMap<>();
    union.parents.keySet().stream()
        .sorted()
        .forEach(id -> members.computeIfAbsent(union.root(id), root -> new ArrayList<>()).add(id));
    Map<Long, Double> best = new HashMap<>();
    Map<Long, Integer> counts = new HashMap<>();
    for (Pair pair : pairs) {
      long root = union.root(pair.entityId());
      best.merge(root, pair.score(), Math::max);
      counts.merge(root, 1, Integer::sum);
    }
    return members.entrySet().stream()
        .map(
            group ->
                new Group(
                    List.copyOf(group.getValue()),
                    best.get(group.getKey()),
                    counts.get(group.getKey())))
        .sorted(
            Comparator.comparing((Group group) -> -group.entityIds().size())
                .thenComparing(group -> group.entityIds().get(0)))
        .toList();
  }

  private void join(long one, long other) {
    long a = root(one);
    long b = root(other);
    parents.put(Math.max(a, b), Math.min(a, b));
  }

  private long root(long id) {
    long at = id;
    while (true) {
      long parent = parents.computeIfAbsent(at, self -> self);
      if (parent == at) {
        return at;
      }
      long above = parents.get(parent);
      parents.put(at, above);
      at = above;
    }
  }
}
