package dev.minsight.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.minsight.support.RetryableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Words become vectors by the counterpart of the model that described the pictures. */
class TextModelsTest {

  private static final String PICTURES = "pictures";

  @TempDir Path folder;

  private final byte[] pictures = TinyModels.meanColour(1);

  private TextModels models(ModelManifest manifest, InferenceEngine engine) {
    return new TextModels(new ModelStore(folder.resolve("models"), manifest), engine);
  }

  private ModelManifest manifest(byte[] text) throws IOException {
    return TinyModels.manifest(
        folder.resolve("manifest"),
        TinyModels.entry(PICTURES, pictures, ""),
        TinyTextModel.entry(text, PICTURES));
  }

  private float[] embed(byte[] model, String words) throws IOException {
    TinyTextModel.install(model, folder.resolve("models"));
    try (InferenceEngine engine = new InferenceEngine(Duration.ofSeconds(30))) {
      TextModels texts = models(manifest(model), engine);
      ServingModel.Ready ready = (ServingModel.Ready) texts.counterpart(PICTURES);
      Embedding embedding = texts.embed(ready, words);
      assertThat(embedding.modelId()).isEqualTo(TinyTextModel.ID);
      return embedding.vector();
    }
  }

  @Test
  @DisplayName("Words give a vector of the model's dimension and of length 1, others another")
  void vector() throws IOException {
    float[] dog = embed(TinyTextModel.masked(), "a dog");

    assertThat(dog).hasSize(512);
    double squares = 0;
    for (float value : dog) {
      squares += value * value;
    }
    assertThat(squares).isCloseTo(1, within(1e-4));
    assertThat(embed(TinyTextModel.masked(), "A  Dog")).isEqualTo(dog);
    assertThat(embed(TinyTextModel.masked(), "a cat")).isNotEqualTo(dog);
  }

  @Test
  @DisplayName("An export with one input of a fixed length is served as well; the rest is padding")
  void fixedLength() throws IOException {
    assertThat(embed(TinyTextModel.fixed(77), "a dog")).hasSize(512);
    assertThat(embed(TinyTextModel.fixed(77), "dog ".repeat(200))).hasSize(512);
  }

  @Test
  @DisplayName("An export that wants more than words is refused by the name of that input")
  void unknownInput() {
    assertThatThrownBy(() -> embed(TinyTextModel.withPixels(), "a dog"))
        .isInstanceOf(RetryableException.class)
        .hasMessageContaining(TinyTextModel.ID)
        .hasMessageContaining("pixel_values");
  }

  @Test
  @DisplayName("Without its file the model is named with the command that gets it")
  void notInstalled() throws IOException {
    try (InferenceEngine engine = new InferenceEngine(Duration.ofSeconds(30))) {
      TextModels texts = models(manifest(TinyTextModel.masked()), engine);

      assertThat(((ServingModel.Waiting) texts.counterpart(PICTURES)).reason())
          .contains("./minsight models pull " + TinyTextModel.ID);
    }
  }

  @Test
  @DisplayName("Without its vocabulary it is named likewise, with what is missing")
  void withoutVocabulary() throws IOException {
    byte[] model = TinyTextModel.masked();
    Files.createDirectories(folder.resolve("models"));
    Files.write(folder.resolve("models/" + TinyTextModel.ID + ".onnx"), model);
    try (InferenceEngine engine = new InferenceEngine(Duration.ofSeconds(30))) {
      TextModels texts = models(manifest(model), engine);

      assertThat(((ServingModel.Waiting) texts.counterpart(PICTURES)).reason())
          .contains("./minsight models pull " + TinyTextModel.ID)
          .contains("bpe_simple_vocab_16e6.txt.gz");
    }
  }

  @Test
  @DisplayName("The default pair is got by the names of its tasks; the bundled model has no words")
  void bundledPictures() {
    try (InferenceEngine engine = new InferenceEngine(Duration.ofSeconds(30))) {
      TextModels texts = models(ModelManifest.packaged(), engine);

      assertThat(((ServingModel.Waiting) texts.counterpart("clip-embedding-lite")).reason())
          .contains("the bundled clip-embedding-lite has none")
          .endsWith("./minsight models pull clip_embedding clip_text");
      assertThat(((ServingModel.Waiting) texts.counterpart("clip-vit-b32-qdrant")).reason())
          .endsWith("./minsight models pull clip_text");
      assertThat(
              ((ServingModel.Waiting) texts.counterpart("clip-vit-b32-xenova-quantized")).reason())
          .endsWith("./minsight models pull clip-vit-b32-text-xenova-quantized");
    }
  }
}
