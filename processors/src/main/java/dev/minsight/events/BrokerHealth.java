package dev.minsight.events;

import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.stereotype.Component;

/** Health component {@code broker}: down, with the reason, while messages have to wait. */
@Component("brokerHealthIndicator")
class BrokerHealth implements HealthIndicator {

  private final MqttConnection connection;

  BrokerHealth(MqttConnection connection) {
    this.connection = connection;
  }

  @Override
  public Health health() {
    BrokerStatus now = connection.status();
    Health.Builder health =
        now.connected() ? Health.up() : Health.down().withDetail("reason", now.reason());
    return health
        .withDetail("url", now.url())
        .withDetail("kind", now.embedded() ? "embedded" : "external")
        .build();
  }
}
