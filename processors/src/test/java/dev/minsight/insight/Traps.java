package dev.minsight.insight;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongConsumer;

/** Lets something happen at checkpoints, once each. */
final class Traps extends Checkpoints {

  /** Stands for whichever photo comes first. */
  static final long ANY = -1;

  private record Place(Point point, long entityId) {}

  private final Map<Place, LongConsumer> traps = new ConcurrentHashMap<>();
  private final Set<Place> sprung = ConcurrentHashMap.newKeySet();

  void set(Point point, long entityId, LongConsumer trap) {
    traps.put(new Place(point, entityId), trap);
  }

  boolean sprung(Point point, long entityId) {
    return sprung.contains(new Place(point, entityId));
  }

  @Override
  public void reached(Point point, long entityId) {
    for (Place place : new Place[] {new Place(point, entityId), new Place(point, ANY)}) {
      LongConsumer trap = traps.remove(place);
      if (trap != null) {
        sprung.add(place);
        trap.accept(entityId);
      }
    }
  }
}
