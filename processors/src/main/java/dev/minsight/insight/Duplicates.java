package dev.minsight.insight;

import dev.minsight.insight.DuplicateDecision.Verdict;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Photos of the library that look nearly the same, as {@link DuplicateFinder} found them. */
@Component
public class Duplicates {

  /** Photos less alike than this are not remembered as pairs. */
  public static final double LEAST = 0.8;

  /** The newest decision about a pair, as long as both photos have the content it was about. */
  private static final String DECISION =
      """
      LEFT JOIN duplicate_decisions d ON d.entity_id = p.entity_id AND d.other_id = p.other_id
        AND d.id = (SELECT MAX(x.id) FROM duplicate_decisions x
          WHERE x.entity_id = p.entity_id AND x.other_id = p.other_id)
        AND d.md5 = e.md5 AND d.other_md5 = o.md5""";

  /** Groups are made of at most this many pairs, the most alike; they are held in memory. */
  private static final int PAIRS_OF_GROUPS = 200_000;

  private final JdbcClient jdbc;
  private final VectorCollections collections;

  Duplicates(JdbcClient jdbc, VectorCollections collections) {
    this.jdbc = jdbc;
    this.collections = collections;
  }

  /**
   * Two photos.
   *
   * @param entityId the one with the smaller id
   * @param otherId the other
   * @param score cosine similarity, 0..1
   * @param verdict the newest decision about them, or null
   */
  public record Pair(long entityId, long otherId, double score, Verdict verdict) {}

  /**
   * Photos that hang together by pairs.
   *
   * @param entityIds at least two, ascending
   * @param score similarity of its most alike pair, 0..1
   * @param pairs number of its pairs
   */
  public record Group(List<Long> entityIds, double score, int pairs) {}

  /**
   * Which pairs are wanted.
   *
   * @param threshold least similarity, {@value #LEAST}..1
   * @param filter what both photos must fit
   * @param decided whether pairs are wanted, too, about which it was decided that both stay
   */
  public record Wanted(double threshold, PhotoFilter filter, boolean decided) {}

  /**
   * @param wanted which pairs
   * @param after the last pair of the page before; null from the beginning
   * @param most pairs
   * @return the most alike first, of equal ones by ids
   */
  @Transactional(readOnly = true)
  public List<Pair> pairs(Wanted wanted, Pair after, int most) {
    Optional<String> model = collections.modelOf(VectorKind.DINO);
    if (model.isEmpty()) {
      return List.of();
    }
    PhotoFilterSql sql = PhotoFilterSql.of(wanted.filter());
    String decided = wanted.decided() ? "" : " AND (d.id IS NULL OR d.decision = 'trash')";
    JdbcClient.StatementSpec statement =
        jdbc.sql(
                "SELECT p.entity_id, p.other_id, p.score, d.decision FROM duplicate_pairs p"
                    + " JOIN entities e ON e.id = p.entity_id"
                    + " JOIN entities o ON o.id = p.other_id "
                    + DECISION
                    + " WHERE p.model_id = :model AND p.score >= :threshold AND "
                    + sql.of("e")
                    + " AND "
                    + sql.of("o")
                    + decided
                    + (after == null ? "" : AFTER)
                    + " ORDER BY p.score DESC, p.entity_id, p.other_id LIMIT :most")
            .params(sql.params())
            .param("model", model.get())
            .param("threshold", wanted.threshold())
            .param("most", most);
    if (after != null) {
      statement
          .param("score", after.score())
          .param("one", after.entityId())
          .param("other", after.otherId());
    }
    return statement
        .query(
            (row, n) ->
                new Pair(
                    row.getLong(1), row.getLong(2), row.getDouble(3), verdict(row.getString(4))))
        .list();
  }

  private static final String AFTER =
      """
       AND (p.score < :score OR p.score = :score AND (p.entity_id > :one
         OR p.entity_id = :one AND p.other_id > :other))""";

  static Verdict verdict(String word) {
    return word == null ? null : Verdict.valueOf(word.toUpperCase(Locale.ROOT));
  }

  /**
   * @param wanted which pairs make the groups
   * @return the largest first, of equal ones by their smallest id
   */
  @Transactional(readOnly = true)
  public List<Group> groups(Wanted wanted) {
    return DuplicateGroups.of(pairs(wanted, null, PAIRS_OF_GROUPS));
  }

  /**
   * @param entityId a photo
   * @return those of which somebody said that they are not the same
   */
  @Transactional(readOnly = true)
  public Set<Long> unlike(long entityId) {
    Map<Long, Verdict> newest = new HashMap<>();
    jdbc.sql(
            """
            SELECT d.entity_id, d.other_id, d.decision FROM duplicate_decisions d
            JOIN entities e ON e.id = d.entity_id AND e.md5 = d.md5
            JOIN entities o ON o.id = d.other_id AND o.md5 = d.other_md5
            WHERE d.entity_id = :id OR d.other_id = :id ORDER BY d.id""")
        .param("id", entityId)
        .query(
            row -> {
              long one = row.getLong(1);
              newest.put(one == entityId ? row.getLong(2) : one, verdict(row.getString(3)));
            });
    Set<Long> unlike = new HashSet<>(newest.keySet());
    unlike.removeIf(other -> newest.get(other) != Verdict.NOT_DUPLICATE);
    return unlike;
  }
}
