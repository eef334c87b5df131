package dev.minsight.people;

import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Which faces were alike when a face was matched, and how much. */
@Component
public class FaceMatches {

  private final JdbcClient jdbc;

  FaceMatches(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * A likeness that was noted.
   *
   * @param id of the note
   * @param faceId the face that was matched
   * @param matchedFaceId the one it is like
   * @param similarityScore cosine similarity, 0..1
   * @param createdAt ms since epoch
   */
  public record FaceMatch(
      long id, long faceId, long matchedFaceId, double similarityScore, long createdAt) {}

  /**
   * @param faceId a face
   * @return what it was found to be like, the most similar first
   */
  @Transactional(readOnly = true)
  public List<FaceMatch> ofFace(long faceId) {
    return jdbc.sql(
            """
            SELECT * FROM face_matches WHERE face_id = :id
            ORDER BY similarity_score DESC, matched_face_id""")
        .param("id", faceId)
        .query(FaceMatch.class)
        .list();
  }
}
