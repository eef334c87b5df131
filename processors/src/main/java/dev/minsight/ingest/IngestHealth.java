package dev.minsight.ingest;

import java.util.stream.Collectors;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.stereotype.Component;

/** A note in the server's health for each folder that waits; a folder that is away is no outage. */
@Component("ingestHealthIndicator")
class IngestHealth implements HealthIndicator {

  private final WatchedFolders watched;

  IngestHealth(WatchedFolders watched) {
    this.watched = watched;
  }

  @Override
  public Health health() {
    return Health.up()
        .withDetail("watched", watched.roots().stream().map(Object::toString).toList())
        .withDetail(
            "waiting",
            watched.waiting().stream()
                .collect(
                    Collectors.toMap(
                        waiting -> waiting.folder().toString(), Waiting::reason, (a, b) -> a)))
        .build();
  }
}
