package dev.minsight.insight;

import org.springframework.stereotype.Component;

/**
 * The places between two writes of the pipeline: to our database, the engine's, the index or the
 * disk. A crash there must do no harm, nor must the photo being replaced or deleted just then.
 * Nothing happens here; tests put a bean in its place that crashes, or changes the photo.
 */
@Component
public class Checkpoints {

  /**
   * Where the pipeline is; no transaction of our own database is open there that has not committed.
   */
  public enum Point {
    /** A new content is queued; what was known of the old one is not removed yet. */
    REPLACEMENT_NOTED,
    /** The old content's rows are gone; its crops and vectors are not. */
    ROWS_PURGED,
    /** The photo counts as launched and its jobs are created; its process is not started. */
    JOBS_CREATED,
    /** Its process runs, but is not noted. */
    PROCESS_STARTED,
    /** The crops lie in the media folder; the faces are not saved. */
    CROPS_KEPT,
    /** The faces are saved, and the job that embeds them; the engine does not know. */
    FACES_SAVED,
    /** The vectors of the faces are saved and their persons settled; they are not indexed. */
    PEOPLE_MATCHED,
    /** The vectors of the faces are indexed; the engine does not know. */
    FACES_INDEXED,
    /** The vector of the picture is saved; it is not indexed. */
    PICTURE_SAVED,
    /** The vector of the picture is indexed; the engine does not know. */
    PICTURE_INDEXED,
    /** It is noted why a step failed; the engine does not know. */
    FAILURE_NOTED,
    /** The photo counts as completed or failed; its process has not ended. */
    CONCLUDED,
    /** The jobs of a content that is gone are ended; their folders are still there. */
    JOBS_CANCELLED,
    /** The entity is deleted for good; its process runs, its vectors and folders are there. */
    ENTITY_DELETED,
    /** Its process is ended, too. */
    PROCESS_ENDED,
    /** Its vectors are out of the indexes, too. */
    VECTORS_DELETED,
    /** The row of a face is deleted at a user's wish; its vector and crop are not. */
    FACE_DELETED
  }

  /**
   * Called between two writes.
   *
   * @param point where
   * @param entityId of which photo
   */
  public void reached(Point point, long entityId) {}
}
