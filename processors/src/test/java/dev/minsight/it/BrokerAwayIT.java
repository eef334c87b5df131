package dev.minsight.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.minsight.it.ServerProcess.Ports;
import dev.minsight.testing.Pictures;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.awaitility.core.ConditionFactory;
import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.eclipse.paho.client.mqttv3.MqttCallback;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** An external broker, Mosquitto, goes away in the middle of work and comes back. */
class BrokerAwayIT {

  private final Ports ports = Ports.free();
  private final Path folder = ServerProcess.workFolder("broker-away");
  private final Path home = folder.resolve("home");
  private final Databases data = new Databases(home);
  private final String items = "store/" + ports.store() + "/items";
  private final String statuses = "mInsight/" + ports.store() + "/entity_item_status/";
  private final Mosquitto broker = new Mosquitto(folder, ports.mqtt());

  /**
   * A message that reached the client.
   *
   * @param payload empty when a retained topic was cleared
   */
  private record Message(String topic, String payload) {}

  private record Listener(Queue<Message> heard) implements MqttCallback {

    @Override
    public void messageArrived(String topic, MqttMessage message) {
      heard.add(new Message(topic, new String(message.getPayload(), StandardCharsets.UTF_8)));
    }

    @Override
    public void connectionLost(Throwable cause) {}

    @Override
    public void deliveryComplete(IMqttDeliveryToken token) {}
  }

  @BeforeEach
  void needsMosquitto() {
    Mosquitto.assumeInstalled();
  }

  @AfterEach
  void end() {
    broker.close();
  }

  @Test
  @DisplayName(
      "fault: broker down. Photos are processed meanwhile, health says so, and what there was to tell"
          + " arrives once it is back")
  void brokerGoesAndComesBack() throws Exception {
    broker.start();
    Queue<Message> heard = new ConcurrentLinkedQueue<>();
    try (ServerProcess server =
        ServerProcess.start(
            home,
            ports,
            "--mqtt-url=" + broker.url(),
            "--logging.level.dev.minsight.insight=debug")) {
      server.awaitReady();
      soon().untilAsserted(() -> assertThat(health(server)).isEqualTo("UP"));
      listen(heard);

      drop(0, 5);
      soon().untilAsserted(() -> assertThat(completed()).isEqualTo(5));
      soon().untilAsserted(() -> assertThat(told(heard)).isEqualTo(5));
      assertThat(heard)
          .as("items")
          .filteredOn(message -> message.topic().equals(items))
          .hasSize(5)
          .allSatisfy(message -> assertThat(message.payload()).contains("\"md5\":\""));

      drop(5, 25);
      soon().until(() -> data.count("entities WHERE type = 'image'") > 6);
      broker.stop();
      soon().untilAsserted(() -> assertThat(health(server)).isEqualTo("DOWN"));
      JsonNode why = server.health().at("/components/broker");
      assertThat(why.at("/status").asText()).isEqualTo("DOWN");
      assertThat(why.at("/details/reason").asText()).isNotBlank();
      drop(25, 30);
      soon().untilAsserted(() -> assertThat(completed()).isEqualTo(30));
      assertThat(data.count("outbox WHERE topic = '" + items + "'"))
          .as("items that wait for the broker")
          .isGreaterThanOrEqualTo(5);

      broker.start();
      soon().untilAsserted(() -> assertThat(health(server)).isEqualTo("UP"));
      MqttClient client = listen(heard);
      soon().untilAsserted(() -> assertThat(told(heard)).isEqualTo(30));
      soon()
          .untilAsserted(
              () ->
                  assertThat(
                          heard.stream()
                              .filter(message -> message.topic().equals(items))
                              .map(
                                  message ->
                                      message.payload().replaceAll(".*\"id\":(\\d+).*", "$1"))
                              .distinct())
                      .as("entities that were announced, each at least once")
                      .hasSize(30));
      soon().untilAsserted(() -> assertThat(data.count("outbox WHERE attempts > 0")).isZero());

      wakesOnMessage(server, client);
      client.disconnect();
      client.close();
      server.stop();
    }
  }

  /** AC-O14: the subscription is there again after the broker was away. */
  private void wakesOnMessage(ServerProcess server, MqttClient client) throws MqttException {
    assertThat(server.output()).contains("Wake-up: entity");
    int before = wakeUps(server);
    soon()
        .until(
            () -> {
              client.publish(items, "{}".getBytes(StandardCharsets.UTF_8), 1, false);
              return wakeUps(server) > before;
            });
    drop(30, 31);
    soon().untilAsserted(() -> assertThat(completed()).isEqualTo(31));
  }

  private static int wakeUps(ServerProcess server) {
    return server.output().split("Wake-up: a message about new media", -1).length - 1;
  }

  /** Entities whose retained status says that they are completed. */
  private long told(Queue<Message> heard) {
    return heard.stream()
        .filter(message -> message.topic().startsWith(statuses))
        .filter(message -> message.payload().contains("\"status\":\"completed\""))
        .map(Message::topic)
        .distinct()
        .count();
  }

  /**
   * A session that the broker keeps while nobody listens, so that nothing is missed. Each time with
   * a new client: one whose broker just went may hang when it is asked to connect again.
   */
  private MqttClient listen(Queue<Message> heard) throws MqttException {
    MqttClient client = new MqttClient(broker.url(), "listener", new MemoryPersistence());
    // Not a listener of a subscription: what was kept arrives before anything is subscribed.
    client.setCallback(new Listener(heard));
    MqttConnectOptions options = new MqttConnectOptions();
    options.setMqttVersion(MqttConnectOptions.MQTT_VERSION_3_1_1);
    options.setCleanSession(false);
    client.connect(options);
    client.subscribe(new String[] {items, statuses + "+"}, new int[] {1, 1});
    return client;
  }

  private void drop(int from, int to) {
    IntStream.range(from, to)
        .forEach(
            i ->
                Pictures.write(
                    home.resolve("inbox/photo-" + i + ".png"),
                    Pictures.noise("png", 120, 90, 7000 + i)));
  }

  private long completed() {
    return data.count("entity_intelligence WHERE overall_status = 'completed'");
  }

  private static String health(ServerProcess server) {
    return server.health().at("/status").asText();
  }

  private static ConditionFactory soon() {
    return await().atMost(Duration.ofMinutes(3)).pollInterval(Duration.ofMillis(250));
  }
}
