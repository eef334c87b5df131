package dev.minsight.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.minsight.media.RgbImage;
import dev.minsight.support.RetryableException;
import dev.minsight.testing.Contract;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models run, are swapped, fail and are stopped without taking anything down. */
class InferenceTest {

  private static final String TASK = ModelTask.CLIP_EMBEDDING;

  /** Red 60, green 80, blue 0. */
  private static final RgbImage PICTURE = colour(60, 80, 0);

  @TempDir Path folder;

  @Test
  @DisplayName("Of a sequence of tokens the first one, the class token, is the vector")
  @Contract("compute.md 5.2 postprocess")
  void classToken() throws Exception {
    try (VisionModels models = models(TinyModels.twoTokens(), "cls_token")) {
      assertThat(models.embed(TASK, PICTURE).vector())
          .containsExactly(new float[] {0.6f, 0.8f, 0}, within(1e-6f));
    }
  }

  @Test
  @DisplayName("Unless it is not wanted: then the vector is as the model gave it")
  @Contract({"compute.md 5.1 postprocess", "compute.md 5.2 postprocess"})
  void asGiven() throws Exception {
    try (VisionModels models = models(TinyModels.meanColour(1))) {
      assertThat(models.embed(TASK, PICTURE, false).vector())
          .containsExactly(new float[] {60, 80, 0}, within(1e-4f));
    }
  }

  @Test
  @DisplayName("A vector has length 1 and names its model")
  @Contract({"compute.md 5.1 postprocess", "compute.md 5.2 postprocess"})
  void normalised() throws Exception {
    try (VisionModels models = models(TinyModels.meanColour(1))) {
      Embedding embedding = models.embed(TASK, PICTURE);

      assertThat(embedding.modelId()).isEqualTo("model");
      assertThat(embedding.vector()).containsExactly(new float[] {0.6f, 0.8f, 0}, within(1e-6f));
      assertThat(embedding.cosine(embedding)).isCloseTo(1, within(1e-6));
    }
  }

  @Test
  @DisplayName("Vectors of two models refuse to be compared")
  void vectorsOfTwoModels() {
    Embedding one = new Embedding("one", new float[] {1});
    Embedding two = new Embedding("two", new float[] {1});

    assertThatThrownBy(() -> one.cosine(two))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("do not compare");
  }

  @Test
  @DisplayName("A picture that gives only zeros is answered with zeros, not with an error")
  void zeros() throws Exception {
    try (VisionModels models = models(TinyModels.meanColour(1))) {
      assertThat(models.embed(TASK, colour(0, 0, 0)).vector()).containsExactly(0, 0, 0);
    }
  }

  @Test
  @DisplayName("When the file goes the work waits, when it returns the work goes on")
  void vanishingModel() throws Exception {
    byte[] model = TinyModels.meanColour(1);
    try (VisionModels models = models(model)) {
      models.embed(TASK, PICTURE);
      Path file = folder.resolve("models/model.onnx");

      Files.delete(file);
      assertThatThrownBy(() -> models.embed(TASK, PICTURE))
          .isInstanceOf(RetryableException.class)
          .hasMessageContaining("missing");
      assertThat(models.status().get(TASK)).isInstanceOf(ServingModel.Waiting.class);

      Files.write(file, model);
      assertThat(models.embed(TASK, PICTURE).vector()).hasSize(3);
      assertThat(models.status().get(TASK)).isInstanceOf(ServingModel.Ready.class);
    }
  }

