package dev.minsight.ml;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Keeps the best of several boxes around one face (greedy, by score). */
final class NonMaximumSuppression {

  private NonMaximumSuppression() {}

  /**
   * @param faces in any order
   * @param maxOverlap a face whose box overlaps a better one by more than this is dropped, 0..1
   * @return the kept faces, best first
   */
  static List<DetectedFace> keepBest(List<DetectedFace> faces, double maxOverlap) {
    List<DetectedFace> kept = new ArrayList<>();
    faces.stream()
        .sorted(Comparator.comparingDouble(DetectedFace::confidence).reversed())
        .filter(face -> kept.stream().noneMatch(k -> k.box().overlap(face.box()) > maxOverlap))
        .forEachOrdered(kept::add);
    return kept;
  }
}
