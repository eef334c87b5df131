package dev.minsight.events;

import dev.minsight.support.ConfigurationException;
import dev.minsight.support.MinsightProperties;
import java.nio.file.Path;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.server.JournalType;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.core.settings.impl.AddressFullMessagePolicy;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;
import org.apache.activemq.artemis.core.settings.impl.PageFullMessagePolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * The MQTT broker (3.1.1 and 5) in this process, unless the settings name an external one. It
 * starts before everything that connects to it and stops after.
 *
 * <p>Its journal keeps retained messages and the sessions of clients that are away. The journal is
 * not synced at every message: a killed process loses nothing, a power cut may lose the last
 * statuses, which are cleared after a minute anyway.
 */
@Component
class EmbeddedBroker implements SmartLifecycle {

  /** Before {@link MqttConnection}, which is before Camel. */
  static final int PHASE = 0;

  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedBroker.class);

  private static final String ACCEPTOR = "mqtt";

  /** Named only to keep the broker from warning at each subscription that there is none. */
  private static final SimpleString NOWHERE = SimpleString.of("minsight.undeliverable");

  private static final long MEGABYTE = 1L << 20;

  /** A client that stays away longer loses its session. */
  private static final long SESSION_SECONDS = 24 * 60 * 60;

  /** Topics that were cleared and have no subscriber leave the broker this much later at most. */
  private static final long SWEEP_MILLIS = 5000;

  private final MinsightProperties settings;
  private final BrokerAddress address;
  private final ObjectProvider<BrokerCredentials> credentials;
  private volatile EmbeddedActiveMQ server;

  EmbeddedBroker(
      MinsightProperties settings,
      BrokerAddress address,
      ObjectProvider<BrokerCredentials> credentials) {
    this.settings = settings;
    this.address = address;
    this.credentials = credentials;
  }

  @Override
  public synchronized void start() {
    if (!address.embedded() || server != null) {
      return;
    }
    EmbeddedActiveMQ starting = new EmbeddedActiveMQ();
    try {
      starting.setConfiguration(configuration());
      starting.setSecurityManager(
          new BrokerGate(
              settings.loopbackOnly(),
              address,
              (user, password, from) -> {
                BrokerCredentials known = credentials.getIfAvailable();
                return known != null && known.mayConnect(user, password, from);
              }));
      starting.start();
      // A port that cannot be bound is only logged by the broker itself, which stays inactive.
      if (!starting.getActiveMQServer().isActive()) {
        throw new IllegalStateException("the address or port cannot be used");
      }
      server = starting;
    } catch (Exception e) {
      stopQuietly(starting);
      throw new ConfigurationException(
          "the MQTT broker could not start on %s:%d (%s); set MINSIGHT_MQTT_PORT, or name an external broker in MINSIGHT_MQTT_URL"
              .formatted(settings.host(), settings.mqtt().port(), e.getMessage()),
          e);
    }
  }

  @Override
  public synchronized void stop() {
    EmbeddedActiveMQ running = server;
    server = null;
    if (running != null) {
      stopQuietly(running);
    }
  }

  @Override
  public boolean isRunning() {
    return server != null;
  }

  @Override
  public int getPhase() {
    return PHASE;
  }

  /** For tests: what runs, or null. */
  EmbeddedActiveMQ server() {
    return server;
  }

  private Configuration configuration() throws Exception {
    Path folder = settings.home().resolve("broker");
    ConfigurationImpl configuration = new ConfigurationImpl();
    configuration.setName("minsight");
    configuration.setJMXManagementEnabled(false);
    configuration.setMessageCounterEnabled(false);
    configuration.setSecurityEnabled(true);
    configuration.setSecurityInvalidationInterval(0); // a changed password counts at once
    configuration.setGracefulShutdownEnabled(false);
    configuration.setThreadPoolMaxSize(8);
    configuration.setScheduledThreadPoolMaxSize(2);
    configuration.setGlobalMaxSize(32 * MEGABYTE);
    configuration.setAddressQueueScanPeriod(SWEEP_MILLIS);
    configuration.setMaxDiskUsage(-1); // a full disk is reported by health, not by a silent broker

    configuration.setPersistenceEnabled(true);
    configuration.setJournalType(JournalType.NIO);
    configuration.setJournalFileSize((int) MEGABYTE);
    configuration.setJournalMinFiles(2);
    configuration.setJournalPoolFiles(2);
    configuration.setJournalSyncTransactional(false);
    configuration.setJournalSyncNonTransactional(false);
    configuration.setJournalDirectory(folder.resolve("journal").toString());
    configuration.setBindingsDirectory(folder.resolve("bindings").toString());
    configuration.setLargeMessagesDirectory(folder.resolve("large").toString());
    configuration.setPagingDirectory(folder.resolve("paging").toString());

    configuration.addAddressSetting("#", addressSettings());
    configuration.addAcceptorConfiguration(
        ACCEPTOR,
        "tcp://%s:%d?protocols=MQTT;remotingThreads=2;defaultMqttSessionExpiryInterval=%d;maximumPacketSize=%d"
            .formatted(
                BrokerAddress.bracketed(settings.host()),
                settings.mqtt().port(),
                SESSION_SECONDS,
                MEGABYTE));
    return configuration;
  }

  /**
   * A subscriber that is away, or too slow, fills its own share of memory, then of disk, and then
   * loses messages; it never stops the sender.
   */
  private static AddressSettings addressSettings() {
    return new AddressSettings()
        .setDeadLetterAddress(NOWHERE)
        .setExpiryAddress(NOWHERE)
        .setMaxSizeBytes(4 * MEGABYTE)
        .setPageSizeBytes((int) MEGABYTE)
        .setAddressFullMessagePolicy(AddressFullMessagePolicy.PAGE)
        .setPageLimitBytes(32 * MEGABYTE)
        .setPageFullMessagePolicy(PageFullMessagePolicy.DROP)
        .setAutoDeleteQueues(true)
        .setAutoDeleteQueuesSkipUsageCheck(true)
        .setAutoDeleteAddresses(true)
        .setAutoDeleteAddressesSkipUsageCheck(true);
  }

  private static void stopQuietly(EmbeddedActiveMQ broker) {
    try {
      broker.stop();
    } catch (Exception e) {
      LOG.warn("The MQTT broker did not stop in good order: {}", e.getMessage(), e);
    }
  }
}
