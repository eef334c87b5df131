package dev.minsight.ml;

import dev.minsight.media.RgbImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Finds faces with a YuNet-like model. */
final class FaceDetector {

  private final InferenceEngine engine;

  FaceDetector(InferenceEngine engine) {
    this.engine = engine;
  }

  /**
   * @param model a detector
   * @param upright the picture as it is meant to be seen
   * @param thresholds the manifest's or the caller's
   * @return faces in pixels of the picture, best first
   */
  List<DetectedFace> detect(
      ServingModel.Ready model, RgbImage upright, Thresholds.Detection thresholds) {
    ImagePreparation input =
        ImagePreparation.of(upright, model.spec().image(), thresholds.longSide());
    Map<String, Tensor> outputs = engine.run(model, input.values(), input.shape());
    List<DetectedFace> candidates =
        YunetDecoder.decode(outputs, input.height(), input.width(), thresholds.confidence());
    return NonMaximumSuppression.groups(candidates, thresholds.nms()).stream()
        .map(group -> merged(group, model.spec().output().landmarks()))
        .map(face -> face.unscaled(input.scaleX(), input.scaleY()))
        .toList();
  }

  /** A face from its candidates, best first: box and score are the best one's in any case. */
  static DetectedFace merged(List<DetectedFace> candidates, ModelOutput.Landmarks landmarks) {
    DetectedFace best = candidates.get(0);
    boolean alone = candidates.size() == 1 || best.confidence() == 0; // no weights to speak of
    return landmarks == ModelOutput.Landmarks.BEST || alone
        ? best
        : new DetectedFace(best.box(), best.confidence(), meanLandmarks(candidates));
  }

  /**
   * Each cell of the grid that sees a face estimates its landmarks by itself, so their mean errs
   * less than any one of them (the "voting" that Gidaris and Komodakis, 2015, use for boxes). What
   * it gains is in docs/decisions/0006-landmark-refinement.md.
   */
  private static List<Point> meanLandmarks(List<DetectedFace> candidates) {
    double weights = candidates.stream().mapToDouble(DetectedFace::confidence).sum();
    List<Point> means = new ArrayList<>();
    for (int n = 0; n < DetectedFace.LANDMARKS; n++) {
      double x = 0;
      double y = 0;
      for (DetectedFace face : candidates) {
        Point point = face.landmarks().get(n);
        x += face.confidence() / weights * point.x();
        y += face.confidence() / weights * point.y();
      }
      means.add(new Point(x, y));
    }
    return means;
  }
}
