package dev.minsight.insight;

import dev.minsight.support.NotFoundException;
import dev.minsight.vectors.VectorIndex;
import dev.minsight.vectors.VectorIndex.Hit;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongPredicate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Look-alikes of photos, videos and faces; what is deleted, or lies in a deleted collection, stays
 * out.
 */
@Component
public class Similarity {

  private static final Comparator<Hit> BEST_FIRST =
      Comparator.comparingDouble(Hit::score).reversed().thenComparingLong(Hit::id);

  private final VectorIndex index;
  private final VectorCollections collections;
  private final PictureVectors pictures;
  private final FilteredSearch filtered;

  Similarity(
      VectorIndex index,
      VectorCollections collections,
      PictureVectors pictures,
      FilteredSearch filtered) {
    this.index = index;
    this.collections = collections;
    this.pictures = pictures;
    this.filtered = filtered;
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
   * @param hits best first, equal scores by ascending id; of photos, their ids are {@link
   *     PictureId}s, and of each video only the frame that is most alike
   * @param next where the next page begins; null at the end
   */
  public record Page(List<Hit> hits, Position next) {

    static final Page EMPTY = new Page(List.of(), null);
  }

  /**
   * Finds photos and videos like a photo, or like any frame of a video.
   *
   * @param kind CLIP or DINO
   * @param entityId the photo or video
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
    return collections.isOpen(kind) ? page(kind, List.of(vector), query, id -> true) : Page.EMPTY;
  }

  private Page like(VectorKind kind, long id, Query query, Set<Long> except) {
    LongPredicate others =
        kind == VectorKind.FACE
            ? other -> query.includeSelf() || other != id
            : other -> {
              long entity = PictureId.entityOf(other);
              return (query.includeSelf() || entity != id) && !except.contains(entity);
            };
    List<float[]> vectors = vectors(kind, id);
    return vectors.isEmpty() ? Page.EMPTY : page(kind, vectors, query, others);
  }

  /** Of a face or photo its one vector; of a video those of its frames. */
  private List<float[]> vectors(VectorKind kind, long id) {
    if (!collections.isOpen(kind)) {
      return List.of();
    }
    Optional<float[]> own = index.vector(kind.collection(), id);
    return own.isPresent() || kind == VectorKind.FACE
        ? own.stream().toList()
        : pictures.frames(id).stream()
            .map(time -> new PictureId(id, time).id())
            .flatMap(frame -> index.vector(kind.collection(), frame).stream())
            .toList();
  }

  private Page page(VectorKind kind, List<float[]> vectors, Query query, LongPredicate others) {
    FilteredSearch.Best search =
        filtered.prepare(kind, (float) query.threshold(), query.filter(), others);
    Position after = query.after();
    int window = after.seen() + query.limit() + 1;
    while (true) {
      window = Math.min(window, FilteredSearch.DEEPEST);
      List<Hit> all = best(search, vectors, window);
      List<Hit> rest = firstOfEach(kind, all).stream().filter(after::before).toList();
      if (rest.size() > query.limit() || all.size() < window || window == FilteredSearch.DEEPEST) {
        return page(rest, query.limit(), after.seen());
      }
      window *= 2; // more photos came in before the position than behind it are left
    }
  }

  /** The hits of all vectors together, each by its best score. */
  private static List<Hit> best(FilteredSearch.Best search, List<float[]> vectors, int most) {
    if (vectors.size() == 1) {
      return search.best(vectors.get(0), most);
    }
    Map<Long, Hit> best = new HashMap<>();
    for (float[] vector : vectors) {
      search
          .best(vector, most)
          .forEach(hit -> best.merge(hit.id(), hit, (a, b) -> a.score() >= b.score() ? a : b));
    }
    return best.values().stream().sorted(BEST_FIRST).limit(most).toList();
  }

  /** Of several frames of a video the one that is most alike. */
  private static List<Hit> firstOfEach(VectorKind kind, List<Hit> hits) {
    if (kind == VectorKind.FACE) {
      return hits;
    }
    Set<Long> seen = new HashSet<>();
    return hits.stream().filter(hit -> seen.add(PictureId.entityOf(hit.id()))).toList();
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
