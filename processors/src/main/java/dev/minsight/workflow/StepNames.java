package dev.minsight.workflow;

import dev.minsight.insight.TaskNames;
import java.util.Optional;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.model.bpmn.instance.FlowNode;
import org.camunda.bpm.model.bpmn.instance.ServiceTask;
import org.springframework.stereotype.Component;

/** What the steps of processes are called; the engine keeps the models in memory. */
@Component
class StepNames {

  private final RepositoryService repository;

  StepNames(RepositoryService repository) {
    this.repository = repository;
  }

  /** The name of a step: that of its task where a worker does it, else as it is drawn. */
  String of(String processDefinitionId, String activityId) {
    return taskType(processDefinitionId, activityId)
        .map(TaskNames::of)
        .orElseGet(() -> drawn(processDefinitionId, activityId));
  }

  private String drawn(String processDefinitionId, String activityId) {
    return repository.getBpmnModelInstance(processDefinitionId).getModelElementById(activityId)
                instanceof FlowNode node
            && node.getName() != null
        ? node.getName()
        : activityId;
  }

  /** The task type of a step that a worker does. */
  Optional<String> taskType(String processDefinitionId, String activityId) {
    return repository.getBpmnModelInstance(processDefinitionId).getModelElementById(activityId)
                instanceof ServiceTask task
            && "external".equals(task.getCamundaType())
        ? Optional.of(task.getCamundaTopic())
        : Optional.empty();
  }
}
