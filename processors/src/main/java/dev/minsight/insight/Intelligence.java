package dev.minsight.insight;

/**
 * What is known of an entity's content, and how far its process has come.
 *
 * @param entityId the entity
 * @param generation counts the contents the entity has had, from 1
 * @param overallStatus queued, processing, completed or failed
 * @param faceDetection pending, processing, completed or failed
 * @param clipEmbedding likewise
 * @param dinoEmbedding likewise
 * @param faceCount faces found, null before detection
 * @param processingMd5 content in work
 * @param processingVersion revision that brought that content
 * @param processedMd5 content that was completed
 * @param processedVersion its revision
 * @param errorMessage why it failed, in plain words
 * @param priority 0 most urgent, 10 least
 * @param launchedAt ms since epoch when its process was started, null while it waits for a place
 * @param processId of the engine, for links
 * @param incident whether its process waits for somebody to retry a step
 * @param updatedAt ms since epoch
 */
public record Intelligence(
    long entityId,
    int generation,
    String overallStatus,
    String faceDetection,
    String clipEmbedding,
    String dinoEmbedding,
    Integer faceCount,
    String processingMd5,
    Long processingVersion,
    String processedMd5,
    Long processedVersion,
    String errorMessage,
    int priority,
    Long launchedAt,
    String processId,
    boolean incident,
    long updatedAt) {

  /** Priority of content nobody looked at yet, and of one photo somebody wants done again. */
  static final int NEW_CONTENT = 5;

  /** Words of statuses. */
  public static final String PENDING = "pending";

  /** Waits for its process. */
  public static final String QUEUED = "queued";

  /** In work. */
  public static final String PROCESSING = "processing";

  /** Done. */
  public static final String COMPLETED = "completed";

  /** Could not be done. */
  public static final String FAILED = "failed";

  /**
   * @param step a step
   * @return pending, processing, completed or failed
   */
  public String status(Step step) {
    return switch (step) {
      case FACE_DETECTION -> faceDetection;
      case CLIP_EMBEDDING -> clipEmbedding;
      case DINO_EMBEDDING -> dinoEmbedding;
    };
  }

  /**
   * @return whether the engine still holds its process
   */
  public boolean inEngine() {
    return processId != null && (!terminal() || incident);
  }

  /**
   * @return whether nothing more is to come, unless somebody retries
   */
  public boolean terminal() {
    return overallStatus.equals(COMPLETED) || overallStatus.equals(FAILED);
  }
}
