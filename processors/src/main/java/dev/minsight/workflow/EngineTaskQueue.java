package dev.minsight.workflow;

import dev.minsight.compute.Job;
import dev.minsight.compute.TaskQueue;
import dev.minsight.support.MinsightProperties;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.camunda.bpm.engine.BadUserRequestException;
import org.camunda.bpm.engine.ExternalTaskService;
import org.camunda.bpm.engine.OptimisticLockingException;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.externaltask.ExternalTask;
import org.camunda.bpm.engine.externaltask.ExternalTaskQueryTopicBuilder;
import org.camunda.bpm.engine.externaltask.LockedExternalTask;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.engine.impl.interceptor.CommandExecutor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * The engine's external tasks as the one queue: a topic is a task type, the engine's lock is the
 * lease. The engine refuses whoever reports without the lock.
 */
@Component
class EngineTaskQueue implements TaskQueue {

  private static final Logger LOG = LoggerFactory.getLogger(EngineTaskQueue.class);

  private final ExternalTaskService tasks;
  private final RuntimeService runtime;
  private final CommandExecutor commands;
  private final List<Duration> waits;
  private final String worker = "local-" + UUID.randomUUID();
  private final AtomicLong fetches = new AtomicLong();

  EngineTaskQueue(
      ExternalTaskService tasks,
      RuntimeService runtime,
      ProcessEngineConfigurationImpl engine,
      MinsightProperties settings) {
    this.tasks = tasks;
    this.runtime = runtime;
    this.commands = engine.getCommandExecutorTxRequired();
    this.waits = settings.pipeline().retry();
  }

  /** Name of the process variable that holds the job of a task type. */
  static String jobVariable(String taskType) {
    return "job_" + taskType;
  }

  /**
   * @return the topic of a job's task: one of its own where only this server can do it
   */
  static String topic(Job job) {
    return job.needsMediaFolder() || job.upgradeTo() != null
        ? TaskQueue.onServer(job.taskType())
        : job.taskType();
  }

  private static String taskType(String topic) {
    int end = topic.indexOf('@');
    return end < 0 ? topic : topic.substring(0, end);
  }

  @Override
  public List<Task> fetch(int max, Collection<String> wanted, Duration lease) {
    String holder = worker + "-" + fetches.incrementAndGet();
    ExternalTaskQueryTopicBuilder topics = null;
    var query =
        tasks
            .fetchAndLock()
            .maxTasks(max)
            .workerId(holder)
            .usePriority(true)
            .orderByCreateTime()
            .asc()
            .subscribe();
    for (String topic : wanted) {
      topics =
          (topics == null ? query : topics)
              .topic(topic, lease.toMillis())
              .variables(jobVariable(taskType(topic)));
    }
    return topics == null
        ? List.of()
        : topics.execute().stream().map(task -> leased(task, holder)).toList();
  }

  private static Task leased(LockedExternalTask task, String holder) {
    String type = taskType(task.getTopicName());
    return new Task(
        task.getId(),
        String.valueOf(task.getVariables().get(jobVariable(type))),
        type,
        task.getProcessInstanceId(),
        holder);
  }

  @Override
  public Optional<Task> held(String taskId, String holder) {
    ExternalTask task =
        tasks.createExternalTaskQuery().externalTaskId(taskId).workerId(holder).singleResult();
    if (task == null) {
      return Optional.empty();
    }
    String type = taskType(task.getTopicName());
    Object job = runtime.getVariable(task.getProcessInstanceId(), jobVariable(type));
    return Optional.of(
        new Task(taskId, String.valueOf(job), type, task.getProcessInstanceId(), holder));
  }

  @Override
  public boolean extend(Task task, Duration lease) {
    try {
      return held(() -> tasks.extendLock(task.id(), task.holder(), lease.toMillis()));
    } catch (OptimisticLockingException e) {
      return true; // its worker reports at this very moment; if it fails, the next round extends
    }
  }

  @Override
  public void release(Task task) {
    // Unlocking would not ask whose lock it is.
    held(() -> tasks.extendLock(task.id(), task.holder(), 1));
  }

  @Override
  public boolean complete(Task task) {
    return held(() -> tasks.complete(task.id(), task.holder()));
  }

  /** One command around all, so that the engine loads and writes the photo's process once. */
  @Override
  public boolean completeTogether(List<Task> together) {
    try {
      commands.execute(
          context -> {
            together.forEach(task -> tasks.complete(task.id(), task.holder()));
            return null;
          });
      return true;
    } catch (RuntimeException e) {
      LOG.debug("{} tasks cannot be completed together: {}", together.size(), e.toString());
      return false;
    }
  }

  @Override
  public void unprocessable(Task task, String reason) {
    held(() -> tasks.handleBpmnError(task.id(), task.holder(), "unprocessable", shortened(reason)));
  }

  @Override
  public Next fail(Task task, String reason, String details, boolean mayPass) {
    ExternalTask now = tasks.createExternalTaskQuery().externalTaskId(task.id()).singleResult();
    if (now == null) {
      return Next.LOST;
    }
    int left = mayPass ? (now.getRetries() == null ? waits.size() : now.getRetries() - 1) : 0;
    Duration wait = left > 0 ? waits.get(Math.max(0, waits.size() - left)) : Duration.ZERO;
    boolean ours =
        held(
            () ->
                tasks.handleFailure(
                    task.id(), task.holder(), shortened(reason), details, left, wait.toMillis()));
    if (!ours) {
      return Next.LOST;
    }
    return left > 0 ? Next.RETRY : Next.INCIDENT;
  }

  /** Runs what needs the lock; false when the lock or the task is gone. */
  private static boolean held(Runnable report) {
    try {
      Collisions.retried(report); // two branches may reach the join at the same moment
      return true;
    } catch (BadUserRequestException e) {
      return false;
    }
  }

  /** Process variables and messages are short; the job row keeps the whole reason. */
  private static String shortened(String reason) {
    return reason.length() <= 500 ? reason : reason.substring(0, 499) + "…";
  }
}
