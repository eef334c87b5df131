package dev.minsight.ml;

import java.util.List;

/**
 * The faces of a picture.
 *
 * @param modelId the model that found them
 * @param faces best first
 */
public record FaceDetections(String modelId, List<DetectedFace> faces) {

  /** Copies the list. */
  public FaceDetections {
    faces = List.copyOf(faces);
  }
}
