package dev.minsight.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.minsight.media.Resampling.Filter;
import dev.minsight.support.ConfigurationException;
import dev.minsight.testing.Contract;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The manifest says everything about a model that code needs to know. */
class ModelManifestTest {

  @TempDir Path folder;

  @Test
  @DisplayName("Every task that reads pictures has a default and a bundled model")
  void packagedManifestIsComplete() {
    ModelManifest manifest = ModelManifest.packaged();

    assertThat(ModelTask.VISION)
        .allSatisfy(
            task -> {
              assertThat(manifest.preferred(task)).as("default of %s", task).isPresent();
              assertThat(manifest.lite(task)).as("lite of %s", task).isPresent();
              assertThat(manifest.fullModels(task)).hasSizeGreaterThan(1);
            });
    assertThat(manifest.preferred(ModelTask.CLIP_TEXT).orElseThrow().pairsWith())
        .isEqualTo(manifest.preferred(ModelTask.CLIP_EMBEDDING).orElseThrow().id());
  }

  @Test
  @DisplayName("Bundled models are exactly the files the manifest describes")
  void bundledModelsMatch() throws Exception {
    for (ModelSpec model : ModelManifest.packaged().models()) {
      if (model.lite()) {
        byte[] bytes = new ModelFile.Packaged("ml-models/lite/" + model.file()).read();

        assertThat((long) bytes.length).as(model.id()).isEqualTo(model.size());
        assertThat(TinyModels.sha256(bytes)).as(model.id()).isEqualTo(model.sha256());
      }
    }
  }

  @Test
  @DisplayName("Preprocessing and thresholds are read as written, shared parts included")
  void valuesAreRead() {
    ModelManifest manifest = ModelManifest.packaged();
    ModelSpec detector = manifest.find("yunet-2026may").orElseThrow();
    ModelSpec fixed = manifest.find("yunet-2023mar").orElseThrow();
    ModelSpec faces = manifest.find("mobilefacenet-128").orElseThrow();

    assertThat(detector.detection()).isEqualTo(new Thresholds.Detection(0.8, 0.3, 640));
    assertThat(detector.image().bgr()).isTrue();
    assertThat(((ModelInput.Resize.Letterbox) fixed.image().resize()).canvas()).isEqualTo(640);
    assertThat(fixed.image().tensor()).isEqualTo("input");
    assertThat(faces.matching()).isEqualTo(new Thresholds.Matching(0.363, 0.25, 0.05));
    assertThat(faces.image().mean()).containsExactly(0.485f, 0.456f, 0.406f);
    assertThat(faces.output().dimension()).isEqualTo(128);
    assertThat(detector.output().landmarks()).isEqualTo(ModelOutput.Landmarks.MEAN);
    assertThat(faces.output().landmarks()).isEqualTo(ModelOutput.Landmarks.BEST);
    assertThatThrownBy(faces::detection)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("mobilefacenet-128");
  }

  @Test
  @DisplayName("The full models read pictures with the means and deviations they were trained with")
  @Contract({
    "compute.md 5.1 model",
    "compute.md 5.1 preprocess",
    "compute.md 5.2 model",
    "compute.md 5.2 preprocess",
    "compute.md 5.5 model"
  })
  void preprocessing() {
    ModelManifest manifest = ModelManifest.packaged();
    ModelSpec clip = manifest.preferred(ModelTask.CLIP_EMBEDDING).orElseThrow();
    ModelSpec dino = manifest.preferred(ModelTask.DINO_EMBEDDING).orElseThrow();

    assertThat(clip.output().dimension()).isEqualTo(512);
    assertThat(clip.image().bgr()).isFalse();
    assertThat(clip.image().scale()).isEqualTo(1 / 255f);
    assertThat(clip.image().mean()).containsExactly(0.48145466f, 0.4578275f, 0.40821073f);
    assertThat(clip.image().std()).containsExactly(0.26862954f, 0.26130258f, 0.27577711f);
    assertThat(clip.image().resize())
        .isEqualTo(new ModelInput.Resize.CentreCrop(224, 224, Filter.BICUBIC));
    assertThat(dino.id()).startsWith("dinov2-small");
    assertThat(dino.output().dimension()).isEqualTo(384);
    assertThat(dino.output().pooling()).isEqualTo(ModelOutput.Pooling.CLS_TOKEN);
    assertThat(dino.image().bgr()).isFalse();
    assertThat(dino.image().scale()).isEqualTo(1 / 255f);
    assertThat(dino.image().mean()).containsExactly(0.485f, 0.456f, 0.406f);
    assertThat(dino.image().std()).containsExactly(0.229f, 0.224f, 0.225f);
    assertThat(dino.image().resize())
        .isEqualTo(new ModelInput.Resize.CentreCrop(256, 224, Filter.BICUBIC));
    assertThat(manifest.fullModels(ModelTask.FACE_EMBEDDING))
        .allSatisfy(
            faces -> {
              assertThat(faces.output().dimension()).isEqualTo(128);
              assertThat(faces.image().bgr()).isFalse();
              assertThat(faces.image().resize())
                  .isEqualTo(new ModelInput.Resize.Stretch(112, Filter.BILINEAR));
            });
  }

  @Test
  @DisplayName("All that is wrong is told at once, with model and field")
  void tellsAllErrors() throws Exception {
    byte[] model = TinyModels.meanColour(1);
    String bad =
        TinyModels.entry("one", model, "default: true")
                .replaceAll("sha256: \\S+", "sha256: beef")
                .replace("mode: stretch", "mode: squeeze")
                .replace("search: 0.5", "search: 5")
            + TinyModels.entry("two", model, "default: true")
                .replace("two.onnx", "../two.onnx")
                .replace("http://localhost/none", "ftp://localhost/none")
                .replace("std: [1, 1, 1]", "std: [1, 0, 1]")
            + TinyModels.entry("two", model, "flavour: mint");

    assertThatThrownBy(() -> TinyModels.manifest(folder, bad))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("one: sha256 must be 64 lower-case hex digits")
        .hasMessageContaining("one: input.resize.mode must be")
        .hasMessageContaining("one: search must be a number from -1 to 1")
        .hasMessageContaining("two: file must be a plain file name")
        .hasMessageContaining("two: urls 'ftp://localhost/none'")
        .hasMessageContaining("two: input.std must not be 0")
        .hasMessageContaining("two: id is used twice")
        .hasMessageContaining("two: default its task has two")
        .hasMessageContaining("two: flavour is not a known field");
  }

  @ParameterizedTest
  @DisplayName("What is no manifest at all is told plainly")
  @ValueSource(
      strings = {"", "models: []", "models: {a: 1}", "models: [1, 2]", "a: [", "just text"})
  void refusesOthers(String content) throws Exception {
    Path file = folder.resolve("models.yaml");
    Files.writeString(file, content);

    assertThatThrownBy(() -> ModelManifest.load(file))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  @DisplayName("A manifest in the working directory wins over the packaged one")
  void workingDirectoryWins() throws Exception {
    TinyModels.manifest(
        folder.resolve("ml-models"), TinyModels.entry("mine", TinyModels.meanColour(1), ""));

    assertThat(ModelManifest.locate(folder).models())
        .extracting(ModelSpec::id)
        .containsExactly("mine");
    assertThat(ModelManifest.locate(folder.resolve("elsewhere")).find("yunet-2026may")).isPresent();
  }
}
