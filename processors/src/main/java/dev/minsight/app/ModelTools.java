package dev.minsight.app;

import dev.minsight.ml.InferenceEngine;
import dev.minsight.ml.ModelManifest;
import dev.minsight.ml.ModelStore;
import dev.minsight.ml.TextModels;
import dev.minsight.ml.VisionModels;
import dev.minsight.support.MinsightProperties;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The plain-Java parts of models, put together. */
@Configuration(proxyBeanMethods = false)
class ModelTools {

  /** Far above any picture's inference on a busy machine; a run past it hangs. */
  private static final Duration INFERENCE_LIMIT = Duration.ofSeconds(120);

  @Bean
  Clock clock() {
    return Clock.systemUTC();
  }

  @Bean
  ModelManifest modelManifest() {
    return ModelManifest.locate(Path.of("").toAbsolutePath());
  }

  @Bean
  ModelStore modelStore(MinsightProperties settings, ModelManifest manifest) {
    return new ModelStore(settings.home().resolve("models"), manifest);
  }

  @Bean
  InferenceEngine inferenceEngine() {
    return new InferenceEngine(INFERENCE_LIMIT);
  }

  @Bean
  VisionModels visionModels(ModelStore store, InferenceEngine engine) {
    return new VisionModels(store, engine);
  }

  @Bean
  TextModels textModels(ModelStore store, InferenceEngine engine) {
    return new TextModels(store, engine);
  }
}
