package dev.minsight.ml;

import dev.minsight.media.RgbImage;
import dev.minsight.support.RetryableException;
import java.util.Map;

/** Turns pictures and aligned faces into vectors. */
final class Embedder {

  private final InferenceEngine engine;

  Embedder(InferenceEngine engine) {
    this.engine = engine;
  }

  /**
   * @param model an embedding model
   * @param image of any size; the manifest says how it is fitted
   * @param normalize whether the vector is brought to length 1
   * @return its vector
   */
  Embedding embed(ServingModel.Ready model, RgbImage image, boolean normalize) {
    ModelSpec spec = model.spec();
    ImagePreparation input = ImagePreparation.of(image, spec.image(), Integer.MAX_VALUE);
    Map<String, Tensor> outputs = engine.run(model, input.values(), input.shape());
    return embedding(spec, outputs, normalize);
  }

  /**
   * @param spec an embedding model
   * @param outputs what it gave
   * @param normalize whether the vector is brought to length 1
   * @return the vector among them
   */
  static Embedding embedding(ModelSpec spec, Map<String, Tensor> outputs, boolean normalize) {
    // Of a token sequence the first token is the class token, so both poolings read the start.
    float[] vector = tensor(spec, outputs).first(spec.output().dimension());
    return new Embedding(spec.id(), checked(spec, vector, normalize));
  }

  private static Tensor tensor(ModelSpec spec, Map<String, Tensor> outputs) {
    ModelOutput wanted = spec.output();
    int axes = wanted.pooling() == ModelOutput.Pooling.CLS_TOKEN ? 3 : 2;
    return outputs.entrySet().stream()
        .filter(output -> wanted.tensor().isEmpty() || output.getKey().equals(wanted.tensor()))
        .map(Map.Entry::getValue)
        .filter(tensor -> tensor.shape().length == axes)
        .filter(tensor -> tensor.lastAxis() == wanted.dimension())
        .findFirst()
        .orElseThrow(
            () ->
                new RetryableException(
                    "model "
                        + spec.id()
                        + " has no output of "
                        + axes
                        + " axes and "
                        + wanted.dimension()
                        + " values, only "
                        + outputs.keySet()));
  }

  private static float[] checked(ModelSpec spec, float[] vector, boolean normalize) {
    double squares = 0;
    for (float value : vector) {
      squares += (double) value * value;
    }
    if (!Double.isFinite(squares)) {
      throw new IllegalStateException("model " + spec.id() + " gave values that are no numbers");
    }
    if (normalize && squares > 0) {
      double norm = Math.sqrt(squares);
      for (int i = 0; i < vector.length; i++) {
        vector[i] = (float) (vector[i] / norm);
      }
    }
    return vector;
  }
}
