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

/** Embeds a whole picture; the vector is left as {@code output/<task>.npy}. */
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
   */
  record Output(
      int embeddingDim,
      boolean normalized,
      @JsonInclude(JsonInclude.Include.NON_NULL) float[] embedding) {}

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
    RgbImage picture = work.picture(LONG_SIDE).image();
    Embedding embedding =
        work.model()
            .map(model -> models.embedBy(model, picture, normalize))
            .orElseGet(() -> models.embed(taskType, picture, normalize));
    float[] vector = embedding.vector();
    Files.write(work.output(), Npy.write(vector));
    return new Result<>(
        new Output(vector.length, normalize, work.ofPhoto() ? null : vector), embedding.modelId());
  }
}
