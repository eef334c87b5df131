package dev.minsight.compute.plugins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.minsight.media.Fixtures;
import dev.minsight.ml.Npy;
import dev.minsight.testing.Contract;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** compute.md 5.1, 5.2 and 5.5, with the bundled models. */
class VectorPluginsTest {

  @TempDir static Path folder;

  private static NinePlugins plugins;

  @BeforeAll
  static void open() {
    plugins = new NinePlugins(folder);
  }

  @AfterAll
  static void close() {
    plugins.close();
  }

  private static PluginRun.Done<?> run(String task, Path file, Map<String, String> form) {
    return new PluginRun<>(plugins.plugin(task), folder).run(file, form);
  }

  private static float[] vector(String task, PluginRun.Done<?> done) throws IOException {
    return Npy.read(Files.readAllBytes(done.file("output/" + task + ".npy")));
  }

  private static double length(float[] vector) {
    return Math.sqrt(product(vector, vector));
  }

  private static double product(float[] one, float[] other) {
    double sum = 0;
    for (int i = 0; i < one.length; i++) {
      sum += (double) one[i] * other[i];
    }
    return sum;
  }

  private static double cosine(float[] one, float[] other) {
    return product(one, other) / length(one) / length(other);
  }

  private static BufferedImage picture() {
    return Fixtures.quarters(240, 160, BufferedImage.TYPE_INT_RGB);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "clip_embedding, 512, 'embedding_dim,normalized,embedding'",
    "dino_embedding, 384, 'embedding_dim,normalized,embedding'",
    "face_embedding, 128, 'normalized,embedding_dim,quality_score'"
  })
  @DisplayName("A vector of the model's length, of length 1 unless that is not wanted")
  @Contract({
    "compute.md 5.1 task_output",
    "compute.md 5.1 postprocess",
    "compute.md 5.2 task_output",
    "compute.md 5.5 task_output",
    "compute.md 5.5 postprocess",
    "compute.md 5.5 disagreement"
  })
  void vectors(String task, int dimension, String keys) throws IOException {
    Path file = Fixtures.write(folder, task + ".png", Fixtures.encode(picture(), "png"));

    var normal = run(task, file, Map.of());
    var raw = run(task, file, Map.of("normalize", "false"));

    assertThat(normal.taskOutput()).containsOnlyKeys(keys.split(","));
    assertThat(normal.wire().get("embedding_dim").asInt()).isEqualTo(dimension);
    assertThat(normal.wire().get("normalized").asBoolean()).isTrue();
    assertThat(raw.wire().get("normalized").asBoolean()).isFalse();
    assertThat(vector(task, normal)).hasSize(dimension);
    assertThat(length(vector(task, normal))).isCloseTo(1, within(1e-4));
    if (task.equals("face_embedding")) { // the other two bundled models end in unit vectors
      assertThat(length(vector(task, raw))).isNotCloseTo(1, within(1e-2));
    }
    assertThat(cosine(vector(task, normal), vector(task, raw))).isCloseTo(1, within(1e-5));
  }

  @ParameterizedTest
  @CsvSource({"clip_embedding", "dino_embedding"})
  @DisplayName("The vector is in the output, too, for older clients: the numbers of the file")
  @Contract("compute.md 5.10 embedding, metadata, thumbnail_path, phash")
  void inTheOutput(String task) throws IOException {
    Path file = Fixtures.write(folder, task + ".png", Fixtures.encode(picture(), "png"));

    var done = run(task, file, Map.of());

    float[] stored = vector(task, done);
    JsonNode shown = done.wire().get("embedding");
    assertThat(shown).hasSize(stored.length);
    for (int i = 0; i < stored.length; i++) {
      assertThat(shown.get(i).floatValue()).isEqualTo(stored[i]);
    }
  }

  @ParameterizedTest
  @CsvSource({"clip_embedding", "dino_embedding", "face_embedding"})
  @DisplayName("A photo is looked at upright: how the camera was held makes no other vector")
  @Contract("compute.md 5 orientation")
  void upright(String task) throws IOException {
    byte[] stored = Fixtures.encode(picture(), "jpg");
    Path lying = Fixtures.write(folder, task + "-1.jpg", stored);
    // Orientation 3: the same picture, stored upside down.
    Path turned =
        Fixtures.write(
            folder,
            task + "-3.jpg",
            Fixtures.withOrientation(Fixtures.encode(upsideDown(picture()), "jpg"), 3));
    Path untold =
        Fixtures.write(folder, task + "-0.jpg", Fixtures.encode(upsideDown(picture()), "jpg"));

    float[] vector = vector(task, run(task, lying, Map.of()));

    assertThat(cosine(vector, vector(task, run(task, turned, Map.of())))).isGreaterThan(0.999);
    assertThat(cosine(vector, vector(task, run(task, untold, Map.of())))).isLessThan(0.99);
  }

  private static BufferedImage upsideDown(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    BufferedImage turned = new BufferedImage(width, height, image.getType());
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        turned.setRGB(width - 1 - x, height - 1 - y, image.getRGB(x, y));
      }
    }
    return turned;
  }

  /**
   * A grey 10 all over, but in the middle: the Laplacian is -4d there, d at its four neighbours and
   * 0 elsewhere, so its variance is 20 d d / 9.
   */
  @ParameterizedTest(name = "middle {0}: {1}")
  @CsvSource({"10, 0", "12, 0.08888889", "14, 0.35555556", "16, 0.8", "17, 1", "255, 1"})
  @DisplayName("quality_score is the variance of the Laplacian of the whole picture, at most 1")
  @Contract("compute.md 5.5 quality")
  void quality(int middle, double score) throws IOException {
    BufferedImage image = new BufferedImage(3, 3, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 9; i++) {
      image.setRGB(i % 3, i / 3, 0x010101 * (i == 4 ? middle : 10));
    }
    Path file = Fixtures.write(folder, "grey.png", Fixtures.encode(image, "png"));

    assertThat(run("face_embedding", file, Map.of()).wire().get("quality_score").asDouble())
        .isCloseTo(score, within(1e-6));
  }
}
