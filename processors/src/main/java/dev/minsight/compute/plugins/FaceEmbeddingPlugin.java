package dev.minsight.compute.plugins;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.minsight.compute.Plugin;
import dev.minsight.compute.TaskTypes;
import dev.minsight.compute.Work;
import dev.minsight.media.Png;
import dev.minsight.media.RgbImage;
import dev.minsight.ml.Embedding;
import dev.minsight.ml.Npy;
import dev.minsight.ml.VisionModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.springframework.stereotype.Component;

/**
 * Embeds faces. A job of the API has one picture of any format, and leaves {@code
 * output/face_embedding.npy}. The step of a photo has the crops of all its faces, which are PNG of
 * our own, and leaves {@code output/face_<i>.npy} for each, in their order.
 */
@Component
class FaceEmbeddingPlugin implements Plugin<FaceEmbeddingPlugin.Wanted, FaceEmbeddingPlugin.Found> {

  private final VisionModels models;

  FaceEmbeddingPlugin(VisionModels models) {
    this.models = models;
  }

  /**
   * What the caller chooses.
   *
   * @param normalize whether the vector has length 1
   */
  record Wanted(
      @JsonProperty(defaultValue = "true")
          @JsonPropertyDescription("whether the vector is brought to length 1")
          boolean normalize) {}

  /**
   * What is found.
   *
   * @param normalized whether the vector has length 1
   * @param embeddingDim number of values
   * @param qualityScore how sharp the picture is, 0..1; null for the faces of a photo
   */
  record Found(boolean normalized, int embeddingDim, Double qualityScore) {}

  @Override
  public String taskType() {
    return TaskTypes.FACE_EMBEDDING;
  }

  @Override
  public String description() {
    return "Describes the face of a crop as a vector that tells people apart";
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
    return "output/face_embedding.npy";
  }

  @Override
  public Result<Found> run(Wanted wanted, Work work) throws IOException {
    return work.ofPhoto() ? embedAll(wanted, work) : embedOne(wanted, work);
  }

  private Result<Found> embedOne(Wanted wanted, Work work) throws IOException {
    RgbImage picture = work.picture(Integer.MAX_VALUE).image();
    Embedding face = embed(picture, wanted, work, work.output());
    return new Result<>(
        new Found(wanted.normalize(), face.vector().length, Sharpness.of(picture)), face.modelId());
  }

  private Result<Found> embedAll(Wanted wanted, Work work) throws IOException {
    List<Path> crops = work.inputs();
    Embedding last = null;
    for (int i = 0; i < crops.size(); i++) {
      Path file = work.output().resolveSibling("face_" + i + ".npy");
      last = embed(Png.read(crops.get(i)), wanted, work, file);
    }
    return last == null
        ? new Result<>(new Found(wanted.normalize(), 0, null), null)
        : new Result<>(new Found(wanted.normalize(), last.vector().length, null), last.modelId());
  }

  private Embedding embed(RgbImage face, Wanted wanted, Work work, Path file) throws IOException {
    boolean normalize = wanted.normalize();
    Embedding embedding =
        work.model()
            .map(model -> models.embedBy(model, face, normalize))
            .orElseGet(() -> models.embed(TaskTypes.FACE_EMBEDDING, face, normalize));
    Files.write(file, Npy.write(embedding.vector()));
    return embedding;
  }
}
