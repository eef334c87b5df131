package dev.minsight.workflow;

import dev.minsight.support.MinsightProperties;
import java.time.Duration;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.stream.Stream;
import org.camunda.bpm.engine.ExternalTaskService;
import org.camunda.bpm.engine.externaltask.ExternalTask;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Gives free what ends later than any lease or wait can: the machine's clock was set back since.
 * The tasks of a worker that died, and those that wait for another try, would else wait until the
 * clock is where it was. A worker that lives extends its leases from the new time long before this
 * looks.
 */
@Component
class StuckLeases {

  private static final Logger LOG = LoggerFactory.getLogger(StuckLeases.class);

  /** A worker elsewhere may ask for as much. */
  private static final Duration LONGEST_LEASE = Duration.ofHours(1);

  private static final int MOST = 500;

  private final ExternalTaskService tasks;
  private final Duration longest;

  StuckLeases(ExternalTaskService tasks, MinsightProperties settings) {
    this.tasks = tasks;
    this.longest =
        Stream.of(List.of(LONGEST_LEASE, settings.compute().lease()), settings.pipeline().retry())
            .flatMap(Collection::stream)
            .max(Duration::compareTo)
            .orElseThrow();
  }

  /** Never fails; what could not be freed is freed the next time. */
  @Scheduled(
      fixedDelayString = "${minsight.pipeline.sweep-every}",
      initialDelayString = "${minsight.pipeline.sweep-every}")
  void free() {
    try {
      Date latest = new Date(ClockUtil.getCurrentTime().getTime() + longest.toMillis());
      List<ExternalTask> stuck =
          tasks.createExternalTaskQuery().lockExpirationAfter(latest).listPage(0, MOST);
      stuck.forEach(task -> tasks.unlock(task.getId()));
      if (!stuck.isEmpty()) {
        LOG.info("The clock was set back: {} tasks are free again", stuck.size());
      }
    } catch (RuntimeException e) {
      LOG.warn("Leases could not be looked after and are the next time: {}", e.toString());
    }
  }
}
