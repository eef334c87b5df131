package dev.minsight.events;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Announces workers, each retained on its own topic: at once when what it can do changes, else as a
 * heartbeat. Each has a connection of its own, whose last will takes the announcement back when the
 * process dies: a connection has only one will, and the will must be set when it connects.
 */
@Component
public class WorkerPresence implements Presence, SmartLifecycle {

  /** A heartbeat; who misses three in a row counts as gone. */
  public static final long HEARTBEAT_MILLIS = 10_000;

  private static final Logger LOG = LoggerFactory.getLogger(WorkerPresence.class);
  private static final long LOOK_MILLIS = 500;
  private static final long RETRY_MILLIS = 2000;
  private static final int CONNECT_SECONDS = 5;
  private static final int KEEP_ALIVE_SECONDS = 10;
  private static final byte[] GONE = {};

  private final BrokerAddress address;
  private final Map<String, Announced> workers = new LinkedHashMap<>();
  private ScheduledExecutorService ticker;
  private volatile boolean running;

  WorkerPresence(BrokerAddress address) {
    this.address = address;
  }

  /** A worker and what was last said of it. */
  private static final class Announced {
    private final String id;
    private final Supplier<WorkerCapability> state;
    private MqttClient client;
    private WorkerCapability said;
    private long triedAt = Long.MIN_VALUE / 2;

    Announced(String id, Supplier<WorkerCapability> state) {
      this.id = id;
      this.state = state;
    }
  }

  @Override
  public synchronized void open(String workerId, Supplier<WorkerCapability> state) {
    close(workerId);
    workers.put(workerId, new Announced(workerId, state));
  }

  @Override
  public synchronized void close(String workerId) {
    Announced worker = workers.remove(workerId);
    if (worker == null || worker.client == null) {
      return;
    }
    try {
      if (worker.client.isConnected()) {
        publish(worker, GONE); // an orderly goodbye sends no will
        worker.client.disconnect(TimeUnit.SECONDS.toMillis(CONNECT_SECONDS));
      }
      worker.client.close();
    } catch (MqttException e) {
      LOG.debug("The goodbye of worker {} failed; the broker's will says it", workerId, e);
      abandon(worker.client);
    }
  }

  /** Without a goodbye: a connection that stayed up would keep the announcement alive. */
  private static void abandon(MqttClient client) {
    try {
      client.disconnectForcibly(0, 1, false);
      client.close();
    } catch (MqttException e) {
      LOG.debug("A connection of a worker that is gone could not be closed", e);
    }
  }

  @Override
  public synchronized void start() {
    running = true;
    ticker =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "worker-presence");
              thread.setDaemon(true);
              return thread;
            });
    ticker.scheduleWithFixedDelay(this::tick, 0, LOOK_MILLIS, TimeUnit.MILLISECONDS);
  }

  @Override
  public void stop() {
    running = false;
    ticker.shutdown();
    synchronized (this) {
      List.copyOf(workers.keySet()).forEach(this::close);
    }
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  /** After the embedded broker, and stopped before it. */
  @Override
  public int getPhase() {
    return EmbeddedBroker.PHASE + 20;
  }

  private synchronized void tick() {
    for (Announced worker : workers.values()) {
      try {
        tick(worker);
      } catch (MqttException | RuntimeException e) {
        LOG.debug("Worker {} cannot be announced now: {}", worker.id, e.toString());
      }
    }
  }

  private void tick(Announced worker) throws MqttException {
    if (!running) {
      return;
    }
    if (worker.client == null || !worker.client.isConnected()) {
      long now = TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
      if (now - worker.triedAt < RETRY_MILLIS) {
        return;
      }
      worker.triedAt = now;
      connect(worker);
    }
    WorkerCapability now = worker.state.get();
    if (worker.said == null
        || !now.sameAs(worker.said)
        || now.timestamp() - worker.said.timestamp() >= HEARTBEAT_MILLIS) {
      publish(worker, now.json().getBytes(StandardCharsets.UTF_8));
      worker.said = now;
    }
  }

  private void connect(Announced worker) throws MqttException {
    if (worker.client != null) {
      worker.client.close();
    }
    worker.said = null;
    worker.client =
        new MqttClient(
            address.url(),
            "minsight-worker-" + ProcessHandle.current().pid() + "-" + System.nanoTime(),
            new MemoryPersistence());
    worker.client.setTimeToWait(TimeUnit.SECONDS.toMillis(CONNECT_SECONDS));
    MqttConnectionOptions options = address.login();
    options.setConnectionTimeout(CONNECT_SECONDS);
    options.setKeepAliveInterval(KEEP_ALIVE_SECONDS);
    options.setWill(Topics.worker(worker.id), retained(GONE));
    worker.client.connect(options);
  }

  private static void publish(Announced worker, byte[] payload) throws MqttException {
    worker.client.publish(Topics.worker(worker.id), retained(payload));
  }

  private static MqttMessage retained(byte[] payload) {
    MqttMessage message = new MqttMessage(payload);
    message.setQos(1);
    message.setRetained(true);
    return message;
  }
}
