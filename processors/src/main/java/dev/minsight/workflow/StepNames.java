package dev.minsight.workflow;

import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.history.HistoricActivityInstance;
import org.camunda.bpm.model.bpmn.instance.FlowNode;
import org.camunda.bpm.model.bpmn.instance.ServiceTask;
import org.springframework.stereotype.Component;

/** What the processes' drawings say about their steps; the engine keeps the models in memory. */
@Component
class StepNames {

  private final RepositoryService repository;

  StepNames(RepositoryService repository) {
    this.repository = repository;
  }

  /** The name of a step as it is drawn; its id where it has none. */
  String of(String processDefinitionId, String activityId) {
    return repository.getBpmnModelInstance(processDefinitionId).getModelElementById(activityId)
                instanceof FlowNode node
            && node.getName() != null
        ? node.getName()
        : activityId;
  }

  /** Whether the step was done by a worker. */
  boolean external(HistoricActivityInstance activity) {
    return repository
                .getBpmnModelInstance(activity.getProcessDefinitionId())
                .getModelElementById(activity.getActivityId())
            instanceof ServiceTask task
        && "external".equals(task.getCamundaType());
  }
}
