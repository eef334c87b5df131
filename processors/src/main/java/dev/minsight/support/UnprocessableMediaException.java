package dev.minsight.support;

/**
 * The bytes themselves are the problem: empty, damaged, too large, or not what they claim to be.
 * Trying again cannot help; the message is written for the person who owns the file.
 */
public class UnprocessableMediaException extends RuntimeException {

  /**
   * @param message in plain words, what is wrong with the file
   */
  public UnprocessableMediaException(String message) {
    super(message);
  }

  /**
   * @param message in plain words, what is wrong with the file
   * @param cause the decoder's own failure
   */
  public UnprocessableMediaException(String message, Throwable cause) {
    super(message, cause);
  }
}
