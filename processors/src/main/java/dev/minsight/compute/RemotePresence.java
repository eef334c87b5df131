package dev.minsight.compute;

import com.fasterxml.jackson.databind.JsonNode;
import dev.minsight.events.Presence;
import dev.minsight.events.WorkerCapability;
import dev.minsight.ml.ServingModel;
import dev.minsight.ml.VisionModels;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the server which workers this process has: at once when something changes, else every few
 * seconds. What the server answers are its models: a worker with another one lets the task wait,
 * since vectors of different models cannot be compared.
 */
class RemotePresence implements Presence, Gate, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(RemotePresence.class);
  private static final long LOOK_MILLIS = 500;
  private static final long REPEAT_MILLIS = 5000;

  private final RemoteServer server;
  private final VisionModels models;
  private final Map<String, Told> workers = new ConcurrentHashMap<>();
  private final ScheduledExecutorService ticker =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "worker-presence");
            thread.setDaemon(true);
            return thread;
          });

  /** Null before the server was heard. */
  private volatile Map<String, String> serverModels;

  RemotePresence(RemoteServer server, VisionModels models) {
    this.server = server;
    this.models = models;
    ticker.scheduleWithFixedDelay(this::tick, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** A worker and what was last said of it. */
  private static final class Told {
    private final Supplier<WorkerCapability> state;
    private WorkerCapability said;

    Told(Supplier<WorkerCapability> state) {
      this.state = state;
    }
  }

  /** The first announcement is made at once, so that what the server refuses ends the start. */
  @Override
  public void open(String workerId, Supplier<WorkerCapability> state) {
    Told worker = new Told(state);
    try {
      tell(workerId, worker);
    } catch (RemoteServer.AwayException e) {
      LOG.debug("Announced when the server is there", e);
    }
    workers.put(workerId, worker);
  }

  @Override
  public void close(String workerId) {
    workers.remove(workerId);
    try {
      server.call("DELETE", "/workers/" + workerId, Map.of());
    } catch (RemoteServer.AwayException | RemoteServer.RefusedException e) {
      LOG.debug("The goodbye of worker {} failed; its silence says it", workerId, e);
    }
  }

  @Override
  public void close() {
    ticker.shutdownNow();
  }

  private void tick() {
    workers.forEach(
        (id, worker) -> {
          try {
            tell(id, worker);
          } catch (RemoteServer.AwayException e) {
            worker.said = null; // a server that comes back knows nothing of us
          } catch (RuntimeException e) {
            if (worker.said != null) {
              LOG.warn("Worker {} is not announced: {}", id, e.getMessage());
            }
            worker.said = null;
          }
        });
  }

  private void tell(String id, Told worker) {
    WorkerCapability now = worker.state.get();
    WorkerCapability said = worker.said;
    if (said != null && now.sameAs(said) && now.timestamp() - said.timestamp() < REPEAT_MILLIS) {
      return;
    }
    JsonNode answer =
        server
            .call(
                "PUT",
                "/workers/" + id,
                Map.of(
                    "tasks",
                    String.join(",", now.capabilities()),
                    "idle",
                    Integer.toString(now.idleCount())))
            .orElseThrow(
                () ->
                    new RemoteServer.RefusedException(
                        "the server has a worker " + id + " itself; choose another --worker-id"));
    Map<String, String> serving = new ConcurrentHashMap<>();
    answer
        .path("models")
        .properties()
        .forEach(model -> serving.put(model.getKey(), model.getValue().asText()));
    serverModels = serving;
    worker.said = now;
  }

  @Override
  public Optional<String> closed(String taskType) {
    Map<String, String> serving = serverModels;
    if (serving == null) {
      return Optional.of("the server " + server.address() + " was not reached yet");
    }
    String theirs = serving.get(taskType);
    return theirs != null
            && models.status().get(taskType) instanceof ServingModel.Ready ours
            && !ours.spec().id().equals(theirs)
        ? Optional.of(
            "the server uses the model %s and this worker %s; see ./minsight models"
                .formatted(theirs, ours.spec().id()))
        : Optional.empty();
  }
}
