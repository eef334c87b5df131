package dev.minsight.insight;

import dev.minsight.support.MinsightProperties;
import dev.minsight.support.VectorSettings;
import dev.minsight.vectors.CollectionState;
import java.util.Locale;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.stereotype.Component;

/**
 * Health component {@code vectors}: which index it is, and of each collection how it is searched;
 * down while one cannot be used, with the reason. A process without the role insight opens none.
 */
@Component("vectorsHealthIndicator")
class VectorHealth implements HealthIndicator {

  private final VectorCollections collections;
  private final boolean used;
  private final String index;

  VectorHealth(VectorCollections collections, MinsightProperties settings, VectorSettings vectors) {
    this.collections = collections;
    this.used = settings.runs(MinsightProperties.Role.INSIGHT);
    this.index = vectors.vectors().name().toLowerCase(Locale.ROOT);
  }

  @Override
  public Health health() {
    if (!used) {
      return Health.up().build();
    }
    boolean well = collections.checked() && collections.problems().isEmpty();
    Health.Builder health = (well ? Health.up() : Health.down()).withDetail("index", index);
    collections.states().forEach(state -> health.withDetail(state.name(), words(state)));
    return health.build();
  }

  private static String words(CollectionState state) {
    return state.ready()
        ? "%d vectors of %s, %s".formatted(state.count(), state.modelId(), state.method())
        : state.reason();
  }
}
