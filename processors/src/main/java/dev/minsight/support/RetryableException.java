package dev.minsight.support;

/**
 * A failure that may pass by itself: a busy database, a broker that is away, a model that is still
 * being copied. Trying again later is right.
 */
public class RetryableException extends RuntimeException {

  /**
   * @param message what could not be done, with what, and what is being waited for
   */
  public RetryableException(String message) {
    super(message);
  }

  /**
   * @param message what could not be done, with what, and what is being waited for
   * @param cause the failure underneath
   */
  public RetryableException(String message, Throwable cause) {
    super(message, cause);
  }
}
