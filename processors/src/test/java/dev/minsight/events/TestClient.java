package dev.minsight.events;

import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;

/** A client as others write them, of either protocol version, that remembers what it received. */
abstract class TestClient implements AutoCloseable {

  /** A received message; retained: it was kept from before the subscription. */
  record Received(String topic, String payload, int qos, boolean retained) {}

  final List<Received> received = new CopyOnWriteArrayList<>();

  /** Versions of the protocol that clients of ours speak. */
  enum Version {
    V3_1_1,
    V5
  }

  static TestClient connect(Version version, int port) {
    return connect(version, port, null, null, null);
  }

  /** Connects, with a name and password if given, and with a will {@code gone} if given a topic. */
  static TestClient connect(
      Version version, int port, String user, String password, String willTopic) {
    try {
      return version == Version.V5
          ? new Five(port, user, password, willTopic)
          : new Three(port, user, password, willTopic);
    } catch (Exception e) {
      throw new IllegalStateException(version + " did not connect: " + e, e);
    }
  }

  abstract void subscribe(String filter);

  abstract void publish(String topic, String payload, boolean retained);

  /** Breaks the connection without a goodbye. */
  abstract void drop();

  @Override
  public abstract void close();

  List<String> payloads(String topic) {
    return received.stream().filter(m -> m.topic().equals(topic)).map(Received::payload).toList();
  }

  void awaitPayloads(String topic, String... payloads) {
    await()
        .atMost(Duration.ofSeconds(15))
        .untilAsserted(
            () ->
                org.assertj.core.api.Assertions.assertThat(payloads(topic))
                    .containsExactly(payloads));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String name() {
    return "test-" + System.nanoTime();
  }

  private static final class Three extends TestClient {

    private final org.eclipse.paho.client.mqttv3.MqttClient client;

    Three(int port, String user, String password, String willTopic) throws Exception {
      client =
          new org.eclipse.paho.client.mqttv3.MqttClient(
              "tcp://127.0.0.1:" + port,
              name(),
              new org.eclipse.paho.client.mqttv3.persist.MemoryPersistence());
      client.setTimeToWait(5000);
      MqttConnectOptions options = new MqttConnectOptions();
      options.setMqttVersion(MqttConnectOptions.MQTT_VERSION_3_1_1);
      if (user != null) {
        options.setUserName(user);
        options.setPassword(password.toCharArray());
      }
      if (willTopic != null) {
        options.setWill(willTopic, bytes("gone"), 1, true);
      }
      client.connect(options);
    }

    @Override
    void subscribe(String filter) {
      run(
          () ->
              client.subscribe(
                  filter,
                  1,
                  (topic, m) ->
                      received.add(
                          new Received(
                              topic,
                              new String(m.getPayload(), StandardCharsets.UTF_8),
                              m.getQos(),
                              m.isRetained()))));
    }

    @Override
    void publish(String topic, String payload, boolean retained) {
      run(() -> client.publish(topic, bytes(payload), 1, retained));
    }

    @Override
    void drop() {
      run(() -> client.disconnectForcibly(0, 1, false));
    }

    @Override
    public void close() {
      run(
          () -> {
            if (client.isConnected()) {
              client.disconnect();
            }
            client.close();
          });
    }
  }

  private static final class Five extends TestClient {

    private final org.eclipse.paho.mqttv5.client.MqttClient client;

    Five(int port, String user, String password, String willTopic) throws Exception {
      client =
          new org.eclipse.paho.mqttv5.client.MqttClient(
              "tcp://127.0.0.1:" + port,
              name(),
              new org.eclipse.paho.mqttv5.client.persist.MemoryPersistence());
      client.setTimeToWait(5000);
      MqttConnectionOptions options = new MqttConnectionOptions();
      if (user != null) {
        options.setUserName(user);
        options.setPassword(bytes(password));
      }
      if (willTopic != null) {
        org.eclipse.paho.mqttv5.common.MqttMessage will =
            new org.eclipse.paho.mqttv5.common.MqttMessage(bytes("gone"));
        will.setQos(1);
        will.setRetained(true);
        options.setWill(willTopic, will);
      }
      client.setCallback(new Listener());
      client.connect(options);
    }

    @Override
    void subscribe(String filter) {
      run(() -> client.subscribe(filter, 1));
    }

    @Override
    void publish(String topic, String payload, boolean retained) {
      run(() -> client.publish(topic, bytes(payload), 1, retained));
    }

    @Override
    void drop() {
      run(() -> client.disconnectForcibly(0, 1, false));
    }

    @Override
    public void close() {
      run(
          () -> {
            if (client.isConnected()) {
              client.disconnect();
            }
            client.close();
          });
    }

    private final class Listener implements org.eclipse.paho.mqttv5.client.MqttCallback {

      @Override
      public void messageArrived(String topic, org.eclipse.paho.mqttv5.common.MqttMessage message) {
        received.add(
            new Received(
                topic,
                new String(message.getPayload(), StandardCharsets.UTF_8),
                message.getQos(),
                message.isRetained()));
      }

      @Override
      public void disconnected(
          org.eclipse.paho.mqttv5.client.MqttDisconnectResponse disconnectResponse) {}

      @Override
      public void mqttErrorOccurred(org.eclipse.paho.mqttv5.common.MqttException exception) {}

      @Override
      public void deliveryComplete(org.eclipse.paho.mqttv5.client.IMqttToken token) {}

      @Override
      public void connectComplete(boolean reconnect, String serverUri) {}

      @Override
      public void authPacketArrived(
          int reasonCode, org.eclipse.paho.mqttv5.common.packet.MqttProperties properties) {}
    }
  }

  private interface MqttCall {
    void run() throws Exception;
  }

  private static void run(MqttCall call) {
    try {
      call.run();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
