package dev.minsight.vectors;

import java.io.IOException;
import java.util.Optional;
import java.util.function.LongPredicate;
import java.util.stream.LongStream;

/**
 * Where the vectors of a collection are, newest first. What is written under an id in one level
 * hides what the levels below have under it.
 *
 * @param front takes the writes
 * @param frozen no longer written, on its way into the index on disk; null when none is
 * @param disk what came there; null while all is in memory
 */
record Levels(Segment front, Segment frozen, HnswView disk) {

  private static final LongPredicate NOTHING = id -> false;

  /** All in memory. */
  static Levels exact(Segment front) {
    return new Levels(front, null, null);
  }

  boolean contains(long id) throws IOException {
    if (front.contains(id) || front.hides(id)) {
      return front.contains(id);
    }
    if (frozen != null && (frozen.contains(id) || frozen.hides(id))) {
      return frozen.contains(id);
    }
    return disk != null && disk.contains(id);
  }

  /** Whoever calls has acquired the levels. */
  Optional<float[]> vector(long id) throws IOException {
    Segment.View view = front.view(); // before looking: what is written afterwards hides nothing
    Optional<float[]> found = front.vector(id);
    if (found.isPresent() || view.hides(id)) {
      return found.isPresent() ? found : front.vector(id);
    }
    if (frozen != null) {
      found = frozen.vector(id);
      if (found.isPresent() || frozen.hides(id)) {
        return found;
      }
    }
    return disk == null ? Optional.empty() : disk.vector(id);
  }

  TopHits search(float[] unit, TopHits top) throws IOException {
    Segment.View first = front.view();
    first.scan(unit, top, NOTHING);
    if (frozen != null) {
      frozen.view().scan(unit, top, first::hides);
    }
    return disk == null ? top : disk.search(unit, top, hiddenFromDisk(first));
  }

  LongStream ids() throws IOException {
    Segment.View first = front.view();
    LongStream ids = first.ids();
    if (frozen != null) {
      ids = LongStream.concat(ids, frozen.view().ids().filter(id -> !first.hides(id)));
    }
    if (disk != null) {
      LongPredicate hidden = hiddenFromDisk(first);
      ids = LongStream.concat(ids, disk.ids().filter(id -> !hidden.test(id)));
    }
    return ids;
  }

  private LongPredicate hiddenFromDisk(Segment.View first) {
    return frozen == null ? first::hides : id -> first.hides(id) || frozen.hides(id);
  }

  boolean acquire() {
    return disk == null || disk.acquire();
  }

  void release() throws IOException {
    if (disk != null) {
      disk.release();
    }
  }
}
