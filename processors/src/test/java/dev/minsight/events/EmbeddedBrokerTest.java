package dev.minsight.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.minsight.events.TestClient.Received;
import dev.minsight.events.TestClient.Version;
import dev.minsight.support.ConfigurationException;
import dev.minsight.support.MinsightProperties;
import dev.minsight.testing.Contract;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;

class EmbeddedBrokerTest {

  @TempDir Path home;
  private final int port = EventsHouse.freePort();
  private EmbeddedBroker broker;

  @AfterEach
  void stop() {
    if (broker != null) {
      broker.stop();
    }
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  @DisplayName("On loopback anybody may publish and subscribe, with retained messages and QoS 1")
  @Contract({"mqtt.md 1 dart", "mqtt.md 1 broker"})
  void servesBothVersions(Version version) {
    start("127.0.0.1");
    try (TestClient early = TestClient.connect(version, port);
        TestClient late = TestClient.connect(version, port)) {
      early.subscribe("a/+");
      early.publish("a/b", "first", true);
      early.awaitPayloads("a/b", "first");
      late.subscribe("a/b");
      late.awaitPayloads("a/b", "first");

      assertThat(early.received).containsExactly(new Received("a/b", "first", 1, false));
      assertThat(late.received).containsExactly(new Received("a/b", "first", 1, true));
    }
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  @DisplayName("The last will of a client that vanishes is delivered and retained")
  @Contract("mqtt.md 1 broker")
  void deliversWills(Version version) {
    start("127.0.0.1");
    try (TestClient watcher = TestClient.connect(version, port)) {
      watcher.subscribe("w/1");
      TestClient dying = TestClient.connect(version, port, null, null, "w/1");

      dying.drop();

      watcher.awaitPayloads("w/1", "gone");
    }
  }

  @Test
  @DisplayName("Retained messages survive a restart of the broker")
  void keepsRetainedMessages() {
    start("127.0.0.1");
    try (TestClient writer = TestClient.connect(Version.V5, port)) {
      writer.publish("kept", "still here", true);
    }
    broker.stop();
    broker.start();
    try (TestClient reader = TestClient.connect(Version.V3_1_1, port)) {
      reader.subscribe("kept");
      reader.awaitPayloads("kept", "still here");
    }
  }

  @Test
  @DisplayName("A cleared topic leaves nothing behind in the broker, and a retained one stays")
  void forgetsClearedTopics() {
    start("127.0.0.1");
    try (TestClient writer = TestClient.connect(Version.V5, port)) {
      writer.publish("stays", "x", true);
      for (int i = 0; i < 20; i++) {
        writer.publish("entity/" + i, "x", true);
        writer.publish("entity/" + i, "", true);
      }
      await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(
              () ->
                  assertThat(queues())
                      .noneMatch(queue -> queue.contains("entity"))
                      .anyMatch(queue -> queue.contains("stays")));
    }
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  @DisplayName("Bound to another address, only known users and our own client may connect")
  void asksForCredentials(Version version) {
    BrokerAddress own = start("0.0.0.0");

    assertThatThrownBy(() -> TestClient.connect(version, port))
        .hasMessageContaining("did not connect");
    assertThatThrownBy(() -> TestClient.connect(version, port, "anna", "wrong", null))
        .hasMessageContaining("did not connect");
    assertThatThrownBy(() -> TestClient.connect(version, port, own.user(), "guess", null))
        .hasMessageContaining("did not connect");
    try (TestClient anna = TestClient.connect(version, port, "anna", "right", null);
        TestClient ours = TestClient.connect(version, port, own.user(), own.password(), null)) {
      anna.subscribe("x");
      ours.publish("x", "hello", false);
      anna.awaitPayloads("x", "hello");
    }
  }

  @Test
  @DisplayName("Where nobody knows any users, no stranger may connect from elsewhere")
  void closedWithoutCredentials() {
    MinsightProperties settings = settings("0.0.0.0");
    broker =
        new EmbeddedBroker(
            settings,
            new BrokerAddress(settings),
            new DefaultListableBeanFactory().getBeanProvider(BrokerCredentials.class));
    broker.start();

    assertThatThrownBy(() -> TestClient.connect(Version.V5, port, "anna", "right", null))
        .hasMessageContaining("did not connect");
  }

  @Test
  @DisplayName("A port that is taken ends the start with a message that names the way out")
  void portTaken() {
    start("127.0.0.1");
    MinsightProperties settings = settings("127.0.0.1");
    EmbeddedBroker second =
        new EmbeddedBroker(
            EventsHouse.settings(
                Map.of(
                    "minsight.home", home.resolve("other").toString(), "minsight.mqtt.port", port)),
            new BrokerAddress(settings),
            new DefaultListableBeanFactory().getBeanProvider(BrokerCredentials.class));

    assertThatThrownBy(second::start)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("MINSIGHT_MQTT_PORT");
    assertThat(second.isRunning()).isFalse();
  }

  @Test
  @DisplayName("With an external broker named, none is started here")
  @Contract("mqtt.md 1 servers and workers")
  void externalBroker() {
    MinsightProperties settings =
        EventsHouse.settings(Map.of("minsight.mqtt.url", "mqtt://example.org"));
    BrokerAddress address = new BrokerAddress(settings);
    broker =
        new EmbeddedBroker(
            settings,
            address,
            new DefaultListableBeanFactory().getBeanProvider(BrokerCredentials.class));

    broker.start();

    assertThat(broker.isRunning()).isFalse();
    assertThat(address.url()).isEqualTo("tcp://example.org:1883");
    assertThat(address.user()).isNull();
  }

  @Test
  @DisplayName("An address that is none is refused with what to write instead")
  @Contract("mqtt.md 1 servers and workers")
  void badUrl() {
    assertThatThrownBy(
            () ->
                new BrokerAddress(
                    EventsHouse.settings(Map.of("minsight.mqtt.url", "http://broker:1883"))))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("http://broker:1883")
        .hasMessageContaining("mqtt://host:port");
  }

  private List<String> queues() {
    return Arrays.asList(
        broker.server().getActiveMQServer().getActiveMQServerControl().getQueueNames());
  }

  private MinsightProperties settings(String host) {
    return EventsHouse.settings(
        Map.of(
            "minsight.home", home.toString(),
            "minsight.host", host,
            "minsight.mqtt.port", port));
  }

  private BrokerAddress start(String host) {
    MinsightProperties settings = settings(host);
    DefaultListableBeanFactory beans = new DefaultListableBeanFactory();
    BrokerCredentials onlyAnna =
        (user, password, from) ->
            user.equals("anna") && password.equals("right") && from.equals("127.0.0.1");
    beans.registerSingleton("brokerCredentials", onlyAnna);
    BrokerAddress address = new BrokerAddress(settings);
    broker = new EmbeddedBroker(settings, address, beans.getBeanProvider(BrokerCredentials.class));
    broker.start();
    return address;
  }
}
