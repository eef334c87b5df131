package dev.minsight.insight;

import dev.minsight.ml.ServingModel;
import dev.minsight.ml.VisionModels;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.stereotype.Component;

/**
 * Health component {@code models}: names what serves each task, lite models as such. A missing
 * model makes work wait but the server is up, so this never says down.
 */
@Component("modelsHealthIndicator")
class ModelHealth implements HealthIndicator {

  private final VisionModels models;

  ModelHealth(VisionModels models) {
    this.models = models;
  }

  @Override
  public Health health() {
    Health.Builder health = Health.up();
    models.status().forEach((task, model) -> health.withDetail(task, words(model)));
    return health.build();
  }

  private static String words(ServingModel model) {
    if (model instanceof ServingModel.Ready ready) {
      return ready.spec().id() + (ready.spec().lite() ? " (bundled lite model)" : "");
    }
    return "waiting: " + ((ServingModel.Waiting) model).reason();
  }
}
