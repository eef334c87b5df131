package dev.minsight.store;

import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.stereotype.Component;

/** Health component {@code mediaFolder}: down while the disk with the originals is not there. */
@Component
class MediaFolderHealth implements HealthIndicator {

  private final MediaFiles files;

  MediaFolderHealth(MediaFiles files) {
    this.files = files;
  }

  @Override
  public Health health() {
    Health.Builder health = files.available() ? Health.up() : Health.down();
    return health.withDetail("path", files.root().toString()).build();
  }
}
