package dev.minsight.events;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * The one connection over which mInsight speaks. It is kept up for as long as the server runs, also
 * when the broker is away at start, and its last will says that mInsight is offline: when this
 * connection breaks, nobody is left to say it.
 *
 * <p>The client library's own reconnecting is off, because it does not retry a first connection and
 * would send what was in flight by itself, out of the outbox's order.
 */
@Component
public class MqttConnection implements SmartLifecycle {

  private static final Logger LOG = LoggerFactory.getLogger(MqttConnection.class);

  private static final long RETRY_MILLIS = 1000;
  private static final int CONNECT_SECONDS = 5;
  private static final int KEEP_ALIVE_SECONDS = 20;

  private final MqttClient client;
  private final BrokerAddress address;
  private final Topics topics;
  private final ReceivingRoutes receiving;
  private final Clock clock;
  private ScheduledExecutorService keeper;
  private volatile boolean running;
  private volatile String reason = "not started";
  private boolean saidAway;

  MqttConnection(
      MqttClient client,
      BrokerAddress address,
      Topics topics,
      ReceivingRoutes receiving,
      Clock clock) {
    this.client = client;
    this.address = address;
    this.topics = topics;
    this.receiving = receiving;
    this.clock = clock;
  }

  /**
   * @return how it stands with the broker, for health and logs
   */
  public BrokerStatus status() {
    boolean connected = isConnected();
    return new BrokerStatus(address.embedded(), address.url(), connected, connected ? "" : reason);
  }

  /**
   * @return whether a message sent now has a chance to arrive
   */
  public boolean isConnected() {
    return running && client.isConnected();
  }

  @Override
  public synchronized void start() {
    running = true;
    client.setCallback(new LossListener());
    keeper =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "mqtt-connection");
              thread.setDaemon(true);
              return thread;
            });
    keeper.scheduleWithFixedDelay(this::keepUp, 0, RETRY_MILLIS, TimeUnit.MILLISECONDS);
  }

  @Override
  public synchronized void stop() {
    running = false;
    reason = "stopped";
    keeper.shutdown();
    try {
      // A connect under way is waited for; afterwards nobody connects any more.
      keeper.awaitTermination(2 * CONNECT_SECONDS, TimeUnit.SECONDS);
      // The will is not sent after an orderly goodbye, so it is said here.
      if (client.isConnected()) {
        client.publish(topics.status(), offline());
        client.disconnect(TimeUnit.SECONDS.toMillis(CONNECT_SECONDS));
      }
    } catch (MqttException e) {
      LOG.debug("The last goodbye to the MQTT broker failed", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  /** Between the broker and Camel, whose routes use the connection. */
  @Override
  public int getPhase() {
    return EmbeddedBroker.PHASE + 10;
  }

  private void keepUp() {
    connectIfNeeded();
    if (isConnected()) {
      receiving.startMissing();
    }
  }

  private void connectIfNeeded() {
    if (!running || client.isConnected()) {
      return;
    }
    try {
      client.connect(options());
      if (saidAway) {
        LOG.info("The MQTT broker {} is back", address.url());
        saidAway = false;
      }
    } catch (MqttException | RuntimeException e) {
      reason = explain(e);
      if (!saidAway && running) {
        LOG.warn(
            "The MQTT broker {} is away ({}); messages wait until it is back",
            address.url(),
            reason);
        saidAway = true;
      }
    }
  }

  private MqttConnectionOptions options() {
    MqttConnectionOptions options = address.login();
    options.setConnectionTimeout(CONNECT_SECONDS);
    options.setKeepAliveInterval(KEEP_ALIVE_SECONDS);
    options.setWill(topics.status(), offline());
    return options;
  }

  private MqttMessage offline() {
    MqttMessage message =
        new MqttMessage(
            MInsightStatus.offline(clock.millis()).json().getBytes(StandardCharsets.UTF_8));
    message.setQos(1);
    message.setRetained(true);
    return message;
  }

  private static String explain(Exception failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
  }

  /** Notes why the connection broke; the keeper finds out by itself that it did. */
  private final class LossListener implements MqttCallback {

    @Override
    public void disconnected(MqttDisconnectResponse response) {
      if (response.getException() != null) {
        reason = explain(response.getException());
      } else {
        reason = "the broker ended the connection";
      }
    }

    @Override
    public void mqttErrorOccurred(MqttException failure) {
      LOG.debug("MQTT client", failure);
    }

    @Override
    public void messageArrived(String topic, MqttMessage message) {
      // This connection subscribes to nothing.
    }

    @Override
    public void deliveryComplete(IMqttToken token) {
      // The sender waits for its own token.
    }

    @Override
    public void connectComplete(boolean reconnect, String serverUri) {
      // Told by the call that connected.
    }

    @Override
    public void authPacketArrived(int reasonCode, MqttProperties properties) {
      // Enhanced authentication is not asked for.
    }
  }
}
