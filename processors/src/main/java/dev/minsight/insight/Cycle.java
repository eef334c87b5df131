package dev.minsight.insight;

import dev.minsight.events.MInsightStatus;
import dev.minsight.events.PipelineActivity;
import dev.minsight.events.StatusAnnouncer;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/** What reconcile is doing, as clients of the reference see it. */
@Component
class Cycle implements PipelineActivity {

  private final ObjectProvider<StatusAnnouncer> announcer;
  private volatile Long from;
  private volatile Long to;
  private volatile Long processed;

  Cycle(ObjectProvider<StatusAnnouncer> announcer) {
    this.announcer = announcer;
  }

  /** A cycle with work begins. */
  void begins(long after, long upTo) {
    from = after;
    to = upTo;
    processed = -1L;
    announcer.ifAvailable(StatusAnnouncer::announce);
  }

  /** It ended. */
  void ended(long queued) {
    processed = queued;
    announcer.ifAvailable(StatusAnnouncer::announce);
  }

  @Override
  public MInsightStatus status(long timestamp) {
    Long count = processed;
    return count != null && count < 0
        ? MInsightStatus.running(timestamp, from, to)
        : MInsightStatus.idle(timestamp, from, to, count);
  }
}
