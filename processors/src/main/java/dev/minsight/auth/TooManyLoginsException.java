package dev.minsight.auth;

import dev.minsight.support.ApiException;
import java.time.Duration;

/** 429: too many logins failed; nobody looks at the password until the wait is over. */
public final class TooManyLoginsException extends ApiException {

  private final long retryAfterSeconds;

  TooManyLoginsException(Duration wait) {
    this(Math.max(1, wait.plusMillis(999).toSeconds()));
  }

  private TooManyLoginsException(long seconds) {
    super(429, "Too many failed logins; try again in " + seconds + " s");
    this.retryAfterSeconds = seconds;
  }

  /**
   * @return how long to wait, whole seconds, at least 1 (RFC 9110 section 10.2.3)
   */
  public long retryAfterSeconds() {
    return retryAfterSeconds;
  }
}
