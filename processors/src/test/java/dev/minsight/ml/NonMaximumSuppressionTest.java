package dev.minsight.ml;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Of several boxes around one face the best one stays. */
class NonMaximumSuppressionTest {

  @Test
  @DisplayName("Overlapping boxes leave the best, distant ones stay, best first")
  void keepsTheBest() {
    DetectedFace best = face(0, 0, 100, 100, 0.9);
    DetectedFace shadow = face(10, 0, 110, 100, 0.8);
    DetectedFace other = face(300, 0, 400, 100, 0.85);

    assertThat(keepBest(List.of(shadow, other, best), 0.3)).containsExactly(best, other);
  }

  @Test
  @DisplayName("Dropped boxes are counted to the kept face they overlap most")
  void droppedBoxesHaveAHome() {
    DetectedFace left = face(0, 0, 100, 100, 0.9);
    DetectedFace right = face(80, 0, 180, 100, 0.85);
    DetectedFace between = face(50, 0, 150, 100, 0.8);
    DetectedFace far = face(300, 0, 400, 100, 0.7);

    assertThat(NonMaximumSuppression.groups(List.of(between, far, right, left), 0.3))
        .containsExactly(List.of(left), List.of(right, between), List.of(far));
  }

  @Test
  @DisplayName("A box is judged by the kept ones only, so a chain does not vanish as a whole")
  void droppedBoxesDropNobody() {
    DetectedFace first = face(0, 0, 100, 100, 0.9);
    DetectedFace middle = face(50, 0, 150, 100, 0.8);
    DetectedFace last = face(100, 0, 200, 100, 0.7);

    assertThat(keepBest(List.of(first, middle, last), 0.3)).containsExactly(first, last);
  }

  @Test
  @DisplayName("An overlap of exactly the limit is allowed")
  void limitIsAllowed() {
    DetectedFace left = face(0, 0, 100, 100, 0.9);
    DetectedFace half = face(50, 0, 150, 100, 0.8);
    double overlap = left.box().overlap(half.box());

    assertThat(overlap).isEqualTo(1.0 / 3);
    assertThat(keepBest(List.of(left, half), overlap)).hasSize(2);
    assertThat(keepBest(List.of(left, half), overlap - 1e-9)).hasSize(1);
  }

  @Test
  @DisplayName("Boxes without area overlap nothing")
  void emptyBoxes() {
    assertThat(new Box(5, 5, 5, 5).overlap(new Box(0, 0, 10, 10))).isZero();
    assertThat(new Box(5, 5, 5, 5).overlap(new Box(5, 5, 5, 5))).isZero();
  }

  @Test
  @DisplayName("Clipping keeps the part inside the picture")
  void clip() {
    assertThat(new Box(-5, 10, 120, 90).clip(100, 80)).isEqualTo(new Box(0, 10, 100, 80));
    assertThat(new Box(200, 200, 300, 300).clip(100, 80).area()).isZero();
  }

  /** Only those that stay. */
  private static List<DetectedFace> keepBest(List<DetectedFace> faces, double maxOverlap) {
    return NonMaximumSuppression.groups(faces, maxOverlap).stream()
        .map(group -> group.get(0))
        .toList();
  }

  private static DetectedFace face(double x1, double y1, double x2, double y2, double score) {
    return new DetectedFace(
        new Box(x1, y1, x2, y2), score, Collections.nCopies(5, new Point(x1, y1)));
  }
}
