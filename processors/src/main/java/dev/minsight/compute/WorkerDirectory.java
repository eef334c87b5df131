package dev.minsight.compute;

import dev.minsight.events.WirePayload;
import dev.minsight.events.WorkerCapability;
import dev.minsight.events.WorkerPresence;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Every worker that announces itself, of this process and of others. */
@Component("workerDirectory")
public class WorkerDirectory {

  private static final Logger LOG = LoggerFactory.getLogger(WorkerDirectory.class);

  /** Three missed heartbeats, and a moment for the way. */
  private static final long GONE_AFTER_MILLIS = 3 * WorkerPresence.HEARTBEAT_MILLIS + 1000;

  private final Clock clock;
  private final Map<String, Heard> workers = new ConcurrentHashMap<>();

  WorkerDirectory(Clock clock) {
    this.clock = clock;
  }

  /** An announcement and when it came, by our own clock: a worker's may be wrong. */
  private record Heard(WorkerCapability capability, long at) {}

  /**
   * Takes an announcement.
   *
   * @param topic it came on; its last level is the worker
   * @param message the announcement, or empty when the worker is gone
   */
  public void received(String topic, String message) {
    String id = topic.substring(topic.lastIndexOf('/') + 1);
    if (message == null || message.isEmpty()) {
      workers.remove(id);
      return;
    }
    WirePayload.parse(message, WorkerCapability.class)
        .ifPresentOrElse(
            capability -> workers.put(id, new Heard(capability, clock.millis())),
            () -> LOG.debug("Not an announcement of a worker, ignored: {}", message));
  }

  /**
   * @return the workers that live, by id
   */
  public List<WorkerCapability> living() {
    long oldest = clock.millis() - GONE_AFTER_MILLIS;
    workers.values().removeIf(heard -> heard.at() < oldest);
    return workers.values().stream()
        .map(Heard::capability)
        .sorted(Comparator.comparing(WorkerCapability::workerId))
        .toList();
  }

  /**
   * @return how many tasks of each type could begin at once; 0 where all workers are busy
   */
  public Map<String, Integer> idle() {
    Map<String, Integer> idle = new TreeMap<>();
    for (WorkerCapability worker : living()) {
      for (String type : worker.capabilities()) {
        idle.merge(type, worker.idleCount(), Integer::sum);
      }
    }
    return idle;
  }
}
