package dev.minsight.compute.plugins;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.minsight.compute.Parameters;
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
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.springframework.stereotype.Component;

/**
 * Finds faces and cuts each out, aligned to 112x112 as {@code faces/face_<i>.png}. Coordinates of
 * the output are shares of the upright picture, 0..1. Of a video each key frame is looked at.
 */
@Component
class FaceDetectionPlugin implements Plugin<FaceDetectionPlugin.Wanted, FaceDetectionPlugin.Found> {

  /**
   * Twice the detector's usual long side: its own reducing then starts from enough pixels, and the
   * picture still decodes at a fraction of its size.
   */
  private static final int LONG_SIDE = 1280;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final VisionModels models;

  FaceDetectionPlugin(VisionModels models) {
    this.models = models;
  }

  /**
   * What the caller chooses; the manifest's thresholds where nothing is chosen.
   *
   * @param confidenceThreshold lowest score of a face, 0..1
   * @param nmsThreshold overlap above which the weaker of two boxes is dropped, 0..1
   */
  record Wanted(
      @DecimalMin("0")
          @DecimalMax("1")
          @JsonPropertyDescription("lowest score of a face; the model's own unless given")
          Double confidenceThreshold,
      @DecimalMin("0")
          @DecimalMax("1")
          @JsonPropertyDescription(
              "overlap above which the weaker of two boxes is dropped; the model's own unless"
                  + " given")
          Double nmsThreshold) {}

  /**
   * What is found.
   *
   * @param faces best first
   * @param numFaces how many
   * @param imageWidth of the upright picture, pixels
   * @param imageHeight of the upright picture, pixels
   */
  record Found(List<Seen> faces, int numFaces, int imageWidth, int imageHeight) {}

  /**
   * One face.
   *
   * @param bbox where
   * @param confidence 0..1
   * @param landmarks its five points
   * @param filePath of the crop, relative to the job's folder
   * @param timeMs of the key frame it is in, ms since the beginning of the video; left out for a
   *     picture
   */
  record Seen(
      Corners bbox,
      double confidence,
      Landmarks landmarks,
      String filePath,
      @JsonInclude(JsonInclude.Include.NON_NULL) Long timeMs) {}

  /**
   * A box as shares of the picture, 0..1 from its upper left corner.
   *
   * @param x1 left
   * @param y1 top
   * @param x2 right
   * @param y2 bottom
   */
  record Corners(double x1, double y1, double x2, double y2) {}

  /**
   * Points x, y as shares of the picture; left and right are the person's own.
   *
   * @param rightEye on the left of the picture
   * @param leftEye on its right
   * @param noseTip between
   * @param mouthRight corner of the mouth
   * @param mouthLeft the other corner
   */
  record Landmarks(
      List<Double> rightEye,
      List<Double> leftEye,
      List<Double> noseTip,
      List<Double> mouthRight,
      List<Double> mouthLeft) {}

  @Override
  public String taskType() {
    return TaskTypes.FACE_DETECTION;
  }

  @Override
  public String description() {
    return "Finds faces with their five landmarks and cuts each out, aligned to 112x112";
  }

  @Override
  public Class<Wanted> parameters() {
    return Wanted.class;
  }

  @Override
  public Class<Found> output() {
    return Found.class;
  }

  @Override
  public String outputPath(Wanted parameters, String inputName) {
    return "output/face_detection.json";
  }

  @Override
  public Result<Found> run(Wanted wanted, Work work) throws IOException {
    DetectionOverrides overrides =
        new DetectionOverrides(wanted.confidenceThreshold(), wanted.nmsThreshold(), null);
    List<Seen> faces = new ArrayList<>();
    List<Work.Picture> pictures = work.pictures(LONG_SIDE);
    String modelId = null;
    for (Work.Picture picture : pictures) {
      FaceDetections found = detect(picture.decoded().image(), overrides, work);
      faces.addAll(cutOut(found.faces(), picture, faces.size(), work));
      modelId = found.modelId();
    }
    DecodedImage first = pictures.get(0).decoded();
    Found output = new Found(faces, faces.size(), first.fullWidth(), first.fullHeight());
    if (!work.ofPhoto()) {
      JSON.writeValue(work.output().toFile(), Parameters.write(output));
    }
    return new Result<>(output, modelId);
  }

  private FaceDetections detect(RgbImage picture, DetectionOverrides overrides, Work work) {
    return work.model()
        .map(model -> models.detectFacesBy(model, picture, overrides))
        .orElseGet(() -> models.detectFaces(picture, overrides));
  }

  /** Writes the crops of one picture's faces, the first as {@code face_<number>.png}. */
  private List<Seen> cutOut(List<DetectedFace> found, Work.Picture picture, int number, Work work)
      throws IOException {
    RgbImage seen = picture.decoded().image();
    RgbImage source = wantsFullSize(picture.decoded(), found) ? full(work) : seen;
    double scale = (double) source.width() / seen.width();
    Path crops = Files.createDirectories(work.folder().resolve("faces"));
    List<Seen> faces = new ArrayList<>();
    for (DetectedFace face : found) {
      String name = "face_" + (number + faces.size()) + ".png";
      Png.write(models.alignFace(source, face.scaled(scale)), crops.resolve(name));
      faces.add(describe(face, seen, "faces/" + name, picture.timeMs()));
    }
    return faces;
  }

  /** A crop must not be enlarged from a reduced picture while the full one has more to show. */
  private static boolean wantsFullSize(DecodedImage picture, List<DetectedFace> faces) {
    return picture.image().width() < picture.fullWidth()
        && faces.stream().anyMatch(face -> face.box().width() < FaceAligner.SIZE);
  }

  private static RgbImage full(Work work) {
    return work.picture(Integer.MAX_VALUE).image();
  }

  private static Seen describe(DetectedFace face, RgbImage seen, String file, Long timeMs) {
    Box box = face.box().clip(seen.width(), seen.height());
    List<List<Double>> points = face.landmarks().stream().map(point -> share(point, seen)).toList();
    return new Seen(
        new Corners(
            box.x1() / seen.width(),
            box.y1() / seen.height(),
            box.x2() / seen.width(),
            box.y2() / seen.height()),
        face.confidence(),
        new Landmarks(points.get(0), points.get(1), points.get(2), points.get(3), points.get(4)),
        file,
        timeMs);
  }

  private static List<Double> share(Point point, RgbImage of) {
    return List.of(share(point.x(), of.width()), share(point.y(), of.height()));
  }

  private static double share(double value, int of) {
    return Math.max(0, Math.min(1, value / of));
  }
}
