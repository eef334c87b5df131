package dev.minsight.insight;

import dev.minsight.support.NotFoundException;
import dev.minsight.vectors.VectorIndex;
import dev.minsight.vectors.VectorIndex.Hit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongPredicate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Look-alikes of photos and faces; what is deleted, or lies in a deleted collection, stays out. */
@Component
public class Similarity {

  private final VectorIndex index;
  private final VectorCollections collections;
  private final FilteredSearch search;

  Similarity(VectorIndex index, VectorCollections collections, FilteredSearch search) {
    this.index = index;
    this.collections = collections;
    this.search = search;
  }

  /**
   * How to search.
   *
   * @param limit most hits of a page
   * @param threshold least similarity, 0..1
   * @param includeSelf whether the thing asked for is a hit too
   * @param filter which photos may be hits, or the photos of faces
   * @param after where the page begins
   */
  public record Query(
      int limit, double threshold, boolean includeSelf, PhotoFilter filter, Position after) {}

  /**
   * A page of hits.
   *
   * @param hits best first, equal scores by ascending id
   * @param next where the next page begins; null at the end
   */
  public record Page(List<Hit> hits, Position next) {

    static final Page EMPTY = new Page(List.of(), null);
  }

  /**
   * Finds photos like a photo.
   *
   * @param kind CLIP or DINO
   * @param entityId the photo
   * @param query how to search
   * @param except photos that are no hits
   * @return empty when the photo has no vector yet
   */
  @Transactional(readOnly = true)
  public Page photos(VectorKind kind, long entityId, Query query, Set<Long> except) {
    return like(kind, entityId, query, except);
  }

  /**
   * Finds faces like a face.
   *
   * @param faceId the face
   * @param query how to search
   * @return empty when the face has no vector yet
   */
  @Transactional(readOnly = true)
  public Page faces(long faceId, Query query) {
    return like(VectorKind.FACE, faceId, query, Set.of());
  }

  /**
   * Finds what lies near a vector that belongs to nothing stored.
   *
   * @param kind of the vectors to be searched, whose space the vector is of
   * @param vector of their dimension
   * @param query how to search
   * @return a page
   */
  @Transactional(readOnly = true)
  public Page near(VectorKind kind, float[] vector, Query query) {
    return collections.isOpen(kind) ? page(kind, vector, query, id -> true) : Page.EMPTY;
  }

  private Page like(VectorKind kind, long id, Query query, Set<Long> except) {
    Optional<float[]> vector =
        collections.isOpen(kind) ? index.vector(kind.collection(), id) : Optional.empty();
    LongPredicate others = other -> (query.includeSelf() || other != id) && !except.contains(other);
    return vector.map(found -> page(kind, found, query, others)).orElse(Page.EMPTY);
  }

  private Page page(VectorKind kind, float[] vector, Query query, LongPredicate others) {
    FilteredSearch.Best best =
        search.prepare(kind, vector, (float) query.threshold(), query.filter(), others);
    Position after = query.after();
    int window = after.seen() + query.limit() + 1;
    while (true) {
      window = Math.min(window, FilteredSearch.DEEPEST);
      List<Hit> all = best.best(window);
      List<Hit> rest = all.stream().filter(after::before).toList();
      if (rest.size() > query.limit() || all.size() < window || window == FilteredSearch.DEEPEST) {
        return page(rest, query.limit(), after.seen());
      }
      window *= 2; // more photos came in before the position than behind it are left
    }
  }

  private static Page page(List<Hit> rest, int limit, int seen) {
    if (rest.size() <= limit) {
      return new Page(rest, null);
    }
    List<Hit> hits = rest.subList(0, limit);
    Hit last = hits.get(limit - 1);
    return new Page(hits, new Position(seen + limit, last.score(), last.id()));
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
