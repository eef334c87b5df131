package dev.minsight.insight;

import dev.minsight.vectors.VectorIndex;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/**
 * Brings single vectors into the indexes and out of them. The table decides: a vector goes in only
 * while its row is there, and out only once it is not, one writer a photo at a time. So a photo
 * that is deleted or replaced while a step of it ends leaves nothing, whoever comes last.
 */
@Component
class IndexedVectors {

  private static final int LOCKS = 64;

  private final VectorIndex index;
  private final VectorCollections collections;
  private final Embeddings embeddings;
  private final Object[] locks = Stream.generate(Object::new).limit(LOCKS).toArray();

  IndexedVectors(VectorIndex index, VectorCollections collections, Embeddings embeddings) {
    this.index = index;
    this.collections = collections;
    this.embeddings = embeddings;
  }

  /**
   * @param kind of the vector, whose collection is open
   * @param subjectId entity or face
   * @param modelId model that made it
   * @param md5 content it was made of
   * @param vector as in the table
   */
  void put(VectorKind kind, long subjectId, String modelId, String md5, float[] vector) {
    synchronized (lock(subjectId)) {
      if (embeddings.has(kind, subjectId, modelId, md5)) {
        index.upsert(kind.collection(), subjectId, vector);
      }
    }
  }

  /**
   * @param kind of vector
   * @param subjectId entity or face whose row is gone
   */
  void drop(VectorKind kind, long subjectId) {
    if (!collections.isOpen(kind)) {
      return;
    }
    synchronized (lock(subjectId)) {
      if (embeddings.newest(kind, subjectId).isEmpty()) {
        index.delete(kind.collection(), subjectId);
      }
    }
  }

  private Object lock(long subjectId) {
    return locks[Math.floorMod(Long.hashCode(subjectId), LOCKS)];
  }
}
