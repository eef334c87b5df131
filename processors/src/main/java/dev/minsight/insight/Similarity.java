package dev.minsight.insight;

import dev.minsight.support.NotFoundException;
import dev.minsight.vectors.VectorIndex;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Look-alikes of photos and faces; what is deleted, or lies in a deleted collection, stays out. */
@Component
public class Similarity {

  private final VectorIndex index;
  private final VectorCollections collections;
  private final JdbcClient jdbc;

  Similarity(VectorIndex index, VectorCollections collections, JdbcClient jdbc) {
    this.index = index;
    this.collections = collections;
    this.jdbc = jdbc;
  }

  /**
   * How to search.
   *
   * @param limit most hits
   * @param threshold least similarity, 0..1
   * @param includeSelf whether the thing asked for is a hit too
   * @param includeDeleted whether deleted photos are hits too
   */
  public record Query(int limit, double threshold, boolean includeSelf, boolean includeDeleted) {}

  /**
   * Finds photos like a photo.
   *
   * @param kind CLIP or DINO
   * @param entityId the photo
   * @param query how to search
   * @return best first; empty when the photo has no vector yet
   */
  @Transactional(readOnly = true)
  public List<VectorIndex.Hit> photos(VectorKind kind, long entityId, Query query) {
    return search(kind, entityId, query, deletedPhotos(query));
  }

  /**
   * Finds faces like a face.
   *
   * @param faceId the face
   * @param query how to search
   * @return best first; empty when the face has no vector yet
   */
  @Transactional(readOnly = true)
  public List<VectorIndex.Hit> faces(long faceId, Query query) {
    return search(VectorKind.FACE, faceId, query, deletedPhotos(query));
  }

  private List<VectorIndex.Hit> search(
      VectorKind kind, long id, Query query, Set<Long> deletedPhotos) {
    if (!collections.isOpen(kind)) {
      return List.of();
    }
    return index
        .vector(kind.collection(), id)
        .map(
            vector ->
                index.search(
                    kind.collection(),
                    vector,
                    query.limit(),
                    (float) query.threshold(),
                    other ->
                        (query.includeSelf() || other != id)
                            && !deletedPhotos.contains(photo(kind, other))))
        .orElse(List.of());
  }

  private static long photo(VectorKind kind, long id) {
    return kind == VectorKind.FACE ? id / dev.minsight.people.Faces.PER_PHOTO : id;
  }

  /** Deleted itself, or below something deleted; few compared with what lives. */
  private Set<Long> deletedPhotos(Query query) {
    return query.includeDeleted()
        ? Set.of()
        : new HashSet<>(
            jdbc.sql(
                    """
                    WITH RECURSIVE gone (id) AS (
                      SELECT id FROM entities WHERE is_deleted
                      UNION SELECT e.id FROM entities e JOIN gone g ON e.parent_id = g.id)
                    SELECT id FROM gone""")
                .query(Long.class)
                .list());
  }

  /**
   * @param kind of vector
   * @param id entity or face
   * @return the vector
   * @throws NotFoundException when there is none
   */
  public float[] vector(VectorKind kind, long id) {
    if (collections.isOpen(kind)) {
      var vector = index.vector(kind.collection(), id);
      if (vector.isPresent()) {
        return vector.get();
      }
    }
    throw new NotFoundException(
        switch (kind) {
          case CLIP -> "Entity CLIP Vector not found";
          case DINO -> "Entity DINO Vector not found";
          case FACE -> "Face Vector not found";
        });
  }
}
