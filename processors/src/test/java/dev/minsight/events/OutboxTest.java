package dev.minsight.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.minsight.events.EventsHouse.Sleeper;
import dev.minsight.events.TestClient.Received;
import dev.minsight.events.TestClient.Version;
import dev.minsight.testing.Contract;
import dev.minsight.testing.HandClock;
import jakarta.persistence.EntityManager;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.camel.CamelContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The outbox, its route, the status routes and the embedded broker, as they run in the server. */
class OutboxTest {

  private static final int PORT = EventsHouse.freePort();
  private static ConfigurableApplicationContext house;

  private Outbox outbox;
  private Announcements announcements;
  private Topics topics;
  private EmbeddedBroker broker;
  private TransactionTemplate transactions;
  private HandClock clock;

  @BeforeAll
  static void openHouse(@TempDir Path home) {
    house = EventsHouse.start(home, "--minsight.mqtt.port=" + PORT, "--minsight.ports.store=8011");
  }

  @AfterAll
  static void closeHouse() {
    house.close();
  }

  @BeforeEach
  void findParts() {
    outbox = house.getBean(Outbox.class);
    announcements = house.getBean(Announcements.class);
    topics = house.getBean(Topics.class);
    broker = house.getBean(EmbeddedBroker.class);
    transactions = house.getBean(TransactionTemplate.class);
    clock = house.getBean(HandClock.class);
    awaitConnected();
  }

  @AfterEach
  void everythingHasLeft() {
    clock.forward(Duration.ofHours(1));
    awaitWaiting(0);
  }

  @Test
  @DisplayName("A message outside a transaction is refused")
  void needsTransaction() {
    assertThatThrownBy(() -> outbox.publish("t", "x", false))
        .isInstanceOf(IllegalTransactionStateException.class);
    assertThatThrownBy(() -> announcements.clearEntity(1))
        .isInstanceOf(IllegalTransactionStateException.class);
  }

  @Test
  @DisplayName("What no broker would take is refused before it can block the others")
  void refusesBadMessages() {
    for (String topic : List.of("", "a/+", "#", "x".repeat(256))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> inTransaction(() -> outbox.publish(topic, "x", false)));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> inTransaction(() -> outbox.publish("t", "x".repeat(65_537), false)));
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  @DisplayName("A committed message arrives with QoS 1, a rolled back one never")
  @Contract("mqtt.md 3 result before the terminal event")
  void sendsWhatIsCommitted(Version version) {
    String topic = "commit/" + version;
    try (TestClient client = TestClient.connect(version, PORT)) {
      client.subscribe(topic);

      transactions.executeWithoutResult(
          status -> {
            outbox.publish(topic, "rolled back", false);
            status.setRollbackOnly();
          });
      inTransaction(() -> outbox.publish(topic, "grüße", false));
      inTransaction(() -> outbox.publish(topic, "last", false));

      client.awaitPayloads(topic, "grüße", "last");
      assertThat(client.received).first().isEqualTo(new Received(topic, "grüße", 1, false));
    }
  }

