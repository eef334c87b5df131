package dev.minsight.compute.plugins;

import dev.minsight.compute.TaskTypes;
import dev.minsight.ml.VisionModels;
import org.springframework.stereotype.Component;

/** Describes a picture by what it shows. */
@Component
class ClipEmbeddingPlugin extends PictureEmbedding {

  ClipEmbeddingPlugin(VisionModels models) {
    super(models, TaskTypes.CLIP_EMBEDDING);
  }

  @Override
  public String description() {
    return "Describes a picture by what it shows, as a vector for search by example and by text";
  }
}
