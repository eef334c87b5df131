package dev.minsight.vectors;

import com.google.common.util.concurrent.ListenableFuture;
import dev.minsight.support.RetryableException;
import io.grpc.Status;
import io.qdrant.client.QdrantClient;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * Requests to Qdrant: tried again when the fault may pass at once, and every other fault told in
 * plain words. All requests we send may be sent twice.
 */
final class QdrantCalls implements AutoCloseable {

  private static final Set<Status.Code> PASSING =
      Set.of(Status.Code.UNAVAILABLE, Status.Code.RESOURCE_EXHAUSTED, Status.Code.ABORTED);

  private static final int TRIES = 3;

  /** Before the second try; four times as long before the third. */
  private static final long FIRST_WAIT_MILLIS = 100;

  private final QdrantClient client;
  private final String address;
  private final Duration timeout;

  /**
   * @param client of the server, with the time-out; closed with this
   * @param address for messages
   * @param timeout longest wait for an answer
   */
  QdrantCalls(QdrantClient client, String address, Duration timeout) {
    this.client = client;
    this.address = address;
    this.timeout = timeout;
  }

  /** Qdrant does not answer, or not to us. */
  static final class AwayException extends RetryableException {
    private static final long serialVersionUID = 1;

    AwayException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** It answers, but the collection is not what it was. */
  static final class ChangedException extends RetryableException {
    private static final long serialVersionUID = 1;

    ChangedException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * Sends a request and waits.
   *
   * @param request to be sent
   * @return the answer
   * @throws AwayException no answer, or a refusal
   * @throws ChangedException the collection is gone, or has another shape
   */
  <T> T send(Function<QdrantClient, ListenableFuture<T>> request) {
    for (int attempt = 1; ; attempt++) {
      try {
        return request.apply(client).get(timeout.toMillis() + 1000, TimeUnit.MILLISECONDS);
      } catch (ExecutionException e) {
        Status status = Status.fromThrowable(e);
        if (attempt == TRIES || !PASSING.contains(status.getCode())) {
          throw explain(status, e.getCause());
        }
        pause(FIRST_WAIT_MILLIS << 2 * (attempt - 1));
      } catch (TimeoutException e) {
        throw explain(Status.DEADLINE_EXCEEDED, e);
      } catch (InterruptedException e) {
        throw interrupted(e);
      }
    }
  }

  private RetryableException explain(Status status, Throwable cause) {
    String words = status.getDescription() == null ? "" : ": " + status.getDescription();
    return switch (status.getCode()) {
      case NOT_FOUND, INVALID_ARGUMENT, ALREADY_EXISTS, FAILED_PRECONDITION ->
          new ChangedException("Qdrant at " + address + " says" + words, cause);
      case UNAUTHENTICATED, PERMISSION_DENIED ->
          new AwayException(
              "Qdrant at %s refuses us; set minsight.qdrant.api-key (QDRANT_API_KEY)%s"
                  .formatted(address, words),
              cause);
      case DEADLINE_EXCEEDED ->
          new AwayException(
              "Qdrant at %s did not answer within %s ms; work goes on when it does"
                  .formatted(address, timeout.toMillis()),
              cause);
      default ->
          new AwayException(
              "Qdrant at %s does not answer (%s%s); work goes on when it does"
                  .formatted(address, status.getCode(), words),
              cause);
    };
  }

  private void pause(long millis) {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private RetryableException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new RetryableException("interrupted while waiting for Qdrant at " + address, e);
  }

  @Override
  public void close() {
    client.close();
  }
}
