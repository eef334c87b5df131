package dev.minsight.compute;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A queue in memory that hands tasks out once each and notes what is reported of them. */
final class FakeQueue implements TaskQueue {

  final List<String> reports = new CopyOnWriteArrayList<>();
  final Map<String, AtomicInteger> extended = new ConcurrentHashMap<>();
  private final List<Task> waiting = new ArrayList<>();
  private final List<Task> fetched = new CopyOnWriteArrayList<>();

  /** Answer to whoever reports on a task or wants to hold it: false is a lost lease. */
  volatile boolean leaseHolds = true;

  /** Whether several can be completed at once. */
  volatile boolean together = true;

  /** Happens once to whoever reports a success. */
  volatile Error trouble;

  void put(String job, String type, String group) {
    synchronized (waiting) {
      waiting.add(new Task("task-" + job, job, type, group, "holder"));
    }
  }

  int left() {
    synchronized (waiting) {
      return waiting.size();
    }
  }

  @Override
  public List<Task> fetch(int max, Collection<String> taskTypes, Duration lease) {
    synchronized (waiting) {
      List<Task> taken =
          waiting.stream().filter(task -> taskTypes.contains(task.taskType())).limit(max).toList();
      waiting.removeAll(taken);
      fetched.addAll(taken);
      return taken;
    }
  }

  @Override
  public Optional<Task> held(String taskId, String holder) {
    return fetched.stream()
        .filter(task -> leaseHolds && task.id().equals(taskId) && task.holder().equals(holder))
        .findFirst();
  }

  @Override
  public boolean extend(Task task, Duration lease) {
    extended.computeIfAbsent(task.jobId(), id -> new AtomicInteger()).incrementAndGet();
    return leaseHolds;
  }

  @Override
  public void release(Task task) {
    reports.add("released " + task.jobId());
    synchronized (waiting) {
      waiting.add(task);
    }
  }

  @Override
  public boolean complete(Task task) {
    Error once = trouble;
    trouble = null;
    if (once != null) {
      throw once;
    }
    reports.add("completed " + task.jobId());
    return leaseHolds;
  }

  @Override
  public boolean completeTogether(List<Task> tasks) {
    if (!leaseHolds || !together) {
      return false;
    }
    reports.add("together " + tasks.stream().map(Task::jobId).toList());
    return true;
  }

  @Override
  public Next fail(Task task, String reason, String details, boolean mayPass) {
    reports.add((mayPass ? "retry " : "incident ") + task.jobId() + ": " + reason);
    return mayPass ? Next.RETRY : Next.INCIDENT;
  }

  @Override
  public void unprocessable(Task task, String reason) {
    reports.add("unprocessable " + task.jobId() + ": " + reason);
  }
}
