package dev.minsight.vectors;

import dev.minsight.support.VectorSettings;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.QdrantGrpcClient;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongPredicate;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * The index on a Qdrant server, by its own client (gRPC). While the server is away everything
 * throws {@link dev.minsight.support.RetryableException} with the reason; when it is back no
 * restart is needed. Scores are Qdrant's, which may differ from ours in the last digits.
 */
public final class QdrantVectorIndex implements VectorIndex {

  private final QdrantCalls calls;
  private final Payload payload;
  private final Map<String, QdrantCollection> collections = new ConcurrentHashMap<>();
  private volatile boolean closed;

  /** What is stored beside a vector, for other tools that read the collections. */
  @FunctionalInterface
  public interface Payload {

    /**
     * @param collection name of a collection
     * @param id the owner's id of the vector
     * @return by name, what is stored
     */
    Map<String, Long> of(String collection, long id);
  }

  QdrantVectorIndex(QdrantCalls calls, Payload payload) {
    this.calls = calls;
    this.payload = payload;
  }

  /**
   * Makes an index that connects when it is first needed.
   *
   * @param settings where the server is
   * @param payload what is stored beside vectors
   * @return the index
   */
  public static QdrantVectorIndex connect(VectorSettings.Qdrant settings, Payload payload) {
    // Without its check of versions, which would complain when the server is away at start.
    QdrantGrpcClient.Builder connection =
        QdrantGrpcClient.newBuilder(settings.host(), settings.port(), settings.tls(), false)
            .withTimeout(settings.timeout());
    if (!settings.apiKey().isBlank()) {
      connection.withApiKey(settings.apiKey());
    }
    return new QdrantVectorIndex(
        new QdrantCalls(
            new QdrantClient(connection.build()),
            settings.host() + ":" + settings.port(),
            settings.timeout()),
        payload);
  }

  @Override
  public void open(CollectionSpec spec) {
    checkOpen();
    collections
        .computeIfAbsent(
            spec.name(),
            name -> new QdrantCollection(calls, spec, id -> payload.of(spec.name(), id)))
        .open(spec);
  }

  @Override
  public void upsert(String collection, long id, float[] vector) {
    collection(collection).upsert(id, vector);
  }

  @Override
  public void delete(String collection, long id) {
    collection(collection).delete(id);
  }

  @Override
  public Optional<float[]> vector(String collection, long id) {
    return collection(collection).vector(id);
  }

  @Override
  public List<Hit> search(
      String collection, float[] query, int limit, float minScore, LongPredicate accept) {
    return collection(collection).search(query, limit, minScore, accept);
  }

  @Override
  public long count(String collection) {
    return collection(collection).count();
  }

  @Override
  public LongStream ids(String collection) {
    return collection(collection).ids();
  }

  @Override
  public void rebuild(CollectionSpec spec, Stream<Entry> vectors) {
    collection(spec.name()).rebuild(spec, vectors);
  }

  @Override
  public CollectionState state(String collection) {
    return collection(collection).state();
  }

  /** Qdrant answers a write after it is in its own log. */
  @Override
  public void flush() {
    checkOpen();
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      calls.close();
    }
  }

  private QdrantCollection collection(String name) {
    checkOpen();
    QdrantCollection found = collections.get(name);
    if (found == null) {
      throw new IllegalArgumentException("collection " + name + " was not opened");
    }
    return found;
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("the vector index on Qdrant is closed");
    }
  }
}
