package dev.minsight.compute;

import dev.minsight.ml.ServingModel;
import dev.minsight.ml.VisionModels;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Tasks wait while no model can serve them. */
@Component
class ModelGate implements Gate {

  private final VisionModels models;

  ModelGate(VisionModels models) {
    this.models = models;
  }

  @Override
  public Optional<String> closed(String taskType) {
    return models.status().get(taskType) instanceof ServingModel.Waiting waiting
        ? Optional.of(waiting.reason())
        : Optional.empty();
  }
}
