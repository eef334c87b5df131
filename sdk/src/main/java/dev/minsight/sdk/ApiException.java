package dev.minsight.sdk;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The server refused a call, or gave no answer. The message starts with the kind of refusal ({@code
 * Unauthorized}, {@code Forbidden}, {@code Not Found}, {@code Validation Error}, else {@code Error
 * <status>}) followed by what the server said.
 */
public sealed class ApiException extends RuntimeException {

  private final int status;
  private final String detail;

  /**
   * @param status HTTP status, 0 when there was no answer
   * @param detail what the server said
   */
  public ApiException(int status, String detail) {
    this("Error " + status, status, detail, null);
  }

  private ApiException(String kind, int status, String detail, Throwable cause) {
    super(kind + ": " + detail, cause);
    this.status = status;
    this.detail = detail;
  }

  /**
   * @return HTTP status, 0 when there was no answer
   */
  public int status() {
    return status;
  }

  /**
   * @return what the server said, without the kind
   */
  public String detail() {
    return detail;
  }

  /**
   * @return whether the same call may succeed later: no answer, too many requests, or a server that
   *     is not ready (502, 503, 504)
   */
  public boolean retryable() {
    return status == 0 || status == 408 || status == 429 || (status >= 502 && status <= 504);
  }

  /** 401: no token, or one that is no longer valid. */
  public static final class Unauthorized extends ApiException {
    Unauthorized(String detail) {
      super("Unauthorized", 401, detail, null);
    }
  }

  /** 403: known, but not allowed. */
  public static final class Forbidden extends ApiException {
    Forbidden(String detail) {
      super("Forbidden", 403, detail, null);
    }
  }

  /** 404: what was asked for does not exist. */
  public static final class NotFound extends ApiException {
    NotFound(String detail) {
      super("Not Found", 404, detail, null);
    }
  }

  /** 422: the request makes no sense to the server. */
  public static final class ValidationFailed extends ApiException {
    private final transient List<Problem> problems;

    ValidationFailed(String detail, List<Problem> problems) {
      super("Validation Error", 422, detail, null);
      this.problems = List.copyOf(problems);
    }

    /**
     * @return one entry per parameter where the server told them apart, else empty
     */
    public List<Problem> problems() {
      return problems;
    }
  }

  /**
   * What is wrong with one parameter.
   *
   * @param location for example {@code body.username}
   * @param message in words
   */
  public record Problem(String location, String message) {}

  /** 429: slow down. */
  public static final class TooManyRequests extends ApiException {
    private final transient Duration retryAfter;

    TooManyRequests(String detail, Duration retryAfter) {
      super("Too Many Requests", 429, detail, null);
      this.retryAfter = retryAfter;
    }

    /**
     * @return how long the server asks to wait
     */
    public Optional<Duration> retryAfter() {
      return Optional.ofNullable(retryAfter);
    }
  }

  /** Nothing answers at the address, or the connection broke. */
  public static final class ServerUnreachable extends ApiException {
    private final URI server;

    ServerUnreachable(URI server, String reason, Throwable cause) {
      super("Server Unreachable", 0, "no answer from " + server + " (" + reason + ")", cause);
      this.server = server;
    }

    /**
     * @return scheme, host and port that were tried
     */
    public URI server() {
      return server;
    }
  }

  /** The connection stands, but no byte moved for too long. */
  public static final class TimedOut extends ApiException {
    TimedOut(URI server, Duration silence) {
      super(
          "Timed Out",
          0,
          "no byte from " + server + " for " + silence.toMillis() / 1000.0 + " s",
          null);
    }
  }
}
