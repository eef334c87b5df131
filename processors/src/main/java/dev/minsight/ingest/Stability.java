package dev.minsight.ingest;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Decides when a file has come to rest: nothing about it changed between two looks that are at
 * least {@code stableFor} apart.
 *
 * <p>The looks are timed by this process's own clock, so neither a camera's wrong date nor a file
 * server whose clock differs can make a half-written file look old. A file whose last change is
 * more than {@link #LONG_AGO} past needs no second look; that keeps a restart over a large backlog
 * quick.
 *
 * <p>Not thread-safe: each watched folder has its own, used by its poll alone.
 */
final class Stability {

  /** Longer than the clocks of a file server and this machine plausibly differ. */
  static final Duration LONG_AGO = Duration.ofMinutes(5);

  private final long stableForMillis;
  private final Map<String, Sighting> sightings = new HashMap<>();
  private int scan;

  private record Sighting(FileFacts facts, long sinceMillis, int scan) {}

  Stability(Duration stableFor) {
    this.stableForMillis = stableFor.toMillis();
  }

  /**
   * @param path of the file
   * @param facts of the file now
   * @param nowMillis the time now, milliseconds since 1970
   * @return whether the file rests
   */
  boolean rests(String path, FileFacts facts, long nowMillis) {
    if (nowMillis - facts.changedMillis() > stableForMillis + LONG_AGO.toMillis()) {
      return true;
    }
    Sighting before = sightings.get(path);
    // A clock that was set back must not make the file wait for hours.
    boolean same =
        before != null && before.facts().equals(facts) && before.sinceMillis() <= nowMillis;
    long since = same ? before.sinceMillis() : nowMillis;
    sightings.put(path, new Sighting(facts, since, scan));
    return same && nowMillis - since >= stableForMillis;
  }

  /** The file was taken, or has to start resting anew. */
  void forget(String path) {
    sightings.remove(path);
  }

  /** A scan saw all there is: what it did not see is gone and need not be remembered. */
  void scannedAll() {
    sightings.values().removeIf(sighting -> sighting.scan() != scan);
    scan++;
  }

  int size() {
    return sightings.size();
  }
}
