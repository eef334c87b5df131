package dev.minsight.vectors;

import dev.minsight.support.VectorSettings;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.QdrantGrpcClient;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** The same on a real server; it uses, and removes, only collections with a name of its own. */
@EnabledIfEnvironmentVariable(
    named = "QDRANT_URL",
    matches = "http.+",
    disabledReason = "skipped: QDRANT_URL names no Qdrant server")
@DisplayName("An index on a real Qdrant")
class QdrantServerTest extends VectorIndexContract {

  private final VectorSettings.Qdrant settings =
      new VectorSettings.Qdrant(
          String.valueOf(System.getenv("QDRANT_URL")),
          System.getenv().getOrDefault("QDRANT_API_KEY", ""),
          Duration.ofSeconds(30));

  @Override
  VectorIndex create() throws Exception {
    removeCollections();
    return reopen();
  }

  @Override
  VectorIndex reopen() {
    return QdrantVectorIndex.connect(settings, (collection, id) -> Map.of("entity_id", id));
  }

  @AfterEach
  void removeCollections() throws Exception {
    QdrantGrpcClient.Builder connection =
        QdrantGrpcClient.newBuilder(settings.host(), settings.port(), settings.tls(), false);
    if (!settings.apiKey().isEmpty()) {
      connection.withApiKey(settings.apiKey());
    }
    try (QdrantClient client = new QdrantClient(connection.build())) {
      for (String name : client.listCollectionsAsync().get()) {
        if (name.startsWith(NAME)) {
          client.deleteCollectionAsync(name).get();
        }
      }
    }
  }
}
