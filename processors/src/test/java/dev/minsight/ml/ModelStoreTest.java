package dev.minsight.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.minsight.support.NotFoundException;
import dev.minsight.testing.Contract;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which model serves a task, and what happens when files come and go. */
class ModelStoreTest {

  private static final String TASK = ModelTask.CLIP_EMBEDDING;

  @TempDir Path folder;

  private final byte[] standard = TinyModels.meanColour(1);
  private final byte[] other = TinyModels.meanColour(2);
  private final byte[] lite = TinyModels.meanColour(3);
  private Path models;
  private ModelManifest manifest;
  private ModelStore store;

  @BeforeEach
  void prepare() throws Exception {
    models = folder.resolve("models");
    manifest =
        TinyModels.manifest(
            folder.resolve("manifest"),
            TinyModels.entry("other", other, ""),
            TinyModels.entry("standard", standard, "default: true"),
            TinyModels.entry("lite", lite, "lite: true"));
    Files.createDirectories(folder.resolve("manifest/lite"));
    Files.write(folder.resolve("manifest/lite/lite.onnx"), lite);
    store = new ModelStore(models, manifest);
  }

  @Test
  @DisplayName("Where no full model was ever installed the bundled one serves")
  void liteServesFirst() {
    assertServes("lite");
  }

  @Test
  @DisplayName("A full model put into the folder serves, the default before the alternative")
  void installedModelServes() throws Exception {
    install("other", other);
    assertServes("other");

    install("standard", standard);
    assertServes("other");

    assertThat(store.choice(TASK)).contains("other");
  }

  @Test
  @DisplayName("With both there from the start, the default serves")
  void defaultBeforeAlternative() throws Exception {
    install("other", other);
    install("standard", standard);

    assertServes("standard");
  }

  @Test
  @DisplayName("Where a server searches vectors, another model only follows when it is let to")
  void successor() throws Exception {
    install("standard", standard);
    install("other", other);
    store.keep(manifest.find("standard").orElseThrow());

    assertThat(store.request("other")).isFalse();
    assertServes("standard");
    assertThat(store.successor(TASK).map(ModelSpec::id)).contains("other");

    store.use("other");
    assertServes("other");
    assertThat(store.successor(TASK)).isEmpty();
    assertThat(store.previous(TASK)).contains("standard");
  }

  @Test
  @DisplayName("A change is called off by asking for the model in use, or by going back")
  void calledOff() throws Exception {
    install("standard", standard);
    install("other", other);
    store.keep(manifest.find("standard").orElseThrow());

    store.request("other");
    assertThat(store.request("standard")).isTrue();
    assertThat(store.successor(TASK)).isEmpty();

    store.request("other");
    assertThat(store.rollBack(TASK)).isEqualTo("standard");
    assertThat(store.successor(TASK)).isEmpty();
    assertThatThrownBy(() -> store.rollBack(TASK)).isInstanceOf(NotFoundException.class);
  }

  @Test
  @DisplayName("Going back is at once, and so is going forth again")
  void rollBack() throws Exception {
    install("standard", standard);
    install("other", other);
    store.use("standard");
    store.use("other");

    assertThat(store.rollBack(TASK)).isEqualTo("standard");
    assertServes("standard");
    assertThat(store.rollBack(TASK)).isEqualTo("other");
    assertServes("other");

    Files.delete(models.resolve("standard.onnx"));
    assertThatThrownBy(() -> store.rollBack(TASK)).hasMessageContaining("standard.onnx");
    assertServes("other");
  }

  @Test
  @DisplayName("A full model that comes follows the bundled one, unless that was chosen")
  void fullAfterLite() throws Exception {
    store.keep(manifest.lite(TASK).orElseThrow());
    install("standard", standard);

    assertServes("lite");
    assertThat(store.successor(TASK).map(ModelSpec::id)).contains("standard");

    store.use("lite");
    assertThat(store.successor(TASK)).isEmpty();
  }

  @Test
  @DisplayName("The model in use is known while its file is away")
  void inUseWhileAway() throws Exception {
    install("standard", standard);
    assertServes("standard");
    Files.delete(models.resolve("standard.onnx"));

    assertThat(store.inUse(TASK).map(ModelSpec::id)).contains("standard");
  }

