package dev.minsight.people;

import dev.minsight.ml.Thresholds;
import dev.minsight.vectors.VectorIndex;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Makes two persons one when a face shows that they are.
 *
 * <p>Which photo comes first is chance. When two poor photos of somebody come before the good one
 * that resembles both, the machine has begun two persons; without this they would stay two, while
 * another order had given one. So the outcome would depend on the order of copying.
 *
 * <p>One face that resembles two persons is not enough: clustering by single links alone chains
 * strangers together through their most ordinary photos. So the persons must also be alike as a
 * whole: the average similarity over all pairs of their faces (average linkage) must be
 * <em>sure</em> too. What that is worth on photos of 844 people is in docs/figures.md.
 *
 * <p>Never joined: persons seen together in a photo or frame, persons with a name, and persons
 * about whom or about whose faces a human has decided anything. The older one stays, because
 * clients may know its id.
 */
@Component
class PersonUnion {

  private final VectorIndex index;
  private final Faces faces;
  private final Persons persons;
  private final Decisions decisions;
  private final JdbcClient jdbc;

  PersonUnion(
      VectorIndex index, Faces faces, Persons persons, Decisions decisions, JdbcClient jdbc) {
    this.index = index;
    this.faces = faces;
    this.persons = persons;
    this.decisions = decisions;
    this.jdbc = jdbc;
  }

  /**
   * Why two persons may be one.
   *
   * @param faceId a face of one of them
   * @param matchedFaceId the face of the other that it surely matches
   * @param score their cosine similarity
   */
  record Link(long faceId, long matchedFaceId, double score) {}

  /**
   * Joins two persons in the caller's transaction if all says they are one.
   *
   * @param one a person
   * @param two another person
   * @param link what suggests it
   * @param modelId model of the vectors
   * @param thresholds of that model
   * @param fresh vectors that are not in the index yet, by face
   * @return whether {@code older(one, two)} now has the faces of both and the other is gone
   */
  @Transactional(propagation = Propagation.MANDATORY)
  public boolean join(
      long one,
      long two,
      Link link,
      String modelId,
      Thresholds.Matching thresholds,
      Map<Long, float[]> fresh) {
    if (humansDecided(one, two) || seenTogether(one, two)) {
      return false;
    }
    List<Face> ofOne = faces.ofPerson(one);
    List<Face> ofTwo = faces.ofPerson(two);
    if (averageSimilarity(vectors(ofOne, fresh), vectors(ofTwo, fresh)) < thresholds.sure()) {
      return false;
    }
    long stays = older(one, two);
    long goes = stays == one ? two : one;
    for (Face face : stays == one ? ofTwo : ofOne) {
      faces.assign(face.id(), stays);
      decisions.merged(face.id(), stays, goes, modelId, link);
    }
    persons.dropEmpty(List.of(goes));
    return true;
  }

  /** The one of two persons that stays: ids count upwards. */
  static long older(long one, long two) {
    return Math.min(one, two);
  }

  private boolean humansDecided(long one, long two) {
    return jdbc.sql(
            """
            SELECT EXISTS (SELECT 1 FROM known_persons
                           WHERE id IN (:one, :two) AND name IS NOT NULL)
                OR EXISTS (SELECT 1 FROM identity_decisions
                           WHERE person_id IN (:one, :two) AND actor NOT LIKE 'machine:%')
                OR EXISTS (SELECT 1 FROM identity_decisions d JOIN faces f ON f.id = d.face_id
                           WHERE f.known_person_id IN (:one, :two)
                             AND d.actor NOT LIKE 'machine:%')""")
        .param("one", one)
        .param("two", two)
        .query(Boolean.class)
        .single();
  }

  private boolean seenTogether(long one, long two) {
    return jdbc.sql(
            """
            SELECT EXISTS (SELECT 1 FROM faces a JOIN faces b ON b.entity_id = a.entity_id
                             AND COALESCE(b.time_ms, -1) = COALESCE(a.time_ms, -1)
                           WHERE a.known_person_id = :one AND b.known_person_id = :two)""")
        .param("one", one)
        .param("two", two)
        .query(Boolean.class)
        .single();
  }

  private List<float[]> vectors(List<Face> of, Map<Long, float[]> fresh) {
    List<float[]> vectors = new ArrayList<>();
    for (Face face : of) {
      float[] vector = fresh.get(face.id());
      if (vector == null) {
        index.vector(Matcher.COLLECTION, face.id()).ifPresent(vectors::add);
      } else {
        vectors.add(vector);
      }
    }
    return vectors;
  }

  /** Over all pairs of unit vectors; the sum of all products is the product of the sums. */
  private static double averageSimilarity(List<float[]> ones, List<float[]> twos) {
    if (ones.isEmpty() || twos.isEmpty()) {
      return 0;
    }
    double[] one = sum(ones);
    double[] two = sum(twos);
    double product = 0;
    for (int i = 0; i < one.length; i++) {
      product += one[i] * two[i];
    }
    return product / ones.size() / twos.size();
  }

  private static double[] sum(List<float[]> vectors) {
    double[] sum = new double[vectors.get(0).length];
    for (float[] vector : vectors) {
      for (int i = 0; i < sum.length; i++) {
        sum[i] += vector[i];
      }
    }
    return sum;
  }
}
