package dev.minsight.vectors;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.QdrantGrpcClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A Qdrant server in this process, as far as we use one, built on the base classes that its own
 * client generates from the protocol. It can be told to fail.
 */
public final class FakeQdrant implements AutoCloseable {

  private static final Metadata.Key<String> API_KEY =
      Metadata.Key.of("api-key", Metadata.ASCII_STRING_MARSHALLER);

  /** What it holds. */
  public final FakeQdrantData data = new FakeQdrantData();

  private final AtomicInteger failuresLeft = new AtomicInteger();
  private final String name;
  private final Server server;
  private volatile Status failure = Status.OK;
  private volatile Duration delay = Duration.ZERO;
  private volatile String apiKey;

  private FakeQdrant(String name, ServerBuilder<?> builder) {
    this.name = name;
    try {
      server =
          builder
              .addService(data.collections())
              .addService(data.points())
              .intercept(new Faults())
              .build()
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One that only {@link #index} reaches. */
  static FakeQdrant inProcess() {
    String name = UUID.randomUUID().toString();
    return new FakeQdrant(name, InProcessServerBuilder.forName(name));
  }

  /** One on a free port of this machine. */
  public static FakeQdrant onPort() {
    return new FakeQdrant("", Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create()));
  }

  /** The setting that leads to one on a port. */
  public String url() {
    return "http://127.0.0.1:" + server.getPort();
  }

  /** A new index that uses this server. */
  VectorIndex index(Duration timeout, String key) {
    QdrantGrpcClient.Builder connection =
        QdrantGrpcClient.newBuilder(InProcessChannelBuilder.forName(name).build(), true, false)
            .withTimeout(timeout);
    if (key != null) {
      connection.withApiKey(key);
    }
    return new QdrantVectorIndex(
        new QdrantCalls(new QdrantClient(connection.build()), "fake:6334", timeout),
        (collection, id) -> Map.of("entity_id", id));
  }

  /** Each of the next calls ends with this, and does nothing. */
  public void fail(Status status, int times) {
    failure = status;
    failuresLeft.set(times);
  }

  /** All calls end so until {@link #recover}. */
  public void fail(Status status) {
    fail(status, Integer.MAX_VALUE);
  }

  /** No more failures, no more delays. */
  public void recover() {
    failuresLeft.set(0);
    delay = Duration.ZERO;
  }

  /** Each answer takes so long. */
  public void answerAfter(Duration slow) {
    delay = slow;
  }

  void requireApiKey(String key) {
    apiKey = key;
  }

  int failuresLeft() {
    return failuresLeft.get();
  }

  @Override
  public void close() {
    server.shutdownNow();
    try {
      server.awaitTermination(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Also turns what a service throws into its status; gRPC itself would say UNKNOWN. */
  private final class Faults implements ServerInterceptor {

    @Override
    public <A, B> ServerCall.Listener<A> interceptCall(
        ServerCall<A, B> call, Metadata headers, ServerCallHandler<A, B> handler) {
      if (apiKey != null && !apiKey.equals(headers.get(API_KEY))) {
        call.close(
            Status.UNAUTHENTICATED.withDescription("Must provide an API key"), new Metadata());
        return new ServerCall.Listener<>() {};
      }
      if (failuresLeft.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
        call.close(failure, new Metadata());
        return new ServerCall.Listener<>() {};
      }
      return new SimpleForwardingServerCallListener<>(handler.startCall(call, headers)) {
        @Override
        public void onHalfClose() {
          try {
            TimeUnit.MILLISECONDS.sleep(delay.toMillis());
            super.onHalfClose();
          } catch (StatusRuntimeException e) {
            call.close(e.getStatus(), new Metadata());
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        }
      };
    }
  }
}
