package dev.minsight.events;

import dev.minsight.support.ConfigurationException;
import jakarta.persistence.EntityManagerFactory;
import java.time.Clock;
import java.util.AbstractMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.camel.Component;
import org.apache.camel.Ordered;
import org.apache.camel.component.jpa.JpaComponent;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Component;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Configuration;
import org.apache.camel.spi.ComponentCustomizer;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What the routes of this package refer to by name. */
@Configuration(proxyBeanMethods = false)
class MqttConfiguration {

  /** A sender waits no longer for the broker's acknowledgement, milliseconds. */
  private static final long ACK_MILLIS = 5000;

  private static final int MAX_RECONNECT_MILLIS = 2000;

  /** The client of {@link MqttConnection}, over which all routes send. */
  @Bean(destroyMethod = "")
  MqttClient mqttClient(BrokerAddress address, Topics topics) {
    try {
      MqttClient client =
          new MqttClient(
              address.url(),
              "minsight-" + ProcessHandle.current().pid() + "-" + System.nanoTime(),
              new MemoryPersistence());
      client.setTimeToWait(ACK_MILLIS);
      return client;
    } catch (MqttException | IllegalArgumentException e) {
      throw new ConfigurationException(
          "minsight.mqtt.url: no client for the broker " + address.url() + ": " + e.getMessage(),
          e);
    }
  }

  /** Broker and reconnecting of all {@code paho-mqtt5:} routes that receive. */
  @Bean
  ComponentCustomizer mqttComponent(BrokerAddress address) {
    return new LastCustomizer<>(
        PahoMqtt5Component.class,
        component -> {
          PahoMqtt5Configuration configuration = component.getConfiguration();
          configuration.setBrokerUrl(address.url());
          configuration.setUserName(address.user());
          configuration.setPassword(address.password());
          configuration.setQos(1);
          configuration.setAutomaticReconnect(true);
          configuration.setMaxReconnectDelay(MAX_RECONNECT_MILLIS);
        });
  }

  /** The outbox is the only {@code jpa:} consumer of the house; its relay owns the transactions. */
  @Bean
  ComponentCustomizer jpaComponent(EntityManagerFactory factory, OutboxRelay relay) {
    return new LastCustomizer<>(
        JpaComponent.class,
        component -> {
          component.setEntityManagerFactory(factory);
          component.setTransactionStrategy(relay);
        });
  }

  /** Parameters of the query for due messages; the time is asked for at every poll. */
  @Bean
  Map<String, Object> outboxParameters(Clock clock) {
    return new AbstractMap<>() {
      @Override
      public Set<Entry<String, Object>> entrySet() {
        return Set.of(Map.entry("now", clock.millis()));
      }
    };
  }

  /** Camel's starters write every default over a component; this one comes after them. */
  private record LastCustomizer<C extends Component>(Class<C> type, Consumer<C> change)
      implements ComponentCustomizer {

    @Override
    public boolean isEnabled(String name, Component target) {
      return type.isInstance(target);
    }

    @Override
    public void configure(String name, Component target) {
      change.accept(type.cast(target));
    }

    @Override
    public int getOrder() {
      return Ordered.LOWEST;
    }
  }
}
