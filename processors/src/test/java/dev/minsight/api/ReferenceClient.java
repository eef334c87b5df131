package dev.minsight.api;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.minsight.testing.TestServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.eclipse.paho.client.mqttv3.MqttCallback;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;

/**
 * Acts as the reference's Python client does (sdk-cli.md sections 2 and 3, mqtt.md sections 1, 3
 * and 4): MQTT 3.1.1, one subscription to all events with QoS 0, and each job is submitted, then
 * asked for, and only then listened to.
 */
final class ReferenceClient implements AutoCloseable {

  private static final Duration LONG = Duration.ofSeconds(60);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final TestServer server;
  private final Supplier<String> token;
  private final MqttClient mqtt;
  private final Map<String, Following> following = new ConcurrentHashMap<>();
  private final Map<String, JsonNode> workers = new ConcurrentHashMap<>();

  /** All events as they came, for what the client itself passes over. */
  final List<JsonNode> heard = new CopyOnWriteArrayList<>();

  /**
   * @param token of the caller, or null for a guest
   */
  ReferenceClient(TestServer server, Supplier<String> token) {
    this.server = server;
    this.token = token;
    try {
      mqtt =
          new MqttClient(
              "tcp://127.0.0.1:" + server.settings().mqtt().port(),
              UUID.randomUUID().toString(),
              new MemoryPersistence());
      MqttConnectOptions options = new MqttConnectOptions();
      options.setMqttVersion(MqttConnectOptions.MQTT_VERSION_3_1_1);
      options.setCleanSession(true);
      options.setKeepAliveInterval(60);
      mqtt.setCallback(new Dispatcher());
      mqtt.connect(options);
      mqtt.subscribe(new String[] {"inference/events", "inference/workers/+"}, new int[] {0, 0});
    } catch (MqttException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What the callbacks of one job were told. */
  static final class Following {

    /** Status words given to {@code on_progress}, in their order, each with its progress. */
    final List<String> progress = new CopyOnWriteArrayList<>();

    /** Status words given to {@code on_complete}. */
    final List<String> completed = new CopyOnWriteArrayList<>();
  }

  /** A job, and what is told of it from the moment that the client listens. */
  record Submitted(String id, Following following) {}

  /**
   * {@code submit_with_files}, or {@code submit_job} without a file, with both callbacks.
   *
   * @param file or null
   */
  Submitted submit(String task, Map<String, String> params, Path file) {
    String id = post(task, params, file);
    job(id);
    return new Submitted(id, follow(id));
  }

  /**
   * The first step of it.
   *
   * @return id of the job
   */
  String post(String task, Map<String, String> params, Path file) {
    Map<String, String> fields = new LinkedHashMap<>(params);
    fields.putIfAbsent("priority", "5");
    HttpResponse<String> created =
        file == null
            ? server.form("POST", server.compute("/jobs/" + task), token.get(), fields)
            : server.multipart(
                "POST", server.compute("/jobs/" + task), token.get(), fields, "file", file);
    return required(created, "job_id", "status", "task_type").get("job_id").asText();
  }

  /** The last step of it: {@code mqtt_subscribe_job_updates}. */
  Following follow(String id) {
    Following mine = new Following();
    following.put(id, mine);
    return mine;
  }

  /** {@code get_job}, whose model insists on some of the fields. */
  JsonNode job(String id) {
    HttpResponse<String> answer = server.get(server.compute("/jobs/" + id), token.get());
    return required(answer, "job_id", "task_type", "status", "created_at", "params");
  }

  /** {@code wait_for_job}: asks until the job has ended. */
  JsonNode waitForJob(String id) {
    return await()
        .atMost(LONG)
        .until(
            () -> job(id),
            job -> List.of("completed", "failed").contains(job.get("status").asText()));
  }

  /** {@code download_job_file}. */
  byte[] download(String id, String path) {
    try {
      HttpResponse<byte[]> answer =
          java.net.http.HttpClient.newHttpClient()
              .send(
                  server
                      .request(server.compute("/jobs/" + id + "/files/" + path), token.get())
                      .build(),
                  BodyHandlers.ofByteArray());
      if (answer.statusCode() != 200) {
        throw new AssertionError(path + ": " + answer.statusCode());
      }
      return answer.body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** {@code wait_for_capability}: until some worker lists the task and is idle. */
  void waitForCapability(String task) {
    await("a worker for " + task)
        .atMost(LONG)
        .until(
            () ->
                workers.values().stream()
                    .anyMatch(
                        worker ->
                            worker.get("idle_count").asInt() > 0
                                && worker
                                    .get("capabilities")
                                    .toString()
                                    .contains('"' + task + '"')));
  }

  private static JsonNode required(HttpResponse<String> answer, String... fields) {
    if (answer.statusCode() != 200) {
      throw new AssertionError(answer.statusCode() + ": " + answer.body());
    }
    JsonNode body = TestServer.json(answer);
    for (String field : fields) {
      if (!body.hasNonNull(field)) {
        throw new AssertionError(field + " is missing in " + body);
      }
    }
    return body;
  }

  @Override
  public void close() {
    try {
      mqtt.disconnect();
      mqtt.close();
    } catch (MqttException e) {
      throw new IllegalStateException(e);
    }
  }

  private final class Dispatcher implements MqttCallback {

    @Override
    public void messageArrived(String topic, MqttMessage message) throws IOException {
      String payload = new String(message.getPayload(), StandardCharsets.UTF_8);
      if (topic.equals("inference/events")) {
        event(JSON.readTree(payload));
      } else if (payload.isEmpty()) {
        workers.remove(topic);
      } else {
        workers.put(topic, JSON.readTree(payload));
      }
    }

    private void event(JsonNode event) {
      heard.add(event);
      String id = event.get("job_id").asText();
      Following job = following.get(id);
      if (job == null) {
        return; // nobody listens yet, or not any more
      }
      String status = event.get("event_type").asText();
      job.progress.add(status + " " + event.path("progress").asInt());
      if (List.of("completed", "failed").contains(status)) {
        job.completed.add(status);
        following.remove(id);
      }
    }

    @Override
    public void connectionLost(Throwable cause) {}

    @Override
    public void deliveryComplete(IMqttDeliveryToken sent) {}
  }
}
