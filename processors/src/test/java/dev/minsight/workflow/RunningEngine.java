package dev.minsight.workflow;

import dev.minsight.testing.TestServer;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.camunda.bpm.engine.ExternalTaskService;
import org.camunda.bpm.engine.HistoryService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.externaltask.ExternalTask;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.camunda.bpm.engine.runtime.ProcessInstance;

/**
 * The engine of a running server, for tests of other packages: what is in it, and what an operator
 * or a crash may do to it. Keys are business keys, in which % stands for anything.
 */
public final class RunningEngine {

  private final RuntimeService runtime;
  private final HistoryService history;
  private final ExternalTaskService tasks;

  public RunningEngine(TestServer server) {
    this.runtime = server.bean(RuntimeService.class);
    this.history = server.bean(HistoryService.class);
    this.tasks = server.bean(ExternalTaskService.class);
  }

  /**
   * A task that waits for a worker, or is in its hands.
   *
   * @param topic its task type
   * @param retries tries left; null before the first
   */
  public record Task(String id, String topic, Integer retries) {}

  /** Sets the clock of all engines of this JVM ahead of the machine's, or back. */
  public static void setClock(Duration ahead) {
    ClockUtil.offset(ahead.toMillis());
  }

  /** Begins a process by hand. */
  public void start(String definition) {
    runtime.startProcessInstanceByKey(definition);
  }

  /** Ids of all processes that have not ended. */
  public List<String> processes() {
    return runtime.createProcessInstanceQuery().list().stream()
        .map(ProcessInstance::getId)
        .toList();
  }

  /** Ids of those with the key. */
  public List<String> processes(String key) {
    return runtime.createProcessInstanceQuery().processInstanceBusinessKeyLike(key).list().stream()
        .map(ProcessInstance::getId)
        .toList();
  }

  /** How many processes of a definition have not ended. */
  public long running(String definition) {
    return runtime.createProcessInstanceQuery().processDefinitionKey(definition).count();
  }

  /** Takes a process away, as if the engine's database had been restored from before it. */
  public void lose(String processId) {
    runtime.deleteProcessInstance(processId, "the test takes it away");
  }

  /** How many processes with the key came to their end. */
  public long completed(String key) {
    return history
        .createHistoricProcessInstanceQuery()
        .processInstanceBusinessKeyLike(key)
        .completed()
        .count();
  }

  /** Removes the history of processes, as the engine does after some time. */
  public void forget(String key) {
    history
        .createHistoricProcessInstanceQuery()
        .processInstanceBusinessKeyLike(key)
        .list()
        .forEach(process -> history.deleteHistoricProcessInstance(process.getId()));
  }

  /** How many steps wait for somebody to look at them. */
  public long incidents() {
    return runtime.createIncidentQuery().count();
  }

  /** How many of one process do. */
  public long incidents(String processId) {
    return runtime.createIncidentQuery().processInstanceId(processId).count();
  }

  /** All tasks. */
  public List<Task> tasks() {
    return tasks.createExternalTaskQuery().list().stream().map(RunningEngine::task).toList();
  }

  /** Tasks of the processes with the key. */
  public List<Task> tasks(String key) {
    List<String> processes = processes(key);
    return tasks.createExternalTaskQuery().list().stream()
        .filter(task -> processes.contains(task.getProcessInstanceId()))
        .map(RunningEngine::task)
        .toList();
  }

  private static Task task(ExternalTask task) {
    return new Task(task.getId(), task.getTopicName(), task.getRetries());
  }

  /** Lets tasks go on whose tries are used up, as an operator does. */
  public void retry(Collection<Task> stopped) {
    tasks.setRetries(stopped.stream().map(Task::id).toList(), 1);
  }

  /** Lets all leases run out. */
  public void unlockAll() {
    tasks.createExternalTaskQuery().locked().list().forEach(task -> tasks.unlock(task.getId()));
  }
}
