package dev.minsight.workflow;

import dev.minsight.insight.TimelineEntry;
import dev.minsight.insight.TimelineEntry.Kind;
import dev.minsight.insight.TimelineSource;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.ActivityTypes;
import org.camunda.bpm.engine.HistoryService;
import org.camunda.bpm.engine.history.HistoricActivityInstance;
import org.camunda.bpm.engine.history.HistoricIncident;
import org.camunda.bpm.engine.history.HistoricProcessInstance;
import org.camunda.bpm.engine.history.UserOperationLogEntry;
import org.springframework.stereotype.Component;

/**
 * What the engine remembers of an entity's processes: when they began and ended, what the server
 * did in them, where they stopped, and who let them go on. The work of workers is told by its jobs.
 */
@Component
class EngineTimeline implements TimelineSource {

  /** An entity whose content was replaced more often shows its newest processes. */
  private static final int MOST_PROCESSES = 50;

  private static final int MOST_ROWS = 1000;

  private final HistoryService history;
  private final StepNames names;
  private final EngineCallers callers;

  EngineTimeline(HistoryService history, StepNames names, EngineCallers callers) {
    this.history = history;
    this.names = names;
    this.callers = callers;
  }

  @Override
  public List<TimelineEntry> of(long entityId) {
    List<TimelineEntry> entries = new ArrayList<>();
    history
        .createHistoricProcessInstanceQuery()
        .processInstanceBusinessKeyLike("entity-" + entityId + "-%")
        .orderByProcessInstanceStartTime()
        .desc()
        .listPage(0, MOST_PROCESSES)
        .forEach(process -> tell(process, entries));
    return entries;
  }

  private void tell(HistoricProcessInstance process, List<TimelineEntry> entries) {
    history
        .createHistoricActivityInstanceQuery()
        .processInstanceId(process.getId())
        .listPage(0, MOST_ROWS)
        .forEach(activity -> tell(activity, entries));
    Map<String, String> steps = new HashMap<>();
    for (HistoricIncident incident :
        history
            .createHistoricIncidentQuery()
            .processInstanceId(process.getId())
            .listPage(0, MOST_ROWS)) {
      steps.put(incident.getConfiguration(), incident.getActivityId());
      entries.add(incident(incident));
    }
    for (UserOperationLogEntry operation :
        history
            .createUserOperationLogQuery()
            .processInstanceId(process.getId())
            .listPage(0, MOST_ROWS)) {
      entries.add(operation(operation, steps.get(operation.getExternalTaskId())));
    }
    if (process.getDeleteReason() != null && process.getEndTime() != null) {
      entries.add(stopped(process));
    }
  }

  private void tell(HistoricActivityInstance activity, List<TimelineEntry> entries) {
    String type = activity.getActivityType();
    boolean begins = type.equals(ActivityTypes.START_EVENT);
    boolean ends = type.equals(ActivityTypes.END_EVENT_NONE);
    if (begins || ends) {
      entries.add(moment(activity, begins));
    } else if (type.equals(ActivityTypes.TASK_SERVICE)
        && names.taskType(activity.getProcessDefinitionId(), activity.getActivityId()).isEmpty()) {
      entries.add(step(activity));
    }
  }

  private static TimelineEntry moment(HistoricActivityInstance activity, boolean begins) {
    return draft(activity, Kind.PROCESS).stands(begins ? "processing" : "completed", null).entry();
  }

  private static TimelineEntry step(HistoricActivityInstance activity) {
    String done = activity.getEndTime() == null ? "processing" : "completed";
    return draft(activity, Kind.STEP)
        .took(activity.getDurationInMillis())
        .stands(activity.isCanceled() ? "cancelled" : done, null)
        .entry();
  }

  private static TimelineEntry.Draft draft(HistoricActivityInstance activity, Kind kind) {
    return TimelineEntry.draft(
            "activity-" + activity.getId(),
            activity.getStartTime().getTime(),
            kind,
            activity.getActivityName())
        .in(activity.getProcessInstanceId(), activity.getActivityId());
  }

  private TimelineEntry incident(HistoricIncident incident) {
    String definition = incident.getProcessDefinitionId();
    long began = incident.getCreateTime().getTime();
    Date end = incident.getEndTime();
    String ended = incident.isResolved() ? "resolved" : "given up";
    return TimelineEntry.draft(
            "incident-" + incident.getId(),
            began,
            Kind.INCIDENT,
            names.of(definition, incident.getActivityId())
                + ": its tries are used up, somebody has to look")
        .in(incident.getProcessInstanceId(), stepOf(definition, incident.getActivityId()))
        .took(end == null ? null : end.getTime() - began)
        .stands(incident.isOpen() ? "open" : ended, incident.getIncidentMessage())
        .entry();
  }

  private String stepOf(String processDefinitionId, String activityId) {
    return names.taskType(processDefinitionId, activityId).orElse(activityId);
  }

  private TimelineEntry operation(UserOperationLogEntry operation, String activityId) {
    String definition = operation.getProcessDefinitionId();
    return TimelineEntry.draft(
            "operation-" + operation.getId(),
            operation.getTimestamp().getTime(),
            Kind.OPERATION,
            words(operation, activityId == null ? "A step" : names.of(definition, activityId)))
        .in(
            operation.getProcessInstanceId(),
            activityId == null ? null : stepOf(definition, activityId))
        .by(callers.userId(operation.getUserId()))
        .entry();
  }

  private static String words(UserOperationLogEntry operation, String step) {
    return switch (operation.getOperationType()) {
      case UserOperationLogEntry.OPERATION_TYPE_SET_EXTERNAL_TASK_RETRIES,
          UserOperationLogEntry.OPERATION_TYPE_SET_JOB_RETRIES ->
          step + ": retried";
      case UserOperationLogEntry.OPERATION_TYPE_DELETE -> "Work was stopped";
      case UserOperationLogEntry.OPERATION_TYPE_SUSPEND -> "Work was paused";
      case UserOperationLogEntry.OPERATION_TYPE_ACTIVATE -> "Work was resumed";
      default -> "Changed in the engine: " + operation.getOperationType();
    };
  }

  private static TimelineEntry stopped(HistoricProcessInstance process) {
    return TimelineEntry.draft(
            "stopped-" + process.getId(),
            process.getEndTime().getTime(),
            Kind.PROCESS,
            "Work was stopped")
        .in(process.getId(), null)
        .stands("cancelled", process.getDeleteReason())
        .entry();
  }
}
