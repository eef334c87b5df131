package dev.minsight.ml;

import dev.minsight.media.RgbImage;
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
    return NonMaximumSuppression.keepBest(candidates, thresholds.nms()).stream()
        .map(face -> face.unscaled(input.scaleX(), input.scaleY()))
        .toList();
  }
}
