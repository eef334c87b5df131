package dev.minsight.workflow;

import org.camunda.bpm.engine.ActivityTypes;
import org.camunda.bpm.engine.impl.cfg.AbstractProcessEnginePlugin;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.engine.impl.history.event.HistoricActivityInstanceEventEntity;
import org.camunda.bpm.engine.impl.history.event.HistoryEvent;
import org.camunda.bpm.engine.impl.history.handler.DbHistoryEventHandler;
import org.springframework.stereotype.Component;

/**
 * Keeps the gateways out of the engine's history. They are half of all entries of a photo, take no
 * time and tell nothing that the steps between them do not.
 */
@Component
class EngineHistory extends AbstractProcessEnginePlugin {

  @Override
  public void preInit(ProcessEngineConfigurationImpl engine) {
    engine.setHistoryEventHandler(
        new DbHistoryEventHandler() {
          @Override
          public void handleEvent(HistoryEvent event) {
            if (!isGateway(event)) {
              super.handleEvent(event);
            }
          }
        });
  }

  private static boolean isGateway(HistoryEvent event) {
    return event instanceof HistoricActivityInstanceEventEntity activity
        && (ActivityTypes.GATEWAY_PARALLEL.equals(activity.getActivityType())
            || ActivityTypes.GATEWAY_EXCLUSIVE.equals(activity.getActivityType()));
  }
}
