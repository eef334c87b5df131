package dev.minsight.insight;

import dev.minsight.support.Chore;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.springframework.stereotype.Component;

/**
 * Removes vectors whose entity or face is gone. A vector that comes in while one looks may seem to
 * be of nobody, as its row is too new to be seen; so only what is found twice is removed.
 */
@Component
class StrayVectors implements Chore {

  private final OrphanVectors vectors;

  StrayVectors(OrphanVectors vectors) {
    this.vectors = vectors;
  }

  @Override
  public String name() {
    return "stray-vectors";
  }

  @Override
  public long run() {
    Set<OrphanVectors.Orphan> first = new HashSet<>(vectors.find());
    if (first.isEmpty()) {
      return 0;
    }
    List<OrphanVectors.Orphan> again = vectors.find().stream().filter(first::contains).toList();
    return vectors.remove(again);
  }
}
