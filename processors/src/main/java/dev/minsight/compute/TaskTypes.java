package dev.minsight.compute;

/**
 * Names of the task types that the pipeline and the store use; also topics of the engine's external
 * tasks.
 */
public final class TaskTypes {

  /** Finds faces and cuts them out, aligned. */
  public static final String FACE_DETECTION = "face_detection";

  /** Embeds aligned face crops. */
  public static final String FACE_EMBEDDING = "face_embedding";

  /** Describes a picture's content. */
  public static final String CLIP_EMBEDDING = "clip_embedding";

  /** Describes a picture's structure. */
  public static final String DINO_EMBEDDING = "dino_embedding";

  /** Encodes a video for streaming. */
  public static final String HLS_STREAMING = "hls_streaming";

  private TaskTypes() {}
}
