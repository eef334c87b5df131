package dev.minsight.app;

import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ApplicationListener;
import org.springframework.core.Ordered;

/**
 * Turns the profile {@code postgresql} on when the address of such a database is given, by
 * environment variable or flag: nothing else needs to be said.
 */
final class PostgresqlProfile
    implements ApplicationListener<ApplicationEnvironmentPreparedEvent>, Ordered {

  static final String NAME = "postgresql";

  @Override
  public int getOrder() {
    return Ordered.HIGHEST_PRECEDENCE; // before the configuration files are chosen and read
  }

  @Override
  public void onApplicationEvent(ApplicationEnvironmentPreparedEvent event) {
    String url =
        Binder.get(event.getEnvironment()).bind("minsight.db.url", String.class).orElse("");
    if (!url.isBlank()) {
      event.getSpringApplication().setAdditionalProfiles(NAME);
    }
  }
}
