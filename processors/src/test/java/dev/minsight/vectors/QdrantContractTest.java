package dev.minsight.vectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.minsight.support.RetryableException;
import dev.minsight.vectors.CollectionState.Condition;
import dev.minsight.vectors.VectorIndex.Entry;
import io.grpc.Status;
import io.qdrant.client.grpc.Collections.CreateCollection;
import io.qdrant.client.grpc.Collections.Distance;
import io.qdrant.client.grpc.Collections.VectorParams;
import io.qdrant.client.grpc.Collections.VectorsConfig;
import java.time.Duration;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("An index on Qdrant, whose server is in this process")
class QdrantContractTest extends VectorIndexContract {

  /** Much longer than any answer, and than the waits between tries. */
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private static final float[] X = {1, 0, 0};

  private final FakeQdrant server = FakeQdrant.inProcess();

  @AfterEach
  void stop() {
    server.close();
  }

  @Override
  VectorIndex create() {
    return reopen();
  }

  @Override
  VectorIndex reopen() {
    return server.index(TIMEOUT, null);
  }

  @Test
  @DisplayName("Collections are made as the contract wants, under a name that tells the model")
  void creates() {
    CreateCollection made = server.data.made(NAME);

    assertThat(server.data.names()).containsExactly(NAME + ".model-a.1");
    assertThat(made.getVectorsConfig().getParams().getSize()).isEqualTo(3);
    assertThat(made.getVectorsConfig().getParams().getDistance()).isEqualTo(Distance.Cosine);
    assertThat(made.getHnswConfig().getM()).isEqualTo(16);
    assertThat(made.getHnswConfig().getEfConstruct()).isEqualTo(200);
    assertThat(made.getOptimizersConfig().getMaxSegmentSize()).isEqualTo(100_000);
    index.upsert(NAME, 7, X);
    assertThat(server.data.payload(NAME, 7)).isEqualTo(Map.of("entity_id", 7L));
  }

  @Test
  @DisplayName("A rebuild lets the name point to a new collection and leaves no old one")
  void switchesAlias() {
    index.upsert(NAME, 1, X);

    index.rebuild(SPEC, Stream.of(new Entry(2, X)));

    assertThat(server.data.names()).containsExactly(NAME + ".model-a.2");
    assertThat(server.data.size(NAME)).isEqualTo(1);
    assertThat(server.data.payload(NAME, 2)).isEqualTo(Map.of("entity_id", 2L));
  }

  @Test
  @DisplayName("A fault that passes at once is not noticed: the request is sent again")
  void retries() {
    server.fail(Status.UNAVAILABLE, 2);

    index.upsert(NAME, 1, X);

    assertThat(server.failuresLeft()).isZero();
    assertThat(index.count(NAME)).isEqualTo(1);
  }

  @Test
  @DisplayName("A server that is away is named, and used again when it is back")
  void away() {
    index.upsert(NAME, 1, X);
    server.fail(Status.UNAVAILABLE.withDescription("connection refused"));

    assertThatThrownBy(() -> index.search(NAME, X, 1, 0, id -> true))
        .isInstanceOf(RetryableException.class)
        .hasMessageContaining("fake:6334 does not answer")
        .hasMessageContaining("connection refused");
    assertThat(index.state(NAME).condition()).isEqualTo(Condition.UNREACHABLE);
    assertThatThrownBy(() -> index.upsert(NAME, 2, X)).isInstanceOf(RetryableException.class);

    server.recover();
    index.open(SPEC);
    assertThat(index.state(NAME).ready()).isTrue();
    assertThat(index.count(NAME)).isEqualTo(1);
  }

  @Test
  @DisplayName("A server that is slower than the time-out counts as away")
  void slow() {
    try (VectorIndex hasty = server.index(Duration.ofMillis(300), null)) {
      server.answerAfter(Duration.ofSeconds(2));
      hasty.open(SPEC);

      assertThat(hasty.state(NAME).condition()).isEqualTo(Condition.UNREACHABLE);
      assertThat(hasty.state(NAME).reason()).contains("did not answer within 300 ms");
    }
    server.recover();
    assertThat(index.count(NAME)).isZero();
  }

  @Test
  @DisplayName("Without its API key the server refuses us, and we say which setting is missing")
  void apiKey() {
    server.requireApiKey("secret");

    assertThatThrownBy(() -> index.count(NAME))
        .isInstanceOf(RetryableException.class)
        .hasMessageContaining("refuses us")
        .hasMessageContaining("minsight.qdrant.api-key");
    try (VectorIndex known = server.index(TIMEOUT, "secret")) {
      known.open(SPEC);
      assertThat(known.count(NAME)).isZero();
    }
  }

  @Test
  @DisplayName("A collection that vanished needs a rebuild, and opening it makes an empty one")
  void wiped() {
    index.upsert(NAME, 1, X);
    server.data.wipe();

    assertThatThrownBy(() -> index.upsert(NAME, 2, X))
        .isInstanceOf(RetryableException.class)
        .hasMessageContaining("doesn't exist");
    assertThat(index.state(NAME).condition()).isEqualTo(Condition.NEEDS_REBUILD);

    index.open(SPEC);
    assertThat(index.count(NAME)).isZero();
    index.rebuild(SPEC, Stream.of(new Entry(1, X)));
    assertThat(index.ids(NAME)).containsExactly(1L);
  }

  @Test
  @DisplayName("The ids of a large collection are all read, in few pages")
  void manyIds() {
    long[] ids = LongStream.rangeClosed(1, 20_001).toArray();
    index.rebuild(SPEC, LongStream.of(ids).mapToObj(id -> new Entry(id, X)));

    assertThat(index.ids(NAME).toArray()).containsExactly(ids);

    assertThat(server.data.scrolls()).isEqualTo(3);
  }

  @Test
  @DisplayName("Somebody else's collection of another shape is reported and left as it is")
  void foreignShape() {
    foreign(5, Distance.Dot);

    index.open(SPEC);

    assertThat(index.state(NAME).condition()).isEqualTo(Condition.FOREIGN);
    assertThat(index.state(NAME).reason())
        .startsWith("Collection config mismatch: it has 5 numbers (Dot)")
        .contains("vectors rebuild");
    assertThatThrownBy(() -> index.search(NAME, X, 1, 0, id -> true))
        .isInstanceOf(RetryableException.class);
    assertThat(server.data.names()).containsExactly(NAME);
  }

  @Test
  @DisplayName(
      "Somebody else's collection of the right shape may be of any model; a rebuild ends it")
  void foreignModel() {
    foreign(3, Distance.Cosine);

    index.open(SPEC);
    assertThat(index.state(NAME).condition()).isEqualTo(Condition.FOREIGN);

    index.rebuild(SPEC, Stream.of(new Entry(1, X)));
    assertThat(index.state(NAME).ready()).isTrue();
    assertThat(server.data.names()).containsExactly(NAME + ".model-a.1");
  }

  private void foreign(int size, Distance distance) {
    server.data.wipe();
    server.data.create(
        CreateCollection.newBuilder()
            .setCollectionName(NAME)
            .setVectorsConfig(
                VectorsConfig.newBuilder()
                    .setParams(VectorParams.newBuilder().setSize(size).setDistance(distance)))
            .build());
  }
}
