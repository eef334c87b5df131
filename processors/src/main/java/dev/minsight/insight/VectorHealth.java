package dev.minsight.insight;

import java.util.Map;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.stereotype.Component;

/** Health component {@code vectors}: down while a collection of the index cannot be used. */
@Component("vectorsHealthIndicator")
class VectorHealth implements HealthIndicator {

  private final VectorCollections collections;

  VectorHealth(VectorCollections collections) {
    this.collections = collections;
  }

  @Override
  public Health health() {
    Map<String, String> problems = collections.problems();
    return (problems.isEmpty() && collections.checked() ? Health.up() : Health.down())
        .withDetails(problems)
        .build();
  }
}
