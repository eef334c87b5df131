package dev.minsight.insight;

import dev.minsight.support.MinsightProperties;
import java.util.Map;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.stereotype.Component;

/**
 * Health component {@code vectors}: down while a collection of the index cannot be used. A process
 * without the role insight opens none.
 */
@Component("vectorsHealthIndicator")
class VectorHealth implements HealthIndicator {

  private final VectorCollections collections;
  private final boolean used;

  VectorHealth(VectorCollections collections, MinsightProperties settings) {
    this.collections = collections;
    this.used = settings.runs(MinsightProperties.Role.INSIGHT);
  }

  @Override
  public Health health() {
    if (!used) {
      return Health.up().build();
    }
    Map<String, String> problems = collections.problems();
    return (problems.isEmpty() && collections.checked() ? Health.up() : Health.down())
        .withDetails(problems)
        .build();
  }
}