  @Test
  @DisplayName("Another choice is taken up while running, even under load")
  void swapsUnderLoad() throws Exception {
    byte[] first = TinyModels.meanColour(1);
    byte[] second = TinyModels.meanColour(0);
    ModelManifest manifest =
        TinyModels.manifest(
            folder,
            TinyModels.entry("first", first, "default: true"),
            TinyModels.entry("second", second, ""));
    Path dir = Files.createDirectories(folder.resolve("models"));
    Files.write(dir.resolve("first.onnx"), first);
    Files.write(dir.resolve("second.onnx"), second);
    ModelStore store = new ModelStore(dir, manifest);
    ExecutorService pool = Executors.newFixedThreadPool(4);
    try (VisionModels models =
        new VisionModels(store, new InferenceEngine(Duration.ofSeconds(30)))) {
      List<Future<List<Embedding>>> runs = new ArrayList<>();
      for (int thread = 0; thread < 4; thread++) {
        runs.add(
            pool.submit(
                () -> {
                  List<Embedding> made = new ArrayList<>();
                  for (int i = 0; i < 200; i++) {
                    made.add(models.embed(TASK, PICTURE));
                  }
                  return made;
                }));
      }
      for (int i = 0; i < 20; i++) {
        store.use(i % 2 == 0 ? "second" : "first");
      }
      for (Future<List<Embedding>> run : runs) {
        assertThat(run.get())
            .allSatisfy(
                made ->
                    assertThat(made.vector()[0])
                        .isCloseTo(made.modelId().equals("first") ? 0.6f : 0, within(1e-6f)));
      }
      store.use("second");
      assertThat(models.embed(TASK, PICTURE).modelId()).isEqualTo("second");
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  @DisplayName("Bytes that are no model make the task wait, visibly, and nothing crashes")
  void brokenModel() throws Exception {
    byte[] nonsense = "this is no model".getBytes(StandardCharsets.UTF_8);
    try (VisionModels models = models(nonsense)) {
      models.warmUp();

      assertThatThrownBy(() -> models.embed(TASK, PICTURE))
          .isInstanceOf(RetryableException.class)
          .hasMessageContaining("cannot be loaded");
      assertThat(models.status().get(TASK))
          .isInstanceOfSatisfying(
              ServingModel.Waiting.class,
              waiting -> assertThat(waiting.reason()).contains("cannot be loaded"));
    }
  }

  @Test
  @DisplayName("A model with another vector length than the manifest says is refused by name")
  void wrongDimension() throws Exception {
    byte[] model = TinyModels.meanColour(1);
    ModelManifest manifest =
        TinyModels.manifest(
            folder, TinyModels.entry("model", model, "").replace("dimension: 3", "dimension: 4"));
    Files.write(Files.createDirectories(folder.resolve("models")).resolve("model.onnx"), model);
    try (VisionModels models =
        new VisionModels(
            new ModelStore(folder.resolve("models"), manifest),
            new InferenceEngine(Duration.ofSeconds(30)))) {
      assertThatThrownBy(() -> models.embed(TASK, PICTURE))
          .isInstanceOf(RetryableException.class)
          .hasMessageContaining("4 values")
          .hasMessageContaining("embedding");
    }
  }

  @Test
  @DisplayName("A run beyond the limit is stopped, and the engine keeps working")
  void timeLimit() throws Exception {
    int side = 400;
    byte[] slow = TinyModels.slow(side);
    Path file = Files.write(folder.resolve("slow.onnx"), slow);
    ModelManifest manifest = TinyModels.manifest(folder, TinyModels.entry("slow", slow, ""));
    ServingModel.Ready ready =
        new ServingModel.Ready(manifest.models().get(0), new ModelFile.OnDisk(file, "slow"));
    FloatBuffer input = FloatBuffer.allocate(3 * side * side);
    try (InferenceEngine engine = new InferenceEngine(Duration.ofMillis(200))) {
      for (int attempt = 0; attempt < 2; attempt++) {
        long started = System.nanoTime();
        assertThatThrownBy(() -> engine.run(ready, input, 1, 3, side, side))
            .isInstanceOf(RetryableException.class)
            .hasMessageContaining("was stopped after");
        assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(5));
      }
    }
  }

  @Test
  @DisplayName("After closing, work is told to wait instead of touching freed memory")
  void closed() throws Exception {
    VisionModels models = models(TinyModels.meanColour(1));
    models.embed(TASK, PICTURE);

    models.close();

    assertThatThrownBy(() -> models.embed(TASK, PICTURE))
        .isInstanceOf(RetryableException.class)
        .hasMessageContaining("shutting down");
  }

  private VisionModels models(byte[] bytes) throws Exception {
    return models(bytes, "vector");
  }

  private VisionModels models(byte[] bytes, String pooling) throws Exception {
    String entry = TinyModels.entry("model", bytes, "default: true");
    ModelManifest manifest =
        TinyModels.manifest(folder, entry.replace("pooling: vector", "pooling: " + pooling));
    Path dir = Files.createDirectories(folder.resolve("models"));
    Path part = Files.write(dir.resolve("part"), bytes);
    Files.move(part, dir.resolve("model.onnx"), StandardCopyOption.REPLACE_EXISTING);
    return new VisionModels(
        new ModelStore(dir, manifest), new InferenceEngine(Duration.ofSeconds(30)));
  }

  private static RgbImage colour(int red, int green, int blue) {
    byte[] pixels = new byte[16 * 16 * 3];
    for (int i = 0; i < pixels.length; i += 3) {
      pixels[i] = (byte) red;
      pixels[i + 1] = (byte) green;
      pixels[i + 2] = (byte) blue;
    }
    return new RgbImage(16, 16, pixels);
  }
}
