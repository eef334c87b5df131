package dev.minsight.auth;

/**
 * A token or an API key that is not accepted. The message is the contract's {@code detail}, word
 * for word.
 */
public class InvalidTokenException extends RuntimeException {

  static final String EXPIRED = "JWT token has expired";
  static final String EXPIRED_KEY = "API key has expired";
  static final String BAD_PAYLOAD = "JWT payload is invalid";
  static final String NOT_VALID = "Could not validate credentials";

  InvalidTokenException(String detail) {
    super(detail);
  }
}
