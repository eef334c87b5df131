package dev.minsight.events;

import dev.minsight.support.RetryableException;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.springframework.stereotype.Component;

/**
 * Which entities the broker holds a retained status of. A client of its own subscribes to all of
 * them and counts as having them all when a message it sends to itself afterwards has come back:
 * the broker serves a client in order.
 */
@Component
public class RetainedStatuses {

  private static final long WAIT_MILLIS = 5000;

  private final BrokerAddress address;
  private final Topics topics;

  RetainedStatuses(BrokerAddress address, Topics topics) {
    this.address = address;
    this.topics = topics;
  }

  /**
   * A status whose entity is gone.
   *
   * @param entityId number of the entity
   * @param topic where the status is retained
   */
  public record Orphan(long entityId, String topic) {}

  /**
   * @param ids of entities
   * @return their statuses
   */
  public List<Orphan> orphans(Collection<Long> ids) {
    return ids.stream().map(id -> new Orphan(id, topics.entityStatus(id))).toList();
  }

  /**
   * @return ids of the entities
   * @throws RetryableException while the broker is away
   */
  public Set<Long> entities() {
    String name = "minsight-audit-" + UUID.randomUUID();
    Listener listener = new Listener(name);
    try {
      MqttClient client = new MqttClient(address.url(), name, new MemoryPersistence());
      client.setTimeToWait(WAIT_MILLIS);
      client.setCallback(listener);
      client.connect(address.login());
      try {
        client.subscribe(new String[] {topics.entityStatus("+"), name}, new int[] {1, 1});
        client.publish(name, new byte[0], 1, false);
        listener.awaitEnd();
      } finally {
        client.disconnect();
        client.close();
      }
      return listener.found;
    } catch (MqttException e) {
      throw new RetryableException(
          "the MQTT broker " + address.url() + " cannot be asked: " + e.getMessage(), e);
    }
  }

  /** Gathers ids until its own message is back. */
  private static final class Listener implements MqttCallback {

    private final String end;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Set<Long> found = new ConcurrentSkipListSet<>();

    Listener(String end) {
      this.end = end;
    }

    void awaitEnd() {
      try {
        if (!ended.await(WAIT_MILLIS, TimeUnit.MILLISECONDS)) {
          throw new RetryableException("the MQTT broker does not answer");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new RetryableException("interrupted while asking the MQTT broker", e);
      }
    }

    @Override
    public void messageArrived(String topic, MqttMessage message) {
      if (topic.equals(end)) {
        ended.countDown();
      } else if (message.getPayload().length > 0) {
        String id = topic.substring(topic.lastIndexOf('/') + 1);
        if (id.matches("[1-9]\\d{0,17}")) {
          found.add(Long.valueOf(id));
        }
      }
    }

    @Override
    public void disconnected(MqttDisconnectResponse response) {
      // The wait ends by itself.
    }

    @Override
    public void mqttErrorOccurred(MqttException failure) {
      // The call that failed says so.
    }

    @Override
    public void deliveryComplete(IMqttToken token) {
      // The message's coming back is what counts.
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
