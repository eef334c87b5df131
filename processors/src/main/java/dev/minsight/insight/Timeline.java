package dev.minsight.insight;

import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * What happened to an entity, put together from all who know something: its history, its jobs, the
 * engine. Each of them forgets on its own; what the others know still shows.
 */
@Component
public class Timeline {

  private final List<TimelineSource> sources;

  Timeline(List<TimelineSource> sources) {
    this.sources = sources;
  }

  /**
   * A part of a timeline.
   *
   * @param entries oldest first
   * @param next place after which it goes on, empty at the end
   */
  public record Page(List<TimelineEntry> entries, Optional<Place> next) {}

  /**
   * A place in a timeline: that of an entry, which need not exist any more.
   *
   * @param at milliseconds since 1970
   * @param id of the entry
   */
  public record Place(long at, String id) {}

  /**
   * @param entityId number of an entity
   * @param after where to go on, or null for the beginning
   * @param limit most entries, 1 or more
   * @return what happened after that place, oldest first
   */
  public Page of(long entityId, Place after, int limit) {
    List<TimelineEntry> all =
        sources.stream()
            .flatMap(source -> source.of(entityId).stream())
            .sorted(TimelineEntry.ORDER)
            .toList();
    int from = after == null ? 0 : following(all, after);
    int to = Math.min(all.size(), from + limit);
    List<TimelineEntry> entries = all.subList(from, to);
    return new Page(
        entries,
        to < all.size()
            ? Optional.of(new Place(all.get(to - 1).at(), all.get(to - 1).id()))
            : Optional.empty());
  }

  /** Of an entry that is gone, only its moment is known: whatever else was then comes again. */
  private static int following(List<TimelineEntry> all, Place after) {
    int earlier = 0;
    for (int i = 0; i < all.size() && all.get(i).at() <= after.at(); i++) {
      if (all.get(i).at() < after.at()) {
        earlier = i + 1;
      } else if (all.get(i).id().equals(after.id())) {
        return i + 1;
      }
    }
    return earlier;
  }
}
