package dev.minsight.workflow;

import dev.minsight.compute.TaskQueue;
import dev.minsight.insight.UpgradeRuns;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.camunda.bpm.engine.OptimisticLockingException;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.exception.NotFoundException;
import org.camunda.bpm.engine.exception.NullValueException;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Runs model upgrades as processes {@code model-upgrade}, one a photo; business keys are {@code
 * upgrade-<task>-<entity id>-<job id>}. The work is left to this server's own models.
 */
@Component
class EngineUpgradeRuns implements UpgradeRuns {

  private static final Logger LOG = LoggerFactory.getLogger(EngineUpgradeRuns.class);

  private static final String PROCESS = "model-upgrade";
  private static final Pattern KEY = Pattern.compile("upgrade-([a-z_]+)-(\\d+)-(.+)");

  private final RuntimeService runtime;
  private final Ranks ranks;
  private final Clock clock;
  private final Nudges nudges;

  EngineUpgradeRuns(RuntimeService runtime, Ranks ranks, Clock clock, Nudges nudges) {
    this.runtime = runtime;
    this.ranks = ranks;
    this.clock = clock;
    this.nudges = nudges;
  }

  @Override
  public void start(Order order) {
    runtime.startProcessInstanceByKey(
        PROCESS,
        "upgrade-%s-%d-%s".formatted(order.task(), order.entityId(), order.jobId()),
        Map.of(
            "taskType",
            order.task(),
            "topic",
            TaskQueue.onServer(order.task()),
            "priority",
            ranks.of(order.priority(), clock.millis()),
            "entityId",
            order.entityId(),
            "generation",
            order.generation(),
            EngineTaskQueue.jobVariable(order.task()),
            order.jobId()));
    nudges.workers();
  }

  @Override
  public List<Run> running(String task) {
    return runtime
        .createProcessInstanceQuery()
        .processDefinitionKey(PROCESS)
        .processInstanceBusinessKeyLike("upgrade-" + task + "-%")
        .list()
        .stream()
        .flatMap(process -> run(task, process).stream())
        .toList();
  }

  private static Optional<Run> run(String task, ProcessInstance process) {
    Matcher key = KEY.matcher(process.getBusinessKey());
    return key.matches() && key.group(1).equals(task)
        ? Optional.of(new Run(process.getId(), Long.parseLong(key.group(2)), key.group(3)))
        : Optional.empty();
  }

  @Override
  public void cancel(Run run) {
    try {
      runtime.deleteProcessInstance(run.processId(), "the photo is left out, or no longer needed");
    } catch (NotFoundException | NullValueException | OptimisticLockingException e) {
      LOG.debug("Process {} ended by itself in this moment", run.processId());
    }
  }
}
