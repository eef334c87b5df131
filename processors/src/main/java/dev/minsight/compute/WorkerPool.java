package dev.minsight.compute;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A worker of this process: one or more threads for some task types. One dispatcher thread fetches
 * leased tasks and hands them to as many worker threads as configured; tasks of one photo go to one
 * thread, which decodes the picture once, also when they come with different fetches. A third
 * thread extends the leases of everything held, a fourth reports the results of single jobs.
 *
 * <p>Concurrency: a task is in {@link #held} from fetch until its end was reported, a group in
 * {@link #groups} until its thread has left it; only the dispatcher adds to either. Shutting down
 * stops fetching, lets running groups finish and gives the rest back.
 */
final class WorkerPool {

  private static final Logger LOG = LoggerFactory.getLogger(WorkerPool.class);

  private final WorkSource source;
  private final Worker worker;
  private final List<Gate> gates;
  private final Shape shape;
  private final Duration lease;

  private final Map<String, TaskQueue.Task> held = new ConcurrentHashMap<>();
  private final Map<String, String> waiting = new ConcurrentHashMap<>();
  private final Map<String, TaskGroup> groups = new ConcurrentHashMap<>();
  private final Semaphore nudge = new Semaphore(0);

  private volatile boolean running;
  private Thread dispatcher;
  private ThreadPoolExecutor workers;
  private Reporter reporter;
  private ScheduledExecutorService leaseKeeper;

  /**
   * What a pool does, and how much at a time.
   *
   * @param name of its threads, and of the worker
   * @param taskTypes what it can do
   * @param threads at least 1
   * @param tasksPerThread fetched at once
   * @param pollEvery pause between two looks for work when there was none
   */
  record Shape(
      String name, Set<String> taskTypes, int threads, int tasksPerThread, Duration pollEvery) {}

  WorkerPool(WorkSource source, Worker worker, List<Gate> gates, Shape shape, Duration lease) {
    this.source = source;
    this.worker = worker;
    this.gates = gates;
    this.shape = shape;
    this.lease = lease;
  }

  /** Looks for work now instead of at the next poll. */
  void wake() {
    if (nudge.availablePermits() == 0) {
      nudge.release();
    }
  }

  /**
   * @return task types that have to wait, and why
   */
  Map<String, String> waiting() {
    return new TreeMap<>(waiting);
  }

  void start() {
    running = true;
    workers = (ThreadPoolExecutor) Executors.newFixedThreadPool(shape.threads(), named("worker"));
    reporter =
        new Reporter(
            named("reporter"),
            () -> !workers.getQueue().isEmpty(),
            done -> worker.report(done, this::ended));
    leaseKeeper = Executors.newSingleThreadScheduledExecutor(named("lease-keeper"));
    long third = lease.toMillis() / 3;
    leaseKeeper.scheduleWithFixedDelay(this::extendLeases, third, third, TimeUnit.MILLISECONDS);
    dispatcher = named("dispatcher").newThread(this::dispatch);
    dispatcher.start();
  }

  void stop() {
    running = false;
    wake();
    try {
      dispatcher.join();
      workers.shutdown();
      if (!workers.awaitTermination(20, TimeUnit.SECONDS)) {
        LOG.warn("{} tasks were still running and are given back", held.size());
        workers.shutdownNow();
      }
      reporter.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    leaseKeeper.shutdownNow();
    giveBack(List.copyOf(held.values()));
  }

  boolean isRunning() {
    return running;
  }

  /** What it does. */
  Shape shape() {
    return shape;
  }

  /** How many threads have nothing to do. */
  int idle() {
    return Math.max(0, shape.threads() - groups.size());
  }

  private void dispatch() {
    int threads = shape.threads();
    while (running) {
      try {
        List<Assigned> tasks =
            groups.size() < threads ? fetch(threads * shape.tasksPerThread()) : List.of();
        if (tasks.isEmpty()) {
          nudge.tryAcquire(shape.pollEvery().toMillis(), TimeUnit.MILLISECONDS);
        } else {
          handOut(tasks);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } catch (RuntimeException e) {
        LOG.warn("Work could not be fetched; trying again: {}", e.toString());
        pause();
      }
    }
  }

  private List<Assigned> fetch(int max) {
    List<String> open = openTypes();
    return open.isEmpty() ? List.of() : source.fetch(shape.name(), open, max, lease);
  }

  /** Task types that need not wait; says once what the others wait for. */
  private List<String> openTypes() {
    List<String> open = new ArrayList<>();
    List<String> goOn = new ArrayList<>();
    Map<String, List<String>> newlyWaiting = new TreeMap<>();
    for (String type : shape.taskTypes()) {
      String reason =
          gates.stream().flatMap(gate -> gate.closed(type).stream()).findFirst().orElse(null);
      String before = reason == null ? waiting.remove(type) : waiting.put(type, reason);
      if (reason == null) {
        open.add(type);
        if (before != null) {
          goOn.add(type);
        }
      } else if (!reason.equals(before)) {
        newlyWaiting.computeIfAbsent(reason, why -> new ArrayList<>()).add(type);
      }
    }
    newlyWaiting.forEach(
        (reason, types) -> LOG.warn("Waiting: {} ({})", String.join(", ", types), reason));
    if (!goOn.isEmpty()) {
      LOG.info("Going on: {}", String.join(", ", goOn));
    }
    return open;
  }

  private void handOut(List<Assigned> tasks) {
    tasks.forEach(assigned -> held.put(assigned.task().id(), assigned.task()));
    tasks.stream()
        .sorted(Comparator.comparing(WorkerPool::needsMostPixels).reversed())
        .collect(
            Collectors.groupingBy(
                assigned -> assigned.task().group(), LinkedHashMap::new, Collectors.toList()))
        .forEach(this::handOut);
  }

  private void handOut(String id, List<Assigned> tasks) {
    TaskGroup inHand = groups.get(id);
    if (inHand != null && inHand.join(tasks)) {
      return;
    }
    TaskGroup group = new TaskGroup();
    group.join(tasks);
    groups.put(id, group);
    workers.execute(() -> doGroup(id, group));
  }

  /** Detection asks for the largest picture; the other tasks of the photo then reuse it. */
  private static boolean needsMostPixels(Assigned assigned) {
    return assigned.task().taskType().equals(TaskTypes.FACE_DETECTION);
  }

  private void doGroup(String id, TaskGroup group) {
    try {
      worker.doAll(group, this::ended, reporter::add);
    } finally {
      groups.remove(id, group);
      if (running) {
        // None is left, unless an error broke the group off.
        giveBack(group.rest().stream().map(Assigned::task).toList());
      }
      wake();
    }
  }

  private void ended(TaskQueue.Task task) {
    held.remove(task.id(), task);
  }

  /** Gives back those of some tasks that are still held. */
  private void giveBack(Collection<TaskQueue.Task> tasks) {
    for (TaskQueue.Task task : tasks) {
      if (held.remove(task.id(), task)) {
        source.release(task);
      }
    }
  }

  private void extendLeases() {
    for (TaskQueue.Task task : held.values()) {
      try {
        if (!source.extend(task, lease)) {
          // Reported a moment ago; or truly lost, which its worker is told when it reports.
          held.remove(task.id(), task);
        }
      } catch (RuntimeException e) {
        LOG.warn("The lease of job {} could not be extended: {}", task.jobId(), e.toString());
      }
    }
  }

  private void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(shape.pollEvery().toMillis() * 5);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private ThreadFactory named(String role) {
    String name = shape.name() + "-" + role;
    AtomicInteger count = new AtomicInteger();
    return work -> {
      Thread thread = new Thread(work, name + "-" + count.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }
}
