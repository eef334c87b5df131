package dev.minsight.insight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minsight.insight.TimelineEntry.Kind;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Laws of putting a timeline together and reading it in pages. */
class TimelineTest {

  private static TimelineEntry entry(String id, long at) {
    return TimelineEntry.draft(id, at, Kind.STEP, id).entry();
  }

  private static List<TimelineEntry> entries(String prefix, List<Integer> moments) {
    List<TimelineEntry> entries = new ArrayList<>();
    for (int i = 0; i < moments.size(); i++) {
      entries.add(entry(prefix + i, moments.get(i)));
    }
    return entries;
  }

  private static List<TimelineEntry> read(Timeline timeline, int limit) {
    List<TimelineEntry> read = new ArrayList<>();
    Timeline.Place after = null;
    do {
      Timeline.Page page = timeline.of(1, after, limit);
      assertThat(page.entries().size()).isLessThanOrEqualTo(limit);
      read.addAll(page.entries());
      after = page.next().orElse(null);
    } while (after != null);
    return read;
  }

  @Property(tries = 200)
  @Label("Pages of any size, over all sources, give every entry once and oldest first")
  void pages(
      @ForAll @Size(max = 30) List<@IntRange(max = 5) Integer> some,
      @ForAll @Size(max = 30) List<@IntRange(max = 5) Integer> others,
      @ForAll @IntRange(min = 1, max = 20) int limit) {
    List<TimelineEntry> all = new ArrayList<>(entries("a", some));
    all.addAll(entries("b", others));
    Timeline timeline = new Timeline(List.of(id -> entries("a", some), id -> entries("b", others)));

    List<TimelineEntry> read = read(timeline, limit);

    assertThat(read).containsExactlyInAnyOrderElementsOf(all);
    assertThat(read).isSortedAccordingTo(TimelineEntry.ORDER);
  }

  @Property(tries = 100)
  @Label("Reading goes on after an entry that has been forgotten meanwhile, and skips nothing")
  void forgotten(
      @ForAll @Size(min = 2, max = 20) List<@IntRange(max = 5) Integer> moments,
      @ForAll @IntRange(min = 1, max = 5) int limit) {
    List<TimelineEntry> all = entries("a", moments);
    Timeline.Page first = new Timeline(List.of(id -> all)).of(1, null, limit);
    if (first.next().isEmpty()) {
      return;
    }
    TimelineEntry last = first.entries().get(first.entries().size() - 1);
    List<TimelineEntry> left = new ArrayList<>(all);
    left.remove(last);

    List<TimelineEntry> rest =
        new Timeline(List.of(id -> left)).of(1, first.next().get(), 100).entries();

    left.removeAll(first.entries());
    assertThat(rest).containsAll(left);
  }
}
