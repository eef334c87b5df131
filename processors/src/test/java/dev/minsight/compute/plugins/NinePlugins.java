package dev.minsight.compute.plugins;

import dev.minsight.compute.Plugin;
import dev.minsight.media.Fixtures;
import dev.minsight.media.Guard;
import dev.minsight.media.MediaLimits;
import dev.minsight.media.Thumbnails;
import dev.minsight.ml.InferenceEngine;
import dev.minsight.ml.ModelManifest;
import dev.minsight.ml.ModelStore;
import dev.minsight.ml.VisionModels;
import dev.minsight.testing.TestSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The plugins of a server without installed models, by task type; to be closed. */
final class NinePlugins implements AutoCloseable {

  private final VisionModels models;
  private final Map<String, Plugin<?, ?>> byTask;

  /**
   * @param home a folder for what they keep
   */
  NinePlugins(Path home) {
    models =
        new VisionModels(
            new ModelStore(home.resolve("models"), ModelManifest.packaged()),
            new InferenceEngine(Duration.ofSeconds(60)));
    MediaLimits limits = MediaLimits.defaults();
    byTask =
        Stream.of(
                new ClipEmbeddingPlugin(models),
                new DinoEmbeddingPlugin(models),
                new ExifPlugin(limits, Fixtures.FFMPEG),
                new FaceDetectionPlugin(models),
                new FaceEmbeddingPlugin(models),
                new HashPlugin(Fixtures.DECODER, Fixtures.FFMPEG),
                new HlsStreamingPlugin(Fixtures.FFMPEG, new Guard(limits), TestSettings.at(home)),
                new ImageConversionPlugin(Fixtures.DECODER, limits),
                new MediaThumbnailPlugin(new Thumbnails(Fixtures.DECODER, Fixtures.FFMPEG)))
            .collect(
                Collectors.toMap(Plugin::taskType, Function.identity(), (a, b) -> a, TreeMap::new));
  }

  VisionModels models() {
    return models;
  }

  Plugin<?, ?> plugin(String task) {
    return byTask.get(task);
  }

  @Override
  public void close() {
    models.close();
  }
}
