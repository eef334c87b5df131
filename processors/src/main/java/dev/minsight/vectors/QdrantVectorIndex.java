package dev.minsight.vectors;

import dev.minsight.support.VectorSettings;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.QdrantGrpcClient;
import java.util.Map;

/**
 * The index on a Qdrant server, by its own client (gRPC). While the server is away everything
 * throws {@link dev.minsight.support.RetryableException} with the reason; when it is back no
 * restart is needed. Scores are Qdrant's, which may differ from ours in the last digits.
 */
public final class QdrantVectorIndex extends IndexOfCollections<QdrantCollection> {

  private final QdrantCalls calls;
  private final Payload payload;

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
    super("on Qdrant");
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
  QdrantCollection make(CollectionSpec spec) {
    return new QdrantCollection(calls, spec, id -> payload.of(spec.name(), id));
  }

  /** Qdrant answers a write after it is in its own log. */
  @Override
  public void flush() {
    checkOpen();
  }

  @Override
  void letGo() {
    calls.close();
  }
}
