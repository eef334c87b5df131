package dev.minsight.compute;

import dev.minsight.events.Presence;
import dev.minsight.events.WorkerCapability;
import dev.minsight.events.WorkerPresence;
import dev.minsight.support.ApiException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * The workers that are processes of their own, announced by the server on their behalf: they know
 * HTTP only. One that was not heard of for three heartbeats is taken back.
 */
@Component
public class RemoteWorkers {

  private static final long GONE_AFTER_MILLIS = 3 * WorkerPresence.HEARTBEAT_MILLIS;

  private final Presence presence;
  private final LocalWorkers local;
  private final Clock clock;
  private final Map<String, Heard> workers = new ConcurrentHashMap<>();

  RemoteWorkers(WorkerPresence presence, LocalWorkers local, Clock clock) {
    this.presence = presence;
    this.local = local;
    this.clock = clock;
  }

  private record Heard(List<String> tasks, int idle, long at) {}

  /**
   * Notes what a worker can do now.
   *
   * @param worker its name
   * @param tasks task types
   * @param idle tasks it could take now
   * @throws ApiException 409 if the server's own worker is named so
   */
  public void announce(String worker, List<String> tasks, int idle) {
    if (local.named(worker)) {
      throw new ApiException(409, worker + " is the server's own worker; choose another name");
    }
    Heard before = workers.put(worker, new Heard(List.copyOf(tasks), idle, clock.millis()));
    if (before == null) {
      presence.open(worker, () -> state(worker));
    }
  }

  private WorkerCapability state(String worker) {
    Heard heard = workers.getOrDefault(worker, new Heard(List.of(), 0, 0));
    return new WorkerCapability(worker, heard.tasks(), heard.idle(), clock.millis());
  }

  /**
   * Takes a worker's announcement back.
   *
   * @param worker its name; an unknown one is no error
   */
  public void leave(String worker) {
    if (workers.remove(worker) != null) {
      presence.close(worker);
    }
  }

  @Scheduled(fixedDelay = 1000)
  void drop() {
    long oldest = clock.millis() - GONE_AFTER_MILLIS;
    workers.forEach(
        (worker, heard) -> {
          if (heard.at() < oldest && workers.remove(worker, heard)) {
            presence.close(worker);
          }
        });
  }
}
