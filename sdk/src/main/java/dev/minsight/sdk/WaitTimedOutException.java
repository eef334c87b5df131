package dev.minsight.sdk;

import java.time.Duration;

/** The work on an entity did not end within the time allowed; it goes on at the server. */
public final class WaitTimedOutException extends RuntimeException {

  private final long entityId;
  private final String lastStatus;

  WaitTimedOutException(long entityId, String lastStatus, Duration timeout) {
    super(
        "entity " + entityId + " is still " + lastStatus + " after " + timeout.toSeconds() + " s");
    this.entityId = entityId;
    this.lastStatus = lastStatus;
  }

  /**
   * @return the entity that was waited for
   */
  public long entityId() {
    return entityId;
  }

  /**
   * @return its overall status as last seen
   */
  public String lastStatus() {
    return lastStatus;
  }
}
