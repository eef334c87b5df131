package dev.minsight.ml;

import java.util.List;

/** The names of the tasks a model can serve; job types, manifest and collections use the same. */
public final class ModelTask {

  /** Picture to boxes and five landmarks per face. */
  public static final String FACE_DETECTION = "face_detection";

  /** Aligned 112x112 face to a vector that tells people apart. */
  public static final String FACE_EMBEDDING = "face_embedding";

  /** Picture to a 512-value vector of its content. */
  public static final String CLIP_EMBEDDING = "clip_embedding";

  /** Picture to a 384-value vector of its appearance. */
  public static final String DINO_EMBEDDING = "dino_embedding";

  /** Words to a vector in the space of {@link #CLIP_EMBEDDING}. */
  public static final String CLIP_TEXT = "clip_text";

  /** The tasks that read pictures, in the order people are told about them. */
  public static final List<String> VISION =
      List.of(FACE_DETECTION, FACE_EMBEDDING, CLIP_EMBEDDING, DINO_EMBEDDING);

  private ModelTask() {}
}
