package dev.minsight.compute.plugins;

import dev.minsight.compute.TaskTypes;
import dev.minsight.ml.VisionModels;
import org.springframework.stereotype.Component;

/** Describes a picture by how it is built. */
@Component
class DinoEmbeddingPlugin extends PictureEmbedding {

  DinoEmbeddingPlugin(VisionModels models) {
    super(models, TaskTypes.DINO_EMBEDDING);
  }

  @Override
  public String description() {
    return "Describes a picture by how it is built, as a vector that finds near-duplicates";
  }
}
