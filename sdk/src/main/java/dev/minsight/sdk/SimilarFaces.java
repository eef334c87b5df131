package dev.minsight.sdk;

import java.util.List;

/**
 * Faces that resemble one, best first.
 *
 * @param queryFaceId the one they were compared with
 * @param results never null
 */
@WireRecord
public record SimilarFaces(long queryFaceId, List<Hit> results) {

  /** Takes a copy of the results; a missing list is an empty one. */
  public SimilarFaces {
    results = results == null ? List.of() : List.copyOf(results);
  }

  /**
   * One resembling face.
   *
   * @param faceId its id
   * @param score cosine similarity, 0..1
   * @param knownPersonId whose face it is, or null
   * @param face the face itself, or null
   */
  @WireRecord
  public record Hit(long faceId, double score, Long knownPersonId, Face face) {}
}
