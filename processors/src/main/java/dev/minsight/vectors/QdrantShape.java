package dev.minsight.vectors;

import io.qdrant.client.grpc.Collections.CollectionInfo;
import io.qdrant.client.grpc.Collections.CreateCollection;
import io.qdrant.client.grpc.Collections.Distance;
import io.qdrant.client.grpc.Collections.HnswConfigDiff;
import io.qdrant.client.grpc.Collections.OptimizersConfigDiff;
import io.qdrant.client.grpc.Collections.VectorParams;
import io.qdrant.client.grpc.Collections.VectorsConfig;
import java.util.Optional;

/** What a collection on a Qdrant server is like; the figures are the contract's (pipeline.md 6). */
final class QdrantShape {

  private static final int M = 16;
  private static final int EF_CONSTRUCT = 200;

  /** KiB of vectors in a segment. */
  private static final int MAX_SEGMENT = 100_000;

  private QdrantShape() {}

  static CreateCollection create(String collection, CollectionSpec spec) {
    return CreateCollection.newBuilder()
        .setCollectionName(collection)
        .setVectorsConfig(
            VectorsConfig.newBuilder()
                .setParams(
                    VectorParams.newBuilder()
                        .setSize(spec.dimension())
                        .setDistance(Distance.Cosine)))
        .setHnswConfig(HnswConfigDiff.newBuilder().setM(M).setEfConstruct(EF_CONSTRUCT))
        .setOptimizersConfig(OptimizersConfigDiff.newBuilder().setMaxSegmentSize(MAX_SEGMENT))
        .build();
  }

  /**
   * @return what is wrong with it, empty when nothing is
   */
  static Optional<String> mismatch(CollectionInfo info, CollectionSpec spec) {
    VectorsConfig vectors = info.getConfig().getParams().getVectorsConfig();
    VectorParams params = vectors.getParams();
    if (vectors.hasParams()
        && params.getSize() == spec.dimension()
        && params.getDistance() == Distance.Cosine) {
      return Optional.empty();
    }
    return Optional.of(
        "Collection config mismatch: it has %s, but %s needs %d numbers (Cosine)"
            .formatted(
                vectors.hasParams()
                    ? params.getSize() + " numbers (" + params.getDistance() + ")"
                    : "named vectors",
                spec.modelId(),
                spec.dimension()));
  }
}
