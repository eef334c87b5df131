package dev.minsight.support;

/** What was asked for does not exist. The message is the answer's {@code detail}. */
public class NotFoundException extends RuntimeException {

  /**
   * @param message the {@code detail} of the 404 answer
   */
  public NotFoundException(String message) {
    super(message);
  }
}
