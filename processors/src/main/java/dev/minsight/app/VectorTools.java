package dev.minsight.app;

import dev.minsight.people.Faces;
import dev.minsight.support.MinsightProperties;
import dev.minsight.support.VectorSettings;
import dev.minsight.vectors.CollectionSpec;
import dev.minsight.vectors.EmbeddedVectorIndex;
import dev.minsight.vectors.QdrantVectorIndex;
import dev.minsight.vectors.VectorIndex;
import java.util.Map;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Where vectors are kept and searched. */
@Configuration(proxyBeanMethods = false)
class VectorTools {

  @Bean
  VectorIndex vectorIndex(MinsightProperties settings, VectorSettings vectors) {
    return switch (vectors.vectors()) {
      case EMBEDDED ->
          new EmbeddedVectorIndex(
              settings.home().resolve("vectors"), vectors.vectorsOptions().exactLimit());
      case QDRANT -> QdrantVectorIndex.connect(vectors.qdrant(), VectorTools::payload);
    };
  }

  /** What the contract wants beside each vector (pipeline.md 6). */
  static Map<String, Long> payload(String collection, long id) {
    return collection.equals(CollectionSpec.FACES)
        ? Map.of("face_id", id, "entity_id", id / Faces.PER_PHOTO)
        : Map.of("entity_id", id);
  }
}
