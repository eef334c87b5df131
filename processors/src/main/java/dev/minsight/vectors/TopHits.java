package dev.minsight.vectors;

import dev.minsight.vectors.VectorIndex.Hit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.LongPredicate;

/** Keeps the best hits of a scan: higher score first, then lower id. Not thread-safe. */
final class TopHits {

  private static final Comparator<Hit> BEST_FIRST =
      Comparator.comparing(Hit::score).reversed().thenComparing(Hit::id);

  private final int limit;
  private final LongPredicate accept;
  private final PriorityQueue<Hit> worstFirst = new PriorityQueue<>(BEST_FIRST.reversed());

  /** Scores below this cannot enter any more; most of a scan ends at this comparison. */
  private float threshold;

  /**
   * @param limit most hits to keep, at least 1
   * @param minScore least score, 0..1
   * @param accept which ids may enter
   */
  TopHits(int limit, float minScore, LongPredicate accept) {
    this.limit = limit;
    this.threshold = minScore;
    this.accept = accept;
  }

  /**
   * @return the same hits, to be continued apart
   */
  TopHits copy() {
    TopHits copy = new TopHits(limit, threshold, accept);
    copy.worstFirst.addAll(worstFirst);
    return copy;
  }

  /**
   * @return most hits kept
   */
  int limit() {
    return limit;
  }

  boolean accepts(long id) {
    return accept.test(id);
  }

  /**
   * @param score of the best vector that was not offered yet
   * @return whether it cannot be among the hits; one that is equal to the worst could, by its id
   */
  boolean isBeyond(float score) {
    return score < threshold;
  }

  /**
   * @param id the vector's id
   * @param cosine similarity before clamping; rounding may put it slightly outside -1..1
   */
  void offer(long id, float cosine) {
    float score = Math.min(1f, Math.max(0f, cosine));
    if (score < threshold) {
      return;
    }
    Hit hit = new Hit(id, score);
    if (worstFirst.size() == limit && BEST_FIRST.compare(hit, worstFirst.peek()) >= 0) {
      return;
    }
    if (!accept.test(id)) {
      return;
    }
    if (worstFirst.size() == limit) {
      worstFirst.poll();
    }
    worstFirst.add(hit);
    if (worstFirst.size() == limit) {
      threshold = worstFirst.peek().score();
    }
  }

  /**
   * @return what was kept, best first
   */
  List<Hit> best() {
    List<Hit> hits = new ArrayList<>(worstFirst);
    hits.sort(BEST_FIRST);
    return List.copyOf(hits);
  }
}
