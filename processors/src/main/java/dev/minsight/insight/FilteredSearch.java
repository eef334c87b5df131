package dev.minsight.insight;

import dev.minsight.people.Faces;
import dev.minsight.vectors.VectorIndex;
import dev.minsight.vectors.VectorIndex.Hit;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongPredicate;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The nearest vectors whose photos fit a filter. Where few photos fit, their ids are read and the
 * index is asked for the nearest among them. Where many do, reading all of their ids would take
 * longer than the search: the nearest of all are taken and sifted, until enough are left. Both give
 * the same hits.
 */
@Component
class FilteredSearch {

  /** So far down a list is followed; nobody reads on, and an index has to hold all before. */
  static final int DEEPEST = 10_000;

  /** Reading so many ids takes some milliseconds. */
  private static final int FEW = 5_000;

  /** Ids in one statement; PostgreSQL and SQLite take far more. */
  private static final int BATCH = 1_000;

  private final VectorIndex index;
  private final JdbcClient jdbc;
  private final int few;

  @Autowired
  FilteredSearch(VectorIndex index, JdbcClient jdbc) {
    this(index, jdbc, FEW);
  }

  FilteredSearch(VectorIndex index, JdbcClient jdbc, int few) {
    this.index = index;
    this.jdbc = jdbc;
    this.few = few;
  }

  /** A search for any vector. */
  interface Best {

    /**
     * @param vector to be near to
     * @param most 1..{@link #DEEPEST}
     * @return best first, equal scores by ascending id; fewer than {@code most} if there are no
     *     more
     */
    List<Hit> best(float[] vector, int most);
  }

  /**
   * Prepares a search; needs the caller's transaction.
   *
   * @param kind of vector
   * @param least score, 0..1
   * @param filter which photos may be hits, or the photos of faces
   * @param others which ids may be hits besides
   */
  Best prepare(VectorKind kind, float least, PhotoFilter filter, LongPredicate others) {
    if (filter.isOpen()) {
      IdSet trash = filter.includeDeleted() ? IdSet.NONE : IdSet.of(jdbc.sql(PhotoFilterSql.TRASH));
      return (vector, most) ->
          search(
              kind, vector, most, least, id -> others.test(id) && !trash.contains(photo(kind, id)));
    }
    PhotoFilterSql sql = PhotoFilterSql.of(filter);
    IdSet some = ids(sql, " LIMIT " + (few + 1));
    return some.size() <= few
        ? (vector, most) -> search(kind, vector, most, least, among(kind, some, others))
        : (vector, most) -> sift(kind, vector, most, least, sql, others);
  }

  private List<Hit> search(
      VectorKind kind, float[] vector, int most, float least, LongPredicate accept) {
    return index.search(kind.collection(), vector, most, least, accept);
  }

  private static LongPredicate among(VectorKind kind, IdSet photos, LongPredicate others) {
    return id -> others.test(id) && photos.contains(photo(kind, id));
  }

  private IdSet ids(PhotoFilterSql sql, String end) {
    return IdSet.of(
        jdbc.sql("SELECT e.id FROM entities e WHERE " + sql.of("e") + end).params(sql.params()));
  }

  private List<Hit> sift(
      VectorKind kind,
      float[] vector,
      int most,
      float least,
      PhotoFilterSql sql,
      LongPredicate others) {
    for (int window = 2 * most + 64; window <= DEEPEST; window *= 4) {
      List<Hit> all = search(kind, vector, window, least, others);
      Set<Long> fitting = fitting(all.stream().map(hit -> photo(kind, hit.id())).toList(), sql);
      List<Hit> left = all.stream().filter(hit -> fitting.contains(photo(kind, hit.id()))).toList();
      if (left.size() >= most || all.size() < window) {
        return left.subList(0, Math.min(most, left.size()));
      }
    }
    // Many fit, but none of them is near.
    return search(kind, vector, most, least, among(kind, ids(sql, ""), others));
  }

  private Set<Long> fitting(List<Long> photos, PhotoFilterSql sql) {
    Set<Long> fitting = new HashSet<>();
    for (int from = 0; from < photos.size(); from += BATCH) {
      // CASE keeps the database from going through all photos of a type to find these.
      fitting.addAll(
          jdbc.sql(
                  "SELECT e.id FROM entities e WHERE e.id IN (:ids) AND CASE WHEN "
                      + sql.of("e")
                      + " THEN 1 ELSE 0 END = 1")
              .params(sql.params())
              .param("ids", photos.subList(from, Math.min(photos.size(), from + BATCH)))
              .query(Long.class)
              .list());
    }
    return fitting;
  }

  private static long photo(VectorKind kind, long id) {
    return kind == VectorKind.FACE ? id / Faces.PER_PHOTO : PictureId.entityOf(id);
  }
}
