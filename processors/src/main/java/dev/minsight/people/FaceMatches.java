package dev.minsight.people;

import dev.minsight.support.Rows;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** The faces a face was found to be alike when it was matched. */
@Component
public class FaceMatches {

  private final JdbcClient jdbc;

  FaceMatches(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * A match as it was found.
   *
   * @param id of the match
   * @param faceId the face that was matched
   * @param matchedFaceId the face it was alike
   * @param similarityScore cosine, 0..1
   * @param createdAt ms since epoch
   */
  public record Match(
      long id, long faceId, long matchedFaceId, double similarityScore, long createdAt) {}

  /**
   * @param faceId a face
   * @return its matches, best first
   */
  @Transactional(readOnly = true)
  public List<Match> of(long faceId) {
    return jdbc.sql(
            """
            SELECT id, face_id, matched_face_id, similarity_score, created_at FROM face_matches
            WHERE face_id = :id ORDER BY similarity_score DESC, id""")
        .param("id", faceId)
        .query(Rows.as(Match.class))
        .list();
  }
}
