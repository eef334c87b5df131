package dev.minsight.ml;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Makes one face of several boxes around it (greedy, by score). */
final class NonMaximumSuppression {

  private NonMaximumSuppression() {}

  /**
   * @param faces in any order
   * @param maxOverlap a face whose box overlaps a better one by more than this is dropped, 0..1
   * @return for each kept face, best first: the face itself, then those dropped in its favour; a
   *     dropped one is counted to the kept face it overlaps most
   */
  static List<List<DetectedFace>> groups(List<DetectedFace> faces, double maxOverlap) {
    List<List<DetectedFace>> groups = new ArrayList<>();
    List<DetectedFace> dropped = new ArrayList<>();
    faces.stream()
        .sorted(Comparator.comparingDouble(DetectedFace::confidence).reversed())
        .forEachOrdered(
            face -> {
              if (groups.stream().anyMatch(group -> overlap(group, face) > maxOverlap)) {
                dropped.add(face);
              } else {
                groups.add(new ArrayList<>(List.of(face)));
              }
            });
    for (DetectedFace face : dropped) {
      groups.stream()
          .max(Comparator.comparingDouble(group -> overlap(group, face)))
          .orElseThrow()
          .add(face);
    }
    return groups;
  }

  private static double overlap(List<DetectedFace> group, DetectedFace face) {
    return group.get(0).box().overlap(face.box());
  }
}
