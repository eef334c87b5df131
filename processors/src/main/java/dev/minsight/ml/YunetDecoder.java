package dev.minsight.ml;

import dev.minsight.support.RetryableException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Turns the twelve maps of YuNet into faces.
 *
 * <p>For each stride s the picture is a grid of cells s pixels wide. A cell's score is the
 * geometric mean of its class and object probabilities; its box is given as centre offset and
 * logarithm of the size in strides, its points as offsets in strides (Wu, Peng, Yu: "YuNet: A Tiny
 * Millisecond-level Face Detector", 2023, and OpenCV's FaceDetectorYN).
 */
final class YunetDecoder {

  private static final int[] STRIDES = {8, 16, 32};

  /** More candidates than this before suppression are not faces but noise; OpenCV's top_k. */
  private static final int MAX_CANDIDATES = 5000;

  private YunetDecoder() {}

  /**
   * @param outputs of the model by name
   * @param height of the model's input in pixels
   * @param width of the model's input in pixels
   * @param confidence lowest score of a candidate, 0..1
   * @return candidates in pixels of the model's input, neither sorted nor suppressed
   */
  static List<DetectedFace> decode(
      Map<String, Tensor> outputs, int height, int width, double confidence) {
    List<DetectedFace> faces = new ArrayList<>();
    for (int stride : STRIDES) {
      int columns = width / stride;
      int cells = columns * (height / stride);
      FloatBuffer classes = map(outputs, "cls_" + stride, cells);
      FloatBuffer objects = map(outputs, "obj_" + stride, cells);
      FloatBuffer boxes = map(outputs, "bbox_" + stride, cells * 4);
      FloatBuffer points = map(outputs, "kps_" + stride, cells * 2 * DetectedFace.LANDMARKS);
      for (int cell = 0; cell < cells && faces.size() < MAX_CANDIDATES; cell++) {
        double score = Math.sqrt(probability(classes.get(cell)) * probability(objects.get(cell)));
        if (score >= confidence) {
          faces.add(face(score, cell % columns, cell / columns, stride, cell, boxes, points));
        }
      }
    }
    return faces;
  }

  private static DetectedFace face(
      double score,
      int column,
      int row,
      int stride,
      int cell,
      FloatBuffer boxes,
      FloatBuffer points) {
    double x = (column + boxes.get(cell * 4)) * stride;
    double y = (row + boxes.get(cell * 4 + 1)) * stride;
    double halfWidth = Math.exp(boxes.get(cell * 4 + 2)) * stride / 2;
    double halfHeight = Math.exp(boxes.get(cell * 4 + 3)) * stride / 2;
    List<Point> landmarks = new ArrayList<>();
    int first = cell * 2 * DetectedFace.LANDMARKS;
    for (int n = 0; n < DetectedFace.LANDMARKS; n++) {
      landmarks.add(
          new Point(
              (points.get(first + 2 * n) + column) * stride,
              (points.get(first + 2 * n + 1) + row) * stride));
    }
    return new DetectedFace(
        new Box(x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight), score, landmarks);
  }

  private static double probability(float value) {
    return Math.max(0, Math.min(1, value));
  }

  private static FloatBuffer map(Map<String, Tensor> outputs, String name, int values) {
    Tensor tensor = outputs.get(name);
    if (tensor == null || tensor.values().remaining() != values) {
      throw new RetryableException(
          "the model in use is no YuNet: output "
              + name
              + " with "
              + values
              + " values is missing");
    }
    return tensor.values();
  }
}
