package dev.minsight.events;

import java.time.Clock;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.ProducerTemplate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/**
 * Says what mInsight does at the moment: every few seconds, and at once when it changes. A status
 * is worth nothing later, so it does not go through the outbox; while the broker is away it is
 * dropped, and the next one tells the truth again.
 */
@Component("statusAnnouncer")
public class StatusAnnouncer {

  private static final Logger LOG = LoggerFactory.getLogger(StatusAnnouncer.class);

  private final MqttConnection connection;
  private final ObjectProvider<PipelineActivity> activity;
  private final ProducerTemplate route;
  private final Clock clock;

  StatusAnnouncer(
      MqttConnection connection,
      ObjectProvider<PipelineActivity> activity,
      ProducerTemplate route,
      Clock clock) {
    this.connection = connection;
    this.activity = activity;
    this.route = route;
    this.clock = clock;
  }

  /**
   * Sends the current status. Call it when a run begins or ends; it never fails. One at a time, so
   * that an older status cannot overtake a newer one.
   */
  public synchronized void announce() {
    if (!connection.isConnected()) {
      return;
    }
    try {
      route.sendBody("direct:mqtt-status", current().json());
    } catch (CamelExecutionException | IllegalStateException e) {
      LOG.debug("The status was not sent; the next one will be", e);
    }
  }

  private MInsightStatus current() {
    long now = clock.millis();
    PipelineActivity pipeline = activity.getIfAvailable();
    return pipeline == null ? MInsightStatus.idle(now, null, null, null) : pipeline.status(now);
  }
}
