package dev.minsight.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.util.Queue;
import org.awaitility.Awaitility;
import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.eclipse.paho.client.mqttv3.MqttCallback;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;

/** Hears {@code inference/events} as a client of the reference does. */
final class JobListener implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final MqttClient client;

  private JobListener(MqttClient client) {
    this.client = client;
  }

  /** A new connection, once the broker is there. */
  static JobListener connect(String url, Queue<JsonNode> heard) {
    return Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .ignoreExceptions()
        .until(() -> once(url, heard), listener -> true);
  }

  private static JobListener once(String url, Queue<JsonNode> heard) throws MqttException {
    MqttClient client = new MqttClient(url, "listener", new MemoryPersistence());
    client.setCallback(new Heard(heard));
    MqttConnectOptions options = new MqttConnectOptions();
    options.setCleanSession(false);
    client.connect(options);
    client.subscribe("inference/events", 1);
    return new JobListener(client);
  }

  private record Heard(Queue<JsonNode> events) implements MqttCallback {

    @Override
    public void messageArrived(String topic, MqttMessage message) throws IOException {
      events.add(JSON.readTree(message.getPayload()));
    }

    @Override
    public void connectionLost(Throwable cause) {}

    @Override
    public void deliveryComplete(IMqttDeliveryToken token) {}
  }

  @Override
  public void close() throws MqttException {
    if (client.isConnected()) {
      client.disconnect();
    }
    client.close();
  }
}
