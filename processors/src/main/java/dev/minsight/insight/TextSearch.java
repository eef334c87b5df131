package dev.minsight.insight;

import dev.minsight.ml.Embedding;
import dev.minsight.ml.ModelTask;
import dev.minsight.ml.ServingModel;
import dev.minsight.ml.TextModels;
import dev.minsight.ml.VisionModels;
import dev.minsight.support.ApiException;
import dev.minsight.support.RetryableException;
import java.util.OptionalDouble;
import org.springframework.stereotype.Component;

/** Photos by what people say is to be seen in them: words and pictures in one space (CLIP). */
@Component
public class TextSearch {

  private final TextModels texts;
  private final VisionModels pictures;
  private final VectorCollections collections;
  private final Similarity similarity;

  TextSearch(
      TextModels texts,
      VisionModels pictures,
      VectorCollections collections,
      Similarity similarity) {
    this.texts = texts;
    this.pictures = pictures;
    this.collections = collections;
    this.similarity = similarity;
  }

  /**
   * What was found.
   *
   * @param modelId the text model
   * @param page of photos
   */
  public record Found(String modelId, Similarity.Page page) {}

  /**
   * @param words what is to be seen
   * @param threshold least similarity, 0..1; empty for the model's own
   * @param limit most hits of the page
   * @param filter which photos may be hits
   * @param after where the page begins
   * @return photos, those that fit best first
   * @throws ApiException 409 when no model knows words of the kind of vectors there are; the
   *     message says which command gets it
   * @throws RetryableException if the model cannot run now
   */
  public Found find(
      String words, OptionalDouble threshold, int limit, PhotoFilter filter, Position after) {
    ServingModel counterpart = texts.counterpart(modelOfPictures());
    if (counterpart instanceof ServingModel.Waiting waiting) {
      throw new ApiException(409, waiting.reason());
    }
    ServingModel.Ready model = (ServingModel.Ready) counterpart;
    Embedding vector = texts.embed(model, words);
    double least = threshold.orElse(model.spec().similarity().search());
    return new Found(
        vector.modelId(),
        similarity.near(
            VectorKind.CLIP,
            vector.vector(),
            new Similarity.Query(limit, least, true, filter, after)));
  }

  /** Whose vectors are indexed; before there are any, whose will be. */
  private String modelOfPictures() {
    return collections
        .modelOf(VectorKind.CLIP)
        .orElseGet(() -> pictures.serving(ModelTask.CLIP_EMBEDDING).id());
  }
}