  @Test
  @DisplayName("A message leaves within a moment of its commit")
  void leavesPromptly() {
    try (TestClient client = TestClient.connect(Version.V3_1_1, PORT)) {
      client.subscribe("prompt");
      List<Long> millis = new ArrayList<>();
      for (int i = 1; i <= 20; i++) {
        int expected = i;
        inTransaction(() -> outbox.publish("prompt", "x", false));
        long committed = System.nanoTime();
        await().pollInterval(Duration.ofMillis(2)).until(() -> client.received.size() == expected);
        millis.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - committed));
      }
      millis.sort(null);
      // Generous for a loaded machine, and still far below the pause without a wake-up.
      assertThat(millis.get(10)).isLessThan(400);
    }
  }

  @Test
  @DisplayName("With the broker stopped everything waits, and arrives in order once it is back")
  @Contract("store.md 10 broker is optional")
  void waitsForBroker() {
    broker.stop();
    List<String> expected = IntStream.range(0, 250).mapToObj(Integer::toString).toList();
    expected.forEach(
        payload -> inTransaction(() -> outbox.publish("order/" + payload, payload, true)));
    expected.forEach(payload -> inTransaction(() -> outbox.publish("order", payload, false)));
    assertThat(house.getBean(MqttConnection.class).status().connected()).isFalse();
    assertThat(house.getBean(MqttConnection.class).status().reason()).isNotBlank();
    awaitWaiting(500);

    // The subscription must stand before the messages come, so the route pauses until it does.
    suspend("outbox");
    broker.start();
    try (TestClient client = TestClient.connect(Version.V3_1_1, PORT)) {
      client.subscribe("order");
      resume("outbox");
      client.awaitPayloads("order", expected.toArray(String[]::new));
    }
    try (TestClient late = TestClient.connect(Version.V5, PORT)) {
      late.subscribe("order/+");
      await().untilAsserted(() -> assertThat(late.received).hasSize(250));
    }
    inTransaction(() -> expected.forEach(p -> outbox.publish("order/" + p, null, true)));
  }

  @Test
  @DisplayName(
      "A broker that restarts under load loses no message, and the last one sent stays last")
  @Contract("store.md 10 reconnect")
  void restartsUnderLoad() {
    int messages = 120;
    for (int i = 0; i < messages; i++) {
      String payload = Integer.toString(i);
      inTransaction(
          () -> {
            outbox.publish("load/each/" + payload, payload, true);
            outbox.publish("load/last", payload, true);
          });
      if (i == 40) {
        broker.stop();
      }
      if (i == 80) {
        broker.start();
      }
    }
    awaitWaiting(0);

    try (TestClient late = TestClient.connect(Version.V3_1_1, PORT)) {
      late.subscribe("load/each/+");
      late.subscribe("load/last");
      await().untilAsserted(() -> assertThat(late.received).hasSize(messages + 1));
      assertThat(late.payloads("load/last")).containsExactly("119");
    }
    inTransaction(
        () ->
            IntStream.range(0, messages).forEach(i -> outbox.publish("load/each/" + i, "", true)));
  }

  @Test
  @DisplayName("Of snapshots that wait only the newest leaves, in its own place in the order")
  @Contract("mqtt.md 6 snapshots")
  void coalesces() {
    String topic = topics.entityStatus(77);
    broker.stop();
    inTransaction(() -> announcements.entity(entity(77, "queued")));
    inTransaction(() -> outbox.publish("between", "x", false));
    inTransaction(
        () -> {
          announcements.entity(entity(77, "processing"));
          announcements.entity(entity(77, "completed"));
        });
    awaitWaiting(3); // the snapshot, the message between, and the later clearing

    broker.start();
    try (TestClient client = TestClient.connect(Version.V3_1_1, PORT)) {
      client.subscribe(topic);
      client.awaitPayloads(topic, entity(77, "completed").json());
    }
  }

  @Test
  @DisplayName("Snapshots on the way gather for a moment that later ones do not prolong")
  @Contract("mqtt.md 6 snapshots")
  void gathersSnapshots() throws Exception {
    suspend("outbox");
    inTransaction(() -> announcements.clearEntity(78));
    long due = snapshot(78).notBefore();
    clock.forward(Duration.ofMillis(200));
    inTransaction(() -> announcements.entity(entity(78, "queued")));
    inTransaction(() -> announcements.entity(entity(78, "processing")));

    assertThat(snapshot(78)).isEqualTo(new Snapshot(entity(78, "processing").json(), due));

    inTransaction(() -> announcements.entity(entity(78, "completed")));
    assertThat(snapshot(78).payload()).isEqualTo(entity(78, "completed").json());
    assertThat(snapshot(78).notBefore()).isLessThanOrEqualTo(clock.millis());
    resume("outbox");
  }

  private record Snapshot(String payload, long notBefore) {}

  private Snapshot snapshot(long entityId) {
    return house
        .getBean(JdbcClient.class)
        .sql("SELECT payload, not_before FROM outbox WHERE coalesce_key = ?")
        .param(topics.entityStatus(entityId))
        .query((row, n) -> new Snapshot(row.getString(1), row.getLong(2)))
        .single();
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  @DisplayName("A terminal status is retained for a minute and then cleared")
  @Contract({
    "mqtt.md 2 mInsight/<store_port>/entity_item_status/<entity_id>",
    "mqtt.md 6 terminal status",
    "store.md 13 broadcast messages",
    "pipeline.md 7 cleared after 60 s"
  })
  void clearsTerminalStatus(Version version) {
    String topic = topics.entityStatus(5);
    inTransaction(() -> announcements.entity(entity(5, "failed")));
    try (TestClient client = TestClient.connect(version, PORT)) {
      client.subscribe(topic);
      client.awaitPayloads(topic, entity(5, "failed").json());

      clock.forward(Duration.ofMillis(58_000));
      try (TestClient soon = TestClient.connect(version, PORT)) {
        soon.subscribe(topic);
        soon.awaitPayloads(topic, entity(5, "failed").json());
      }

      clock.forward(Duration.ofMillis(3_000));
      client.awaitPayloads(topic, entity(5, "failed").json(), "");
    }
    assertNothingRetained(version, topic);
  }

  @Test
  @DisplayName("A newer status takes the clearing of the one before back")
  @Contract({"mqtt.md 6 terminal status", "pipeline.md 7 clearing is taken back"})
  void newerStatusCancelsClearing() {
    String topic = topics.entityStatus(6);
    inTransaction(() -> announcements.entity(entity(6, "completed")));
    inTransaction(() -> announcements.entity(entity(6, "queued")));
    awaitWaiting(0);

    clock.forward(Duration.ofMillis(120_000));
    inTransaction(() -> outbox.publish("marker", "x", false));
    awaitWaiting(0);

    try (TestClient client = TestClient.connect(Version.V5, PORT)) {
      client.subscribe(topic);
      client.awaitPayloads(topic, entity(6, "queued").json());
    }
    inTransaction(() -> announcements.clearEntity(6));
    awaitWaiting(0);
    assertNothingRetained(Version.V5, topic);
  }

  @Test
  @DisplayName("A job's terminal event is told again after its delay")
  @Contract({"compute.md 4 minimum latency", "mqtt.md 3 not before the client listens"})
  void repeatsJobEvent() {
    JobEvent done = new JobEvent("j", "completed", 1, 100);
    try (TestClient client = TestClient.connect(Version.V3_1_1, PORT)) {
      client.subscribe(Topics.JOB_EVENTS);
      inTransaction(
          () -> {
            announcements.job(done);
            announcements.jobAgain(done, Duration.ofSeconds(30));
          });
      client.awaitPayloads(Topics.JOB_EVENTS, done.json());
      awaitWaiting(1);

      clock.forward(Duration.ofMillis(31_000));

      client.awaitPayloads(Topics.JOB_EVENTS, done.json(), done.json());
    }
  }

  @Test
  @DisplayName(
      "A message the broker refuses holds back its own topic and no other, and comes later")
  void refusalHoldsBackOneTopic() throws Exception {
    suspend("outbox");
    inTransaction(
        () -> {
          outbox.publish("refused", "1", false);
          outbox.publish("refused", "2", false);
          outbox.publish("taken", "3", false);
        });
    OutboxRelay relay = house.getBean(OutboxRelay.class);
    relay.executeInTransaction(
        () -> {
          List<OutboxMessage> batch = due();
          relay.failed(batch.get(0), new IllegalStateException("not authorized"));
          assertThat(relay.maySend(batch.get(1))).isFalse();
          assertThat(relay.maySend(batch.get(2))).isTrue();
        });

    assertThat(due()).extracting(OutboxMessage::getTopic).containsExactly("taken");
    clock.forward(Duration.ofMillis(1_500));
    assertThat(due())
        .extracting(message -> new String(message.getBytes()))
        .containsExactly("1", "2", "3");
    resume("outbox");
  }

  @Test
  @DisplayName("While a batch is being sent, others write: the database's one write lock is free")
  void writersDoNotWaitForTheBroker() throws Exception {
    suspend("outbox");
    OutboxRelay relay = house.getBean(OutboxRelay.class);
    relay.wake();
    List<String> seen = new ArrayList<>();
    relay.executeInTransaction(
        () -> {
          seen.add("read-only " + TransactionSynchronizationManager.isCurrentTransactionReadOnly());
          seen.add("due " + due().size());
          try {
            CompletableFuture.runAsync(
                    () -> inTransaction(() -> outbox.publish("beside", "x", false)))
                .get(3, TimeUnit.SECONDS);
          } catch (Exception e) {
            seen.add("a writer waited: " + e);
          }
        });

    assertThat(seen).containsExactly("read-only true", "due 0");
    resume("outbox");
  }

  @Test
  @DisplayName("The status is retained, and says idle as long as nobody knows better")
  @Contract({"mqtt.md 2 mInsight/<store_port>/status", "store.md 13 broadcast messages"})
  void statusIsRetained() {
    try (TestClient client = TestClient.connect(Version.V3_1_1, PORT)) {
      client.subscribe("mInsight/8011/status");
      await()
          .atMost(Duration.ofSeconds(15))
          .untilAsserted(
              () ->
                  assertThat(client.received)
                      .extracting(Received::payload)
                      .last()
                      .asString()
                      .contains("\"status\":\"idle\""));
    }
  }

  @Test
  @DisplayName(
      "AC-O06 A connection that breaks leaves the will behind, and the next one the truth again")
  @Contract({"mqtt.md 5 last will", "pipeline.md 7 last will"})
  void willIsRegisteredWhenConnecting() throws Exception {
    try (TestClient client = TestClient.connect(Version.V3_1_1, PORT)) {
      client.subscribe(topics.status());

      house
          .getBean(org.eclipse.paho.mqttv5.client.MqttClient.class)
          .disconnectForcibly(0, 1, false);

      await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(
              () -> {
                List<String> payloads = client.payloads(topics.status());
                assertThat(payloads).anyMatch(p -> p.contains("\"status\":\"offline\""));
                assertThat(payloads.get(payloads.size() - 1)).contains("\"status\":\"idle\"");
              });
    }
  }

  @Test
  @DisplayName("The last good status on the topic is remembered, whoever sent it; rubbish is not")
  @Contract({
    "mqtt.md 5 GET /m_insight/status",
    "store.md 9 GET /m_insight/status",
    "pipeline.md 7 GET /m_insight/status"
  })
  void remembersStatus() {
    MInsightStatuses statuses = house.getBean(MInsightStatuses.class);
    try (TestClient other = TestClient.connect(Version.V3_1_1, PORT)) {
      // Said again until heard: after a broker restart the listener takes a moment to come back.
      await()
          .until(
              () -> {
                other.publish(topics.status(), MInsightStatus.running(4711, 1, 2).json(), false);
                return heard(statuses, 4711);
              });
      await()
          .until(
              () -> {
                other.publish(topics.status(), "not json", false);
                other.publish(
                    topics.status(), MInsightStatus.idle(4712, null, null, 3L).json(), false);
                return heard(statuses, 4712);
              });
    }
  }

  private static boolean heard(MInsightStatuses statuses, long timestamp) {
    return statuses.last().filter(status -> status.timestamp() == timestamp).isPresent();
  }

  @Test
  @DisplayName("AC-O07 Announcing the status while the broker is away does not fail")
  void announcingWithoutBroker() {
    broker.stop();
    house.getBean(StatusAnnouncer.class).announce();
    broker.start();
  }

  @Test
  @DisplayName("AC-O14 Any message about new media wakes, also after the broker was restarted")
  @Contract({
    "mqtt.md 2 store/<store_port>/items",
    "store.md 10 reconnect",
    "pipeline.md 7 any message wakes",
    "pipeline.md 9 MQTT broker restart"
  })
  void wakesUp() {
    Sleeper sleeper = house.getBean(Sleeper.class);
    StoreItem item = new StoreItem(1, "d41d8cd98f00b204e9800998ecf8427e", 5);
    sleeper.reasons.clear();
    // Said again until heard: after a test that restarted the broker the listener takes a moment
    // to come back, and nothing is kept for it meanwhile.
    await()
        .until(
            () -> {
              inTransaction(() -> announcements.item(item));
              return !sleeper.reasons.isEmpty();
            });

    broker.stop();
    broker.start();
    awaitConnected();
    sleeper.reasons.clear();

    await()
        .until(
            () -> {
              try (TestClient other = TestClient.connect(Version.V3_1_1, PORT)) {
                other.publish("store/8011/items", "anything", false);
              }
              return !sleeper.reasons.isEmpty();
            });
  }

  @Test
  @DisplayName("A clock that is set back delays no message that waits already")
  void clockSetBack() throws Exception {
    try (TestClient client = TestClient.connect(Version.V3_1_1, PORT)) {
      client.subscribe("clock");
      suspend("outbox");
      inTransaction(
          () ->
              outbox.publishLatest("clock", "clock", "in a moment", false, Duration.ofMillis(500)));

      clock.forward(Duration.ofHours(-2));
      resume("outbox");

      client.awaitPayloads("clock", "in a moment");
    }
  }

  private static EntityStatus entity(long id, String status) {
    return new EntityStatus(id, status, 5, "pending", null, "pending", "pending", null);
  }

  private void assertNothingRetained(Version version, String topic) {
    try (TestClient late = TestClient.connect(version, PORT)) {
      late.subscribe(topic);
      late.subscribe("after/" + topic);
      late.publish("after/" + topic, "all retained ones would have come before", false);
      await().until(() -> !late.received.isEmpty());
      assertThat(late.payloads(topic)).isEmpty();
    }
  }

  private void inTransaction(Runnable work) {
    transactions.executeWithoutResult(status -> work.run());
  }

  private List<OutboxMessage> due() {
    return house
        .getBean(EntityManager.class)
        .createNamedQuery(OutboxMessage.DUE, OutboxMessage.class)
        .setParameter("now", clock.millis())
        .getResultList();
  }

  private void awaitWaiting(long messages) {
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () ->
                assertThat(
                        house
                            .getBean(EntityManager.class)
                            .createQuery("select count(m) from OutboxMessage m", Long.class)
                            .getSingleResult())
                    .isEqualTo(messages));
  }

  private void awaitConnected() {
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> house.getBean(MqttConnection.class).isConnected());
  }

  private static void suspend(String route) {
    try {
      house.getBean(CamelContext.class).getRouteController().stopRoute(route);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static void resume(String route) {
    try {
      house.getBean(CamelContext.class).getRouteController().startRoute(route);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
