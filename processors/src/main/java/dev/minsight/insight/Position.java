package dev.minsight.insight;

import dev.minsight.vectors.VectorIndex.Hit;

/**
 * Behind which hit a search goes on. It names the hit and not only its number, so that photos which
 * come or go meanwhile shift nothing.
 *
 * @param seen hits up to and with it
 * @param score of it
 * @param id of it
 */
public record Position(int seen, float score, long id) {

  /** Before the first hit. */
  public static final Position START = new Position(0, Float.MAX_VALUE, 0);

  /** Whether a hit comes behind it: hits are in the order of falling scores, then of ids. */
  boolean before(Hit hit) {
    return hit.score() < score || hit.score() == score && hit.id() > id;
  }
}
