package dev.minsight.workflow;

import dev.minsight.insight.Intelligence;
import dev.minsight.insight.Pipeline;
import dev.minsight.store.Entities;
import java.time.Clock;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.engine.impl.interceptor.CommandExecutor;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.camunda.bpm.engine.runtime.ProcessInstanceQuery;
import org.springframework.stereotype.Component;

/**
 * Runs the pipeline's processes in the engine; business keys are {@code entity-<id>-<generation>}.
 */
@Component
class EnginePipeline implements Pipeline {

  private static final String PROCESS = "media-insight";
  private static final String BUSINESS_KEY = "entity-\\d+-\\d+";
  private static final int LONGEST_NAME = 200;

  private final RuntimeService runtime;
  private final CommandExecutor apart;
  private final Entities entities;
  private final Ranks ranks;
  private final Clock clock;
  private final Nudges nudges;

  EnginePipeline(
      RuntimeService runtime,
      ProcessEngineConfigurationImpl engine,
      Entities entities,
      Ranks ranks,
      Clock clock,
      Nudges nudges) {
    this.runtime = runtime;
    this.apart = engine.getCommandExecutorTxRequiresNew();
    this.entities = entities;
    this.ranks = ranks;
    this.clock = clock;
    this.nudges = nudges;
  }

  static String businessKey(long entityId, int generation) {
    return "entity-" + entityId + "-" + generation;
  }

  @Override
  public String start(long entityId, int generation, int priority, Map<String, String> jobIds) {
    String process =
        running(entityId, generation)
            .map(Run::processId)
            .orElseGet(
                () ->
                    runtime
                        .startProcessInstanceByKey(
                            PROCESS,
                            businessKey(entityId, generation),
                            variables(entityId, generation, priority, jobIds))
                        .getId());
    nudges.workers();
    return process;
  }

  private Map<String, Object> variables(
      long entityId, int generation, int priority, Map<String, String> jobIds) {
    Map<String, Object> variables = new HashMap<>();
    variables.put("entityId", entityId);
    variables.put("generation", generation);
    variables.put("photo", name(entityId));
    variables.put("priority", ranks.of(priority, clock.millis()));
    jobIds.forEach(
        (taskType, jobId) -> variables.put(EngineTaskQueue.jobVariable(taskType), jobId));
    return variables;
  }

  /** What people call it, for whoever looks at the process. */
  private String name(long entityId) {
    return entities
        .find(entityId)
        .map(
            photo ->
                Stream.of(photo.label(), photo.originalName())
                    .filter(name -> name != null && !name.isBlank())
                    .distinct()
                    .collect(Collectors.joining(" / ")))
        .map(name -> name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME) + "…" : name)
        .orElse("");
  }

  @Override
  public List<Run> running(int first, int most) {
    return runs(photos().orderByProcessInstanceId().asc().listPage(first, most));
  }

  @Override
  public List<Run> running(Collection<Intelligence> photos) {
    return photos.stream()
        .flatMap(photo -> running(photo.entityId(), photo.generation()).stream())
        .toList();
  }

  private ProcessInstanceQuery photos() {
    return runtime.createProcessInstanceQuery().processDefinitionKey(PROCESS);
  }

  private static List<Run> runs(List<ProcessInstance> processes) {
    return processes.stream()
        .filter(process -> String.valueOf(process.getBusinessKey()).matches(BUSINESS_KEY))
        .map(EnginePipeline::run)
        .toList();
  }

  private static Run run(ProcessInstance process) {
    String[] parts = process.getBusinessKey().split("-");
    return new Run(Long.parseLong(parts[1]), Integer.parseInt(parts[2]), process.getId());
  }

  private Optional<Run> running(long entityId, int generation) {
    return runs(
            photos().processInstanceBusinessKey(businessKey(entityId, generation)).listPage(0, 1))
        .stream()
        .findFirst();
  }

  /**
   * In a transaction of its own, also when the engine is just carrying out another command: if the
   * process ends by itself in this moment, only this is done again.
   */
  @Override
  public void cancel(long entityId, int generation) {
    Collisions.retried(
        () ->
            apart.execute(
                context ->
                    // To all of the one: none, if it has ended by itself, is then no error.
                    runtime
                        .createMessageCorrelation("content-gone")
                        .processInstanceBusinessKey(businessKey(entityId, generation))
                        .correlateAllWithResult()));
  }

  @Override
  public void reconcile() {
    runtime.startProcessInstanceByKey("reconcile", "reconcile");
  }
}
