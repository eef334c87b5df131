package dev.minsight.compute.plugins;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.minsight.compute.Plugin;
import dev.minsight.compute.Work;
import dev.minsight.media.RgbImage;
import dev.minsight.ml.Embedding;
import dev.minsight.ml.Npy;
import dev.minsight.ml.VisionModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Embeds a whole picture; the vector is left as {@code output/<task>.npy}. Of a video each key
 * frame is embedded.
 */
abstract class PictureEmbedding
    implements Plugin<PictureEmbedding.Parameters, PictureEmbedding.Output> {

  /** Far above what the networks look at (224), and shared with face detection's picture. */
  private static final int LONG_SIDE = 640;

  private final VisionModels models;
  private final String taskType;

  PictureEmbedding(VisionModels models, String taskType) {
    this.models = models;
    this.taskType = taskType;
  }

  /**
   * What the caller chooses.
   *
   * @param normalize whether the vector has length 1
   */
  record Parameters(
      @JsonProperty(defaultValue = "true")
          @JsonPropertyDescription("whether the vector is brought to length 1")
          boolean normalize) {}

  /**
   * What is found.
   *
   * @param embeddingDim number of values
   * @param normalized whether the vector has length 1
   * @param embedding the values, as in the file; left out for the step of a photo, whose row need
   *     not hold them, too
   * @param framesMs times of a video's key frames, ms, each with a file {@code <task>_<time>.npy};
   *     left out for a picture
   */
  record Output(
      int embeddingDim,
      boolean normalized,
      @JsonInclude(JsonInclude.Include.NON_NULL) float[] embedding,
      @JsonInclude(JsonInclude.Include.NON_NULL) List<Long> framesMs) {}

  @Override
  public String taskType() {
    return taskType;
  }

  @Override
  public Class<Parameters> parameters() {
    return Parameters.class;
  }

  @Override
  public Class<Output> output() {
    return Output.class;
  }

  @Override
  public String outputPath(Parameters parameters, String inputName) {
    return "output/" + taskType + ".npy";
  }

  @Override
  public Result<Output> run(Parameters parameters, Work work) throws IOException {
    boolean normalize = parameters.normalize();
    List<Long> times = new ArrayList<>();
    Embedding last = null;
    for (Work.Picture picture : work.pictures(LONG_SIDE)) {
      last = embed(picture.decoded().image(), normalize, work);
      Path file = work.output();
      if (picture.timeMs() != null) {
        times.add(picture.timeMs());
        file = file.resolveSibling(taskType + "_" + picture.timeMs() + ".npy");
      }
      Files.write(file, Npy.write(last.vector()));
    }
    float[] vector = Objects.requireNonNull(last).vector();
    return new Result<>(
        new Output(
            vector.length,
            normalize,
            work.ofPhoto() ? null : vector,
            times.isEmpty() ? null : times),
        last.modelId());
  }

  private Embedding embed(RgbImage picture, boolean normalize, Work work) {
    return work.model()
        .map(model -> models.embedBy(model, picture, normalize))
        .orElseGet(() -> models.embed(taskType, picture, normalize));
  }
}
