package dev.minsight.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minsight.testing.Contract;
import dev.minsight.testing.TestSettings;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The order of jobs; the engine takes the highest rank first. */
class RanksTest {

  private static final long NOW = 1_700_000_000_000L;
  private static final long STEP =
      TestSettings.at(Path.of("x")).compute().priorityStep().toMillis();

  private final Ranks ranks = new Ranks(TestSettings.at(Path.of("x")));

  @Test
  @DisplayName("0 comes first; of equal priority the older one does")
  @Contract({"compute.md 4 order", "pipeline.md 3 lower priority is more urgent"})
  void urgentThenOld() {
    for (int priority = 0; priority < 10; priority++) {
      assertThat(ranks.of(priority, NOW)).isGreaterThan(ranks.of(priority + 1, NOW));
      assertThat(ranks.of(priority, NOW)).isGreaterThan(ranks.of(priority, NOW + 1));
    }
  }

  @Test
  @DisplayName("Nothing starves: a job waits at most a step for each priority that it lies behind")
  @Contract("compute.md 4 order")
  void nothingStarves() {
    long least = ranks.of(10, NOW);

    assertThat(ranks.of(0, NOW + 10 * STEP - 1)).isGreaterThan(least);
    assertThat(ranks.of(0, NOW + 10 * STEP + 1)).isLessThan(least);
    assertThat(STEP).isEqualTo(Duration.ofMinutes(1).toMillis());
  }
}
