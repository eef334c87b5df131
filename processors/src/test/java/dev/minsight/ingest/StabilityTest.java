package dev.minsight.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minsight.ingest.FileFacts.Kind;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class StabilityTest {

  private static final long NOW = 1_800_000_000_000L;

  private final Stability stability = new Stability(Duration.ofSeconds(2));

  @Test
  @DisplayName("A file rests once two looks, two seconds apart, saw the same")
  void restsAfterTwoEqualLooks() {
    FileFacts facts = file(10, NOW);

    assertThat(stability.rests("a", facts, NOW)).isFalse();
    assertThat(stability.rests("a", facts, NOW + 1_999)).isFalse();
    assertThat(stability.rests("a", facts, NOW + 2_000)).isTrue();
  }

  @Test
  @DisplayName("A change of size, of content time or of attributes starts the wait anew")
  void aChangeStartsAnew() {
    stability.rests("a", file(10, NOW), NOW);

    assertThat(stability.rests("a", file(11, NOW), NOW + 2_000)).isFalse();
    assertThat(stability.rests("a", file(11, NOW + 1), NOW + 4_000)).isFalse();
    assertThat(stability.rests("a", new FileFacts(11, NOW + 1, NOW + 2, Kind.FILE), NOW + 6_000))
        .isFalse();
    assertThat(stability.rests("a", new FileFacts(11, NOW + 1, NOW + 2, Kind.FILE), NOW + 8_000))
        .isTrue();
  }

  @Test
  @DisplayName("A date in the future or a file server's late clock does not keep a file waiting")
  void otherClocksDoNotMatter() {
    FileFacts future = file(10, NOW + Duration.ofDays(400).toMillis());

    stability.rests("a", future, NOW);

    assertThat(stability.rests("a", future, NOW + 2_000)).isTrue();
  }

  @Test
  @DisplayName("A file server whose clock is a minute behind does not make a fresh file look old")
  void aClockBehindDoesNotHurry() {
    assertThat(stability.rests("a", file(10, NOW - 60_000), NOW)).isFalse();
  }

  @Test
  @DisplayName("What last changed long ago needs no second look")
  void oldFilesAreTakenAtOnce() {
    assertThat(stability.rests("a", file(10, NOW - Duration.ofHours(1).toMillis()), NOW)).isTrue();
    assertThat(stability.size()).isZero();
  }

  @Test
  @DisplayName("A clock that is set back costs one wait, not hours")
  void clockSetBack() {
    FileFacts facts = file(10, NOW);
    stability.rests("a", facts, NOW);

    long earlier = NOW - Duration.ofHours(2).toMillis();
    stability.rests("a", facts, earlier);

    assertThat(stability.rests("a", facts, earlier + 2_000)).isTrue();
  }

  @Test
  @DisplayName("Files that are gone are forgotten")
  void forgetsWhatIsGone() {
    stability.rests("a", file(10, NOW), NOW);
    stability.rests("b", file(10, NOW), NOW);
    stability.scannedAll();
    stability.rests("b", file(10, NOW), NOW + 500);
    stability.scannedAll();

    assertThat(stability.size()).isEqualTo(1);
  }

  private static FileFacts file(long size, long modified) {
    return new FileFacts(size, modified, modified, Kind.FILE);
  }
}
