package dev.minsight.compute.plugins;

import dev.minsight.compute.Plugin;
import dev.minsight.compute.TaskTypes;
import dev.minsight.compute.Work;
import dev.minsight.media.DecodedImage;
import dev.minsight.media.Png;
import dev.minsight.media.RgbImage;
import dev.minsight.ml.Box;
import dev.minsight.ml.DetectedFace;
import dev.minsight.ml.DetectionOverrides;
import dev.minsight.ml.FaceAligner;
import dev.minsight.ml.FaceDetections;
import dev.minsight.ml.Point;
import dev.minsight.ml.VisionModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;

/**
 * Finds faces and cuts each out, aligned to 112x112 as {@code faces/face_<i>.png}. Coordinates of
 * the output are shares of the upright picture, 0..1.
 */
@Component
class FaceDetectionPlugin implements Plugin {

  /**
   * Twice the detector's usual long side: its own reducing then starts from enough pixels, and the
   * picture still decodes at a fraction of its size.
   */
  private static final int LONG_SIDE = 1280;

  /** Names of the landmarks in the detector's order; left and right are the person's own. */
  private static final List<String> LANDMARKS =
      List.of("right_eye", "left_eye", "nose_tip", "mouth_right", "mouth_left");

  private final VisionModels models;

  FaceDetectionPlugin(VisionModels models) {
    this.models = models;
  }

  @Override
  public String taskType() {
    return TaskTypes.FACE_DETECTION;
  }

  @Override
  public Result run(Work work) throws IOException {
    DecodedImage picture = work.picture(LONG_SIDE);
    RgbImage seen = picture.image();
    FaceDetections found =
        models.detectFaces(
            seen,
            new DetectionOverrides(
                number(work, "confidence_threshold"), number(work, "nms_threshold"), null));
    RgbImage source = wantsFullSize(picture, found.faces()) ? full(work) : seen;
    double scale = (double) source.width() / seen.width();
    Path crops = work.folder().resolve("faces");
    Files.createDirectories(crops);
    List<Map<String, Object>> faces = new ArrayList<>();
    for (DetectedFace face : found.faces()) {
      String name = "face_" + faces.size() + ".png";
      Png.write(models.alignFace(source, face.scaled(scale)), crops.resolve(name));
      faces.add(describe(face, seen, "faces/" + name));
    }
    Map<String, Object> output = new LinkedHashMap<>();
    output.put("faces", faces);
    output.put("num_faces", faces.size());
    output.put("image_width", picture.fullWidth());
    output.put("image_height", picture.fullHeight());
    return new Result(output, found.modelId());
  }

  /** A crop must not be enlarged from a reduced picture while the full one has more to show. */
  private static boolean wantsFullSize(DecodedImage picture, List<DetectedFace> faces) {
    return picture.image().width() < picture.fullWidth()
        && faces.stream().anyMatch(face -> face.box().width() < FaceAligner.SIZE);
  }

  private static RgbImage full(Work work) {
    return work.picture(Integer.MAX_VALUE).image();
  }

  private static Map<String, Object> describe(DetectedFace face, RgbImage seen, String file) {
    Box box = face.box().clip(seen.width(), seen.height());
    Map<String, Object> bbox = new LinkedHashMap<>();
    bbox.put("x1", box.x1() / seen.width());
    bbox.put("y1", box.y1() / seen.height());
    bbox.put("x2", box.x2() / seen.width());
    bbox.put("y2", box.y2() / seen.height());
    Map<String, Object> landmarks = new LinkedHashMap<>();
    for (int i = 0; i < LANDMARKS.size(); i++) {
      Point point = face.landmarks().get(i);
      landmarks.put(
          LANDMARKS.get(i),
          List.of(share(point.x(), seen.width()), share(point.y(), seen.height())));
    }
    Map<String, Object> described = new LinkedHashMap<>();
    described.put("bbox", bbox);
    described.put("confidence", face.confidence());
    described.put("landmarks", landmarks);
    described.put("file_path", file);
    return described;
  }

  private static double share(double value, int of) {
    return Math.max(0, Math.min(1, value / of));
  }

  private static Double number(Work work, String name) {
    return work.params().get(name) instanceof Number number ? number.doubleValue() : null;
  }
}