  @Test
  @DisplayName("A model that served and vanishes is waited for, never replaced by the lite one")
  void vanishAndReturn() throws Exception {
    install("standard", standard);
    assertServes("standard");

    Files.delete(models.resolve("standard.onnx"));
    assertWaits("standard.onnx does not exist");
    assertThat(new ModelStore(models, manifest).serving(TASK))
        .as("after a restart")
        .isInstanceOf(ServingModel.Waiting.class);

    install("standard", standard);
    assertServes("standard");
  }

  @Test
  @DisplayName("A damaged model is waited for, whether its size or only its bytes changed")
  @Contract("compute.md 5 inference")
  void damaged() throws Exception {
    install("standard", standard);
    assertServes("standard");
    byte[] flipped = standard.clone();
    flipped[standard.length / 2] ^= 1;

    install("standard", flipped);
    assertWaits("SHA-256");

    install("standard", new byte[5]);
    assertWaits("5 bytes instead of");

    install("standard", standard);
    assertServes("standard");
  }

  @Test
  @DisplayName("A file that was damaged before it ever served is not skipped either")
  void damagedFromTheStart() throws Exception {
    install("standard", new byte[standard.length]);

    assertWaits("damaged");
  }

  @Test
  @DisplayName("A choice made by another process is noticed, and survives a restart")
  void choiceOfAnotherProcess() throws Exception {
    install("standard", standard);
    install("other", other);
    assertServes("standard");

    new ModelStore(models, manifest).use("other");

    assertServes("other");
    assertThat(new ModelStore(models, manifest).choice(TASK)).contains("other");
  }

  @Test
  @DisplayName("Only an installed, known model can be chosen; the lite one may be, expressly")
  void useChecks() throws Exception {
    assertThatThrownBy(() -> store.use("nobody"))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("nobody");
    assertThatThrownBy(() -> store.use("other"))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("missing");

    install("standard", standard);
    assertServes("standard");
    store.use("lite");

    assertServes("lite");
  }

  @Test
  @DisplayName("A choice that nobody can read or that names no model means waiting")
  void brokenChoice() throws Exception {
    install("standard", standard);
    assertServes("standard");

    Files.writeString(models.resolve("in-use.yaml"), "clip_embedding: gone\n");
    assertWaits("gone");

    Files.writeString(models.resolve("in-use.yaml"), "clip_embedding: [\n\n");
    assertWaits("cannot be read");

    Files.delete(models.resolve("in-use.yaml"));
    assertServes("standard");
  }

  @Test
  @DisplayName("A task without any model waits and says what to do")
  void nothingAtAll() {
    assertThat(store.serving(ModelTask.DINO_EMBEDDING))
        .isInstanceOfSatisfying(
            ServingModel.Waiting.class,
            waiting -> assertThat(waiting.reason()).contains("models pull dino_embedding"));
  }

  @Test
  @DisplayName("Verifying finds damage that left time and size as they were")
  @Contract("compute.md 5 inference")
  void verifyReadsAgain() throws Exception {
    install("standard", standard);
    assertServes("standard");
    Path file = models.resolve("standard.onnx");
    var time = Files.getLastModifiedTime(file);
    byte[] flipped = standard.clone();
    flipped[9] ^= 1;
    Files.write(file, flipped);
    Files.setLastModifiedTime(file, time);

    ModelSpec spec = manifest.find("standard").orElseThrow();

    assertThat(store.verify(spec)).isInstanceOf(ServingModel.Waiting.class);
    assertWaits("SHA-256");
  }

  private void install(String id, byte[] bytes) throws Exception {
    Files.createDirectories(models);
    Path part = Files.write(models.resolve("part"), bytes);
    Files.move(part, models.resolve(id + ".onnx"), StandardCopyOption.REPLACE_EXISTING);
  }

  private void assertServes(String id) {
    assertThat(store.serving(TASK))
        .isInstanceOfSatisfying(
            ServingModel.Ready.class, ready -> assertThat(ready.spec().id()).isEqualTo(id));
  }

  private void assertWaits(String reason) {
    assertThat(store.serving(TASK))
        .isInstanceOfSatisfying(
            ServingModel.Waiting.class, waiting -> assertThat(waiting.reason()).contains(reason));
  }
}
