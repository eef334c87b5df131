package dev.minsight.workflow;

import java.util.Date;
import org.camunda.bpm.engine.ManagementService;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.camunda.bpm.engine.runtime.Job;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Sets the engine's timer to the time of day of the settings, which may have changed since the
 * process was deployed. A run that is due already stays due.
 */
@Component
class HousekeepingTimer {

  private final ManagementService management;

  HousekeepingTimer(ManagementService management) {
    this.management = management;
  }

  @EventListener(ApplicationReadyEvent.class)
  void set() {
    Date now = ClockUtil.getCurrentTime();
    for (Job timer :
        management
            .createJobQuery()
            .processDefinitionKey(HousekeepingSteps.PROCESS)
            .timers()
            .list()) {
      if (timer.getProcessInstanceId() == null && timer.getDuedate().after(now)) {
        management.recalculateJobDuedate(timer.getId(), false);
      }
    }
  }
}
