package dev.minsight.workflow;

import dev.minsight.support.Chore;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** What the steps of {@code housekeeping} call. */
@Component("housekeeping")
public class HousekeepingSteps {

  static final String PROCESS = "housekeeping";

  private static final Logger LOG = LoggerFactory.getLogger(HousekeepingSteps.class);

  private final Map<String, Chore> chores;
  private final RuntimeService runtime;

  HousekeepingSteps(List<Chore> chores, RuntimeService runtime) {
    this.chores = chores.stream().collect(Collectors.toMap(Chore::name, Function.identity()));
    this.runtime = runtime;
  }

  /**
   * Ends a run that still waits for somebody to look: this one does its work, too, and if the same
   * is still wrong it shows that.
   *
   * @param execution of the process
   * @return how many were ended
   */
  public long supersede(DelegateExecution execution) {
    List<String> before =
        runtime.createProcessInstanceQuery().processDefinitionKey(PROCESS).list().stream()
            .map(ProcessInstance::getId)
            .filter(id -> !id.equals(execution.getProcessInstanceId()))
            .toList();
    before.forEach(id -> runtime.deleteProcessInstance(id, "a newer run took over"));
    return before.size();
  }

  /**
   * @param chore its name
   * @return how many things were removed
   */
  public long run(String chore) {
    Chore known = chores.get(chore);
    if (known == null) {
      throw new IllegalArgumentException(
          "there is no chore %s; there are %s".formatted(chore, chores.keySet()));
    }
    return known.run();
  }

  /**
   * Says in the log what was done, as the engine forgets the numbers with the process.
   *
   * @param execution of the process
   */
  public void sumUp(DelegateExecution execution) {
    LOG.info("Housekeeping is done: {}", new TreeMap<>(execution.getVariables()));
  }
}
