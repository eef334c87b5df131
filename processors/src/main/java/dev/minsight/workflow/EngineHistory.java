package dev.minsight.workflow;

import java.util.List;
import java.util.Set;
import org.camunda.bpm.engine.ActivityTypes;
import org.camunda.bpm.engine.impl.cfg.AbstractProcessEnginePlugin;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.engine.impl.history.HistoryLevelActivity;
import org.camunda.bpm.engine.impl.history.event.HistoricActivityInstanceEventEntity;
import org.camunda.bpm.engine.impl.history.event.HistoryEvent;
import org.camunda.bpm.engine.impl.history.event.HistoryEventType;
import org.camunda.bpm.engine.impl.history.event.HistoryEventTypes;
import org.camunda.bpm.engine.impl.history.handler.DbHistoryEventHandler;
import org.springframework.stereotype.Component;

/**
 * What the engine remembers: level {@code activity}, and of trouble also the incidents and who did
 * what about them, which on a good day costs nothing. Keeps what takes no time and tells nothing
 * out of the engine's history: gateways, which are half of all entries of a photo, and start and
 * end of a job of the API, whose row tells how it ended.
 */
@Component
class EngineHistory extends AbstractProcessEnginePlugin {

  private static final Set<String> GATEWAYS =
      Set.of(ActivityTypes.GATEWAY_PARALLEL, ActivityTypes.GATEWAY_EXCLUSIVE);

  private static final Set<String> EVENTS =
      Set.of(ActivityTypes.START_EVENT, ActivityTypes.END_EVENT_NONE);

  private static final Set<HistoryEventTypes> TROUBLE =
      Set.of(
          HistoryEventTypes.INCIDENT_CREATE,
          HistoryEventTypes.INCIDENT_RESOLVE,
          HistoryEventTypes.INCIDENT_DELETE,
          HistoryEventTypes.USER_OPERATION_LOG);

  /** Has the name and number of the level it adds to, as the engine's database notes the number. */
  private static final class ActivityAndTrouble extends HistoryLevelActivity {

    @Override
    public boolean isHistoryEventProduced(HistoryEventType event, Object entity) {
      return event instanceof HistoryEventTypes type && TROUBLE.contains(type)
          || super.isHistoryEventProduced(event, entity);
    }
  }

  @Override
  public void preInit(ProcessEngineConfigurationImpl engine) {
    engine.setCustomHistoryLevels(List.of(new ActivityAndTrouble()));
    engine.setHistoryEventHandler(
        new DbHistoryEventHandler() {
          @Override
          public void handleEvent(HistoryEvent event) {
            if (!isMoment(event)) {
              super.handleEvent(event);
            }
          }
        });
  }

  private static boolean isMoment(HistoryEvent event) {
    if (!(event instanceof HistoricActivityInstanceEventEntity activity)) {
      return false;
    }
    return GATEWAYS.contains(activity.getActivityType())
        || EngineJobRuns.PROCESS.equals(activity.getProcessDefinitionKey())
            && EVENTS.contains(activity.getActivityType());
  }
}
