package dev.minsight.sdk;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * When a byte last moved in an exchange. The time-out of the JDK client counts from the request to
 * the answer, so it would cut off a large upload over a slow line and would let a stalled download
 * hang for ever; silence is what tells a dead server from a busy one.
 */
final class Activity {

  private final AtomicLong lastNanos = new AtomicLong(System.nanoTime());
  private final AtomicReference<Throwable> localFault = new AtomicReference<>();

  Duration silence() {
    return Duration.ofNanos(System.nanoTime() - lastNanos.get());
  }

  /** Why a file here could not be read or written, or null: not the server's fault. */
  Throwable localFault() {
    return localFault.get();
  }

  private void touch() {
    lastNanos.set(System.nanoTime());
  }

  BodyPublisher watch(BodyPublisher body) {
    return new BodyPublisher() {
      @Override
      public long contentLength() {
        return body.contentLength();
      }

      @Override
      public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
        body.subscribe(new WatchedUpload(subscriber));
      }
    };
  }

  /**
   * @param maxBytes where a body is cut off with an error, so that no server can fill our memory
   */
  <T> BodySubscriber<T> watch(BodySubscriber<T> body, long maxBytes) {
    return new WatchedDownload<>(body, maxBytes);
  }

  private final class WatchedUpload implements Flow.Subscriber<ByteBuffer> {
    private final Flow.Subscriber<? super ByteBuffer> target;

    WatchedUpload(Flow.Subscriber<? super ByteBuffer> target) {
      this.target = target;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      target.onSubscribe(subscription);
    }

    @Override
    public void onNext(ByteBuffer bytes) {
      touch();
      target.onNext(bytes);
    }

    @Override
    public void onError(Throwable error) {
      localFault.set(error);
      target.onError(error);
    }

    @Override
    public void onComplete() {
      touch();
      target.onComplete();
    }
  }

  private final class WatchedDownload<T> implements BodySubscriber<T> {
    private final BodySubscriber<T> target;
    private final long maxBytes;
    private long received;
    private volatile boolean brokenUpstream;
    private Flow.Subscription source;

    WatchedDownload(BodySubscriber<T> target, long maxBytes) {
      this.target = target;
      this.maxBytes = maxBytes;
    }

    @Override
    public CompletionStage<T> getBody() {
      return target
          .getBody()
          .whenComplete(
              (body, error) -> {
                if (error != null && !brokenUpstream) {
                  localFault.set(error instanceof CompletionException ? error.getCause() : error);
                }
              });
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      touch();
      source = subscription;
      target.onSubscribe(subscription);
    }

    @Override
    public void onNext(List<ByteBuffer> bytes) {
      touch();
      received += bytes.stream().mapToLong(ByteBuffer::remaining).sum();
      if (received > maxBytes) {
        brokenUpstream = true;
        source.cancel();
        target.onError(new IOException("the answer is longer than " + maxBytes + " bytes"));
      } else {
        target.onNext(bytes);
      }
    }

    @Override
    public void onError(Throwable error) {
      brokenUpstream = true;
      target.onError(error);
    }

    @Override
    public void onComplete() {
      target.onComplete();
    }
  }
}
