package dev.minsight.events;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Objects;

/**
 * How far the work on an entity has come; a snapshot, each replaces the one before.
 *
 * @param entityId id of the entity
 * @param status {@code queued}, {@code processing}, {@code completed} or {@code failed}
 * @param timestamp milliseconds since 1970
 * @param faceDetection {@code pending}, {@code processing}, {@code completed}, {@code failed}; null
 *     when not asked for
 * @param faceCount faces found; null before detection
 * @param clipEmbedding as {@code faceDetection}
 * @param dinoEmbedding as {@code faceDetection}
 * @param faceEmbeddings one such word a face; null before detection
 */
public record EntityStatus(
    @JsonProperty(value = "entity_id", required = true) long entityId,
    @JsonProperty(value = "status", required = true) String status,
    @JsonProperty(value = "timestamp", required = true) long timestamp,
    @JsonProperty("face_detection") String faceDetection,
    @JsonProperty("face_count") Integer faceCount,
    @JsonProperty("clip_embedding") String clipEmbedding,
    @JsonProperty("dino_embedding") String dinoEmbedding,
    @JsonProperty("face_embeddings") List<String> faceEmbeddings)
    implements WirePayload {

  /** Checks what must be there. */
  public EntityStatus {
    Objects.requireNonNull(status, "status");
  }

  /**
   * @return whether no further snapshot will follow by itself
   */
  public boolean terminal() {
    return "completed".equals(status) || "failed".equals(status);
  }
}
