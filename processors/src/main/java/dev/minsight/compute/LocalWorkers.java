package dev.minsight.compute;

import dev.minsight.events.Presence;
import dev.minsight.events.WorkerCapability;
import dev.minsight.support.MinsightProperties;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * The workers of this process: one for everything that is done in a moment, and one for what may
 * take minutes, so that nothing waits behind a video. Each announces itself.
 */
@Component
public class LocalWorkers implements SmartLifecycle {

  /** First steps of four photos: enough that fetching costs little, few enough to share. */
  private static final int TASKS_PER_THREAD = 12;

  private static final Duration SLOW_POLL = Duration.ofSeconds(1);

  private final WorkSource source;
  private final Presence presence;
  private final Clock clock;
  private final boolean wanted;
  private final List<WorkerPool> pools = new ArrayList<>();
  private volatile boolean running;

  LocalWorkers(
      WorkSource source,
      Worker worker,
      List<Gate> gates,
      Plugins plugins,
      Presence presence,
      MinsightProperties settings,
      Clock clock) {
    this.source = source;
    this.presence = presence;
    this.clock = clock;
    this.wanted = settings.runs(MinsightProperties.Role.WORKER);
    String id = settings.worker().effectiveId(settings.ports().compute());
    Set<String> tasks = settings.worker().tasks();
    plugins.require(tasks);
    Map<Boolean, Set<String>> bySpeed =
        plugins.all().stream()
            .filter(plugin -> tasks.isEmpty() || tasks.contains(plugin.taskType()))
            .collect(
                Collectors.partitioningBy(
                    Plugin::slow,
                    Collectors.mapping(Plugin::taskType, Collectors.toCollection(TreeSet::new))));
    Duration poll = settings.worker().pollEvery();
    int threads = settings.worker().effectiveThreads();
    String slow = bySpeed.get(false).isEmpty() ? id : id + "-slow";
    List.of(
            new WorkerPool.Shape(id, bySpeed.get(false), threads, TASKS_PER_THREAD, poll),
            new WorkerPool.Shape(slow, bySpeed.get(true), 1, 1, SLOW_POLL))
        .stream()
        .filter(shape -> !shape.taskTypes().isEmpty())
        .map(shape -> new WorkerPool(source, worker, gates, shape, settings.compute().lease()))
        .forEach(pools::add);
  }

  /**
   * @return what they do, by name
   */
  public Set<String> taskTypes() {
    return pools.stream()
        .flatMap(pool -> pool.shape().taskTypes().stream())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Looks for work now instead of at the next poll. */
  public void wake() {
    pools.forEach(WorkerPool::wake);
  }

  /**
   * @return task types that have to wait, and why
   */
  public Map<String, String> waiting() {
    Map<String, String> waiting = new TreeMap<>();
    pools.forEach(pool -> waiting.putAll(pool.waiting()));
    return waiting;
  }

  /** Whether one of them is named so. */
  boolean named(String name) {
    return wanted && pools.stream().anyMatch(pool -> pool.shape().name().equals(name));
  }

  @Override
  public void start() {
    if (!wanted) {
      return;
    }
    source.open();
    for (WorkerPool pool : pools) {
      presence.open(pool.shape().name(), () -> state(pool));
      pool.start();
    }
    running = true;
  }

  /** What a pool can do now: a task type that has to wait is not among it. */
  private WorkerCapability state(WorkerPool pool) {
    Set<String> able = new TreeSet<>(pool.shape().taskTypes());
    able.removeAll(pool.waiting().keySet());
    return new WorkerCapability(
        pool.shape().name(), List.copyOf(able), pool.idle(), clock.millis());
  }

  @Override
  public void stop() {
    running = false;
    pools.forEach(pool -> presence.close(pool.shape().name()));
    pools.forEach(WorkerPool::stop);
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  @Override
  public int getPhase() {
    return Integer.MAX_VALUE - 200; // starts after the engine, stops before it
  }
}
