package dev.minsight.compute.plugins;

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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;

/**
 * Embeds aligned face crops. A job of the pipeline names all crops of a photo in {@code faces} and
 * leaves {@code output/face_<i>.npy} for each, in their order; a job of the API has one picture and
 * leaves {@code output/face_embedding.npy}.
 */
@Component
class FaceEmbeddingPlugin implements Plugin {

  private final VisionModels models;

  FaceEmbeddingPlugin(VisionModels models) {
    this.models = models;
  }

  @Override
  public String taskType() {
    return TaskTypes.FACE_EMBEDDING;
  }

  @Override
  public Result run(Work work) throws IOException {
    Map<String, Object> output = new LinkedHashMap<>();
    output.put("normalized", true);
    Embedding last;
    if (work.params().get("faces") instanceof List<?> crops) {
      last = null;
      for (int i = 0; i < crops.size(); i++) {
        RgbImage crop = Png.read(work.input(String.valueOf(crops.get(i))));
        last = embed(work, crop, "face_" + i);
      }
      output.put("num_faces", crops.size());
    } else {
      last = embed(work, work.picture(Integer.MAX_VALUE).image(), "face_embedding");
    }
    output.put("embedding_dim", last == null ? 0 : last.vector().length);
    return new Result(output, last == null ? null : last.modelId());
  }

  private Embedding embed(Work work, RgbImage face, String name) throws IOException {
    Embedding embedding = models.embed(TaskTypes.FACE_EMBEDDING, face);
    Files.write(work.folder().resolve("output/" + name + ".npy"), Npy.write(embedding.vector()));
    return embedding;
  }
}
