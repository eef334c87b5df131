package dev.minsight.people;

import dev.minsight.ml.Thresholds;
import dev.minsight.support.IdCounter;
import dev.minsight.vectors.VectorIndex;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Decides whose the faces of one photo or video are.
 *
 * <p>A face goes to the person of the most similar known face, when that similarity is at least the
 * model's <em>sure</em>; otherwise a new person begins. Two faces of one photo are never one
 * person: the closest pair is settled first and takes the person out of the choice for the others.
 * A face that already has a person (found again, or assigned by hand) keeps it. The frames of a
 * video are settled one after the other, each like a photo.
 *
 * <p>A face that surely is two persons whom only the machine knows may show that they are one; see
 * {@link PersonUnion}. This makes the outcome independent of the order in which photos come.
 *
 * <p>Callers let only one photo match at a time ({@link Persons#TURN}), or two photos of a newcomer
 * would begin two persons.
 */
@Component
public class Matcher {

  /** Collection of the vector index that holds one vector a face. */
  public static final String COLLECTION = "face_embeddings";

  /** Similar faces looked at for each face, and noted as matches. */
  private static final int NEIGHBOURS = 32;

  private static final int NOTED_MATCHES = 10;

  private final VectorIndex index;
  private final Faces faces;
  private final Persons persons;
  private final Decisions decisions;
  private final PersonUnion union;
  private final JdbcClient jdbc;
  private final IdCounter ids;
  private final Clock clock;

  Matcher(
      VectorIndex index,
      Faces faces,
      Persons persons,
      Decisions decisions,
      PersonUnion union,
      JdbcClient jdbc,
      IdCounter ids,
      Clock clock) {
    this.index = index;
    this.faces = faces;
    this.persons = persons;
    this.decisions = decisions;
    this.union = union;
    this.jdbc = jdbc;
    this.ids = ids;
    this.clock = clock;
  }

  /**
   * A face with its vector.
   *
   * @param face the face as stored
   * @param vector its embedding, of length 1
   */
  public record Embedded(Face face, float[] vector) {}

  /** A face could belong to a person, this surely. */
  private record Option(Face face, long personId, long matchedFaceId, double score) {}

  /**
   * Settles the faces of one photo or video in the caller's transaction.
   *
   * @param modelId model of the vectors
   * @param thresholds of that model
   * @param photo all its embedded faces
   */
  @Transactional(propagation = Propagation.MANDATORY)
  public void match(String modelId, Thresholds.Matching thresholds, List<Embedded> photo) {
    Map<Long, Long> owners = new HashMap<>(); // person by face of this photo
    for (Embedded embedded : photo) {
      if (embedded.face().knownPersonId() != null) {
        owners.put(embedded.face().id(), embedded.face().knownPersonId());
      }
    }
    List<Option> options = new ArrayList<>();
    List<Embedded> seen = new ArrayList<>();
    for (List<Embedded> picture : pictures(photo)) {
      List<Option> here = new ArrayList<>();
      for (Embedded embedded : picture) {
        here.addAll(options(embedded, thresholds, seen, owners));
      }
      here.sort(Comparator.comparingDouble(Option::score).reversed());
      settle(modelId, picture, here, owners);
      options.addAll(here);
      seen.addAll(picture);
    }
    options.sort(Comparator.comparingDouble(Option::score).reversed());
    joinPersons(modelId, thresholds, photo, options, owners);
  }

  /** A photo is one picture; of a video each frame is one, in the order they are shown. */
  private static Collection<List<Embedded>> pictures(List<Embedded> faces) {
    return faces.stream()
        .collect(
            Collectors.groupingBy(
                embedded -> embedded.face().timeMs() == null ? 0 : embedded.face().timeMs(),
                TreeMap::new,
                Collectors.toList()))
        .values();
  }

  /** Gives the faces of one picture their persons, the closest pair first. */
  private void settle(
      String modelId, List<Embedded> picture, List<Option> options, Map<Long, Long> owners) {
    Set<Long> taken = new HashSet<>();
    picture.forEach(embedded -> taken.add(owners.get(embedded.face().id())));
    for (Option option : options) {
      long faceId = option.face().id();
      if (!owners.containsKey(faceId) && taken.add(option.personId())) {
        owners.put(faceId, option.personId());
        faces.assign(faceId, option.personId());
        decisions.byMachine(
            "matched", faceId, option.personId(), modelId, option.score(), option.matchedFaceId());
      }
    }
    for (Embedded embedded : picture) {
      long faceId = embedded.face().id();
      if (!owners.containsKey(faceId)) {
        long person = persons.create();
        owners.put(faceId, person);
        faces.assign(faceId, person);
        decisions.byMachine("new_person", faceId, person, modelId, null, null);
      }
    }
  }

  /** Offers every sure similarity that did not decide a face's person as a reason to join two. */
  private void joinPersons(
      String modelId,
      Thresholds.Matching thresholds,
      List<Embedded> photo,
      List<Option> options,
      Map<Long, Long> owners) {
    Map<Long, float[]> fresh = new HashMap<>();
    photo.forEach(embedded -> fresh.put(embedded.face().id(), embedded.vector()));
    Map<Long, Long> joined = new HashMap<>(); // what became of persons that are no more
    for (Option option : options) {
      long one = latest(joined, owners.get(option.face().id()));
      long two = latest(joined, option.personId());
      PersonUnion.Link link =
          new PersonUnion.Link(option.face().id(), option.matchedFaceId(), option.score());
      if (one != two && union.join(one, two, link, modelId, thresholds, fresh)) {
        long stays = PersonUnion.older(one, two);
        joined.put(stays == one ? two : one, stays);
      }
    }
  }

  private static long latest(Map<Long, Long> joined, long person) {
    long latest = person;
    while (joined.containsKey(latest)) {
      latest = joined.get(latest);
    }
    return latest;
  }

  /**
   * The persons one face surely could be, and its matches noted.
   *
   * @param seen faces of earlier frames of the same video, which the index need not have yet
   * @param owners their persons
   */
  private List<Option> options(
      Embedded embedded,
      Thresholds.Matching thresholds,
      List<Embedded> seen,
      Map<Long, Long> owners) {
    Face face = embedded.face();
    long first = face.entityId() * Faces.PER_PHOTO;
    List<VectorIndex.Hit> hits =
        index.search(
            COLLECTION,
            embedded.vector(),
            NEIGHBOURS,
            (float) thresholds.uncertain(),
            id -> id < first || id >= first + Faces.PER_PHOTO);
    Map<Long, Face> known = faces.find(hits.stream().map(VectorIndex.Hit::id).toList());
    note(
        face,
        hits.stream().filter(hit -> known.containsKey(hit.id())).limit(NOTED_MATCHES).toList());
    // In the order of the hits: of persons equally near, ids must not decide.
    Map<Long, Option> best = new LinkedHashMap<>();
    for (VectorIndex.Hit hit : hits) {
      Face other = known.get(hit.id());
      if (hit.score() >= thresholds.sure() && other != null && other.knownPersonId() != null) {
        best.putIfAbsent(
            other.knownPersonId(),
            new Option(face, other.knownPersonId(), other.id(), hit.score()));
      }
    }
    for (Embedded other : seen) {
      double score = cosine(embedded.vector(), other.vector());
      if (score >= thresholds.sure()) {
        long person = owners.get(other.face().id());
        best.merge(
            person,
            new Option(face, person, other.face().id(), score),
            BinaryOperator.maxBy(Comparator.comparingDouble(Option::score)));
      }
    }
    return List.copyOf(best.values());
  }

  /** Of vectors of length 1. */
  private static double cosine(float[] one, float[] other) {
    double sum = 0;
    for (int i = 0; i < one.length; i++) {
      sum += (double) one[i] * other[i];
    }
    return sum;
  }

  private void note(Face face, List<VectorIndex.Hit> hits) {
    if (hits.isEmpty()) {
      return;
    }
    long id = ids.next("face_match", hits.size());
    for (VectorIndex.Hit hit : hits) {
      jdbc.sql(
              """
              INSERT INTO face_matches (id, face_id, matched_face_id, similarity_score, created_at)
              VALUES (:id, :face, :matched, :score, :now)
              ON CONFLICT (face_id, matched_face_id)
              DO UPDATE SET similarity_score = excluded.similarity_score""")
          .param("id", id++)
          .param("face", face.id())
          .param("matched", hit.id())
          .param("score", (double) hit.score())
          .param("now", clock.millis())
          .update();
    }
  }
}
