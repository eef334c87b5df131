package dev.minsight.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.minsight.ml.ModelOutput.Landmarks;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What several candidates for one face become. */
class FaceDetectorTest {

  private final DetectedFace best = candidate(10, 0.9);
  private final DetectedFace other = candidate(16, 0.6);

  @Test
  @DisplayName(
      "With mean landmarks each candidate counts by its score; box and score stay the best")
  void mean() {
    DetectedFace face = FaceDetector.merged(List.of(best, other), Landmarks.MEAN);

    assertThat(face.box()).isEqualTo(best.box());
    assertThat(face.confidence()).isEqualTo(0.9);
    assertThat(face.landmarks())
        .hasSize(5)
        .allSatisfy(
            point -> {
              assertThat(point.x()).isCloseTo((0.9 * 10 + 0.6 * 16) / 1.5, within(1e-9));
              assertThat(point.y()).isCloseTo((0.9 * 20 + 0.6 * 32) / 1.5, within(1e-9));
            });
  }

  @Test
  @DisplayName("With the best landmarks the others do not count")
  void best() {
    assertThat(FaceDetector.merged(List.of(best, other), Landmarks.BEST)).isEqualTo(best);
  }

  @Test
  @DisplayName("Candidates without any score have no mean; the first one stays")
  void noScores() {
    DetectedFace first = candidate(10, 0);

    assertThat(FaceDetector.merged(List.of(first, candidate(16, 0)), Landmarks.MEAN))
        .isEqualTo(first);
  }

  private static DetectedFace candidate(double at, double score) {
    return new DetectedFace(
        new Box(at, at, at + 100, at + 120),
        score,
        Collections.nCopies(DetectedFace.LANDMARKS, new Point(at, 2 * at)));
  }
}
