package dev.minsight.compute.plugins;

import dev.minsight.compute.Plugin;
import dev.minsight.compute.Work;
import dev.minsight.ml.Embedding;
import dev.minsight.ml.Npy;
import dev.minsight.ml.VisionModels;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;

/** Embeds a whole picture; the vector is left as {@code output/<task>.npy}. */
abstract class PictureEmbedding implements Plugin {

  /** Far above what the networks look at (224), and shared with face detection's picture. */
  private static final int LONG_SIDE = 640;

  private final VisionModels models;
  private final String taskType;

  PictureEmbedding(VisionModels models, String taskType) {
    this.models = models;
    this.taskType = taskType;
  }

  @Override
  public String taskType() {
    return taskType;
  }

  @Override
  public Result run(Work work) throws IOException {
    Embedding embedding = models.embed(taskType, work.picture(LONG_SIDE).image());
    Files.write(
        work.folder().resolve("output/" + taskType + ".npy"), Npy.write(embedding.vector()));
    return new Result(
        Map.of("embedding_dim", embedding.vector().length, "normalized", true),
        embedding.modelId());
  }
}
