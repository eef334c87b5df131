package dev.minsight.workflow;

import dev.minsight.compute.Job;
import dev.minsight.compute.JobRuns;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.camunda.bpm.engine.ExternalTaskService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.exception.NotFoundException;
import org.camunda.bpm.engine.exception.NullValueException;
import org.camunda.bpm.engine.externaltask.ExternalTask;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.springframework.stereotype.Component;

/** Runs the jobs of the API as processes {@code compute-job} with business key {@code job-<id>}. */
@Component
class EngineJobRuns implements JobRuns {

  static final String PROCESS = "compute-job";
  private static final String KEY = "job-";

  private final RuntimeService runtime;
  private final ExternalTaskService tasks;
  private final EngineCallers callers;
  private final Ranks ranks;
  private final Nudges nudges;

  EngineJobRuns(
      RuntimeService runtime,
      ExternalTaskService tasks,
      EngineCallers callers,
      Ranks ranks,
      Nudges nudges) {
    this.runtime = runtime;
    this.callers = callers;
    this.tasks = tasks;
    this.ranks = ranks;
    this.nudges = nudges;
  }

  @Override
  public void start(Job job) {
    runtime.startProcessInstanceByKey(
        PROCESS,
        key(job),
        Map.of(
            "taskType",
            job.taskType(),
            "topic",
            EngineTaskQueue.topic(job),
            "priority",
            ranks.of(job.priority(), job.createdAt()),
            EngineTaskQueue.jobVariable(job.taskType()),
            job.id()));
    nudges.workers();
  }

  @Override
  public void cancel(String jobId) {
    for (ProcessInstance process : processes(KEY + jobId)) {
      try {
        Collisions.retried(
            () ->
                runtime.deleteProcessInstance(process.getId(), "the job was cancelled or deleted"));
      } catch (NotFoundException | NullValueException e) {
        continue; // it ended by itself in this moment
      }
    }
  }

  @Override
  public boolean resume(Job job) {
    List<ExternalTask> waiting = new ArrayList<>();
    for (ProcessInstance process : processes(key(job))) {
      waiting.addAll(
          tasks
              .createExternalTaskQuery()
              .processInstanceId(process.getId())
              .topicName(EngineTaskQueue.topic(job))
              .noRetriesLeft()
              .list());
    }
    waiting.forEach(task -> callers.run(() -> tasks.setRetries(task.getId(), 1)));
    nudges.workers();
    return !waiting.isEmpty();
  }

  private static String key(Job job) {
    return job.ofPipeline() && job.generation() != null
        ? EnginePipeline.businessKey(job.entityId(), job.generation())
        : KEY + job.id();
  }

  @Override
  public Set<String> running() {
    return runtime.createProcessInstanceQuery().processDefinitionKey(PROCESS).list().stream()
        .map(process -> String.valueOf(process.getBusinessKey()))
        .filter(key -> key.startsWith(KEY))
        .map(key -> key.substring(KEY.length()))
        .collect(Collectors.toSet());
  }

  private List<ProcessInstance> processes(String key) {
    return runtime.createProcessInstanceQuery().processInstanceBusinessKey(key).list();
  }
}
