package dev.minsight.support;

/**
 * A setting is wrong. The launcher prints the message as one line and ends with exit code 2, so it
 * names the setting, the value and what would be right.
 */
public class ConfigurationException extends RuntimeException {

  /**
   * @param message setting, value, and what to do
   */
  public ConfigurationException(String message) {
    super(message);
  }

  /**
   * @param message setting, value, and what to do
   * @param cause the failure underneath
   */
  public ConfigurationException(String message, Throwable cause) {
    super(message, cause);
  }
}
