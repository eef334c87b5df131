package dev.minsight.workflow;

import java.util.Set;
import org.camunda.bpm.engine.ActivityTypes;
import org.camunda.bpm.engine.impl.cfg.AbstractProcessEnginePlugin;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.engine.impl.history.event.HistoricActivityInstanceEventEntity;
import org.camunda.bpm.engine.impl.history.event.HistoryEvent;
import org.camunda.bpm.engine.impl.history.handler.DbHistoryEventHandler;
import org.springframework.stereotype.Component;

/**
 * Keeps what takes no time and tells nothing out of the engine's history: gateways, which are half
 * of all entries of a photo, and start and end of a job of the API, whose row tells how it ended.
 */
@Component
class EngineHistory extends AbstractProcessEnginePlugin {

  private static final Set<String> GATEWAYS =
      Set.of(ActivityTypes.GATEWAY_PARALLEL, ActivityTypes.GATEWAY_EXCLUSIVE);

  private static final Set<String> EVENTS =
      Set.of(ActivityTypes.START_EVENT, ActivityTypes.END_EVENT_NONE);

  @Override
  public void preInit(ProcessEngineConfigurationImpl engine) {
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
