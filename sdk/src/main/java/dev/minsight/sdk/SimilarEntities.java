package dev.minsight.sdk;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * Entities that resemble one, best first.
 *
 * @param queryEntityId the one they were compared with
 * @param results never null
 */
@WireRecord
public record SimilarEntities(long queryEntityId, List<Hit> results) {

  /** Takes a copy of the results; a missing list is an empty one. */
  public SimilarEntities {
    results = results == null ? List.of() : List.copyOf(results);
  }

  /**
   * One resembling entity.
   *
   * @param entityId its id
   * @param score cosine similarity, 0..1
   * @param entity the entity itself where details were asked for, else null
   * @param timeMs when the frame that resembles is shown, ms since the beginning of the video; null
   *     of a photo
   */
  @WireRecord
  public record Hit(
      long entityId,
      double score,
      Entity entity,
      @JsonInclude(JsonInclude.Include.NON_NULL) Long timeMs) {}
}
