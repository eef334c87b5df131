package dev.minsight.events;

import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** The last status heard on our status topic, be it of this process or of another node. */
@Component("mInsightStatuses")
public class MInsightStatuses {

  private static final Logger LOG = LoggerFactory.getLogger(MInsightStatuses.class);

  private volatile MInsightStatus last;

  /** Takes a message of the topic; what is no status is ignored and the last good one kept. */
  public void received(String message) {
    WirePayload.parse(message, MInsightStatus.class)
        .ifPresentOrElse(
            status -> last = status,
            () -> LOG.debug("Not a status of mInsight, ignored: {}", message));
  }

  /**
   * @return empty when nothing was heard yet
   */
  public Optional<MInsightStatus> last() {
    return Optional.ofNullable(last);
  }
}
