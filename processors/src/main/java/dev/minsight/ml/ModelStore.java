package dev.minsight.ml;

import dev.minsight.ml.CheckedFiles.Finding;
import dev.minsight.support.NotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The models folder, and the rule which model serves a task:
 *
 * <ol>
 *   <li>the one chosen in {@code in-use.yaml}, when its file is intact;
 *   <li>with no choice yet, a full model whose file lies in the folder (the default one first);
 *       that becomes the choice;
 *   <li>the bundled lite model, only where the folder knows nothing of the task.
 * </ol>
 *
 * A chosen model that is missing or damaged means waiting: results of another model would silently
 * not compare with those already stored. Everything is looked at anew on every call, so files that
 * vanish, return or are installed by another process are noticed.
 */
public final class ModelStore {

  private static final Logger LOG = LoggerFactory.getLogger(ModelStore.class);

  private final Path modelsDir;
  private final ModelManifest manifest;
  private final Choices choices;
  private final CheckedFiles files = new CheckedFiles();

  /**
   * @param modelsDir folder of the installed models; need not exist
   * @param manifest the models there are
   */
  public ModelStore(Path modelsDir, ModelManifest manifest) {
    this.modelsDir = modelsDir;
    this.manifest = manifest;
    this.choices = new Choices(modelsDir);
  }

  /**
   * @return the models there are
   */
  public ModelManifest manifest() {
    return manifest;
  }

  /**
   * @return the folder of the installed models
   */
  public Path directory() {
    return modelsDir;
  }

  /**
   * Says which model does a task now. Cheap: a few file attributes are read; a file is hashed only
   * when it is new or changed.
   *
   * @param task see {@link ModelTask}
   * @return the model, or why there is none
   */
  public ServingModel serving(String task) {
    String choice;
    try {
      choice = choices.read().get(task);
    } catch (IOException e) {
      return new ServingModel.Waiting("the choice of models cannot be read: " + e.getMessage());
    }
    return choice == null ? withoutChoice(task) : chosen(task, choice);
  }

  /**
   * @param task see {@link ModelTask}
   * @return id of the model chosen for the task
   * @throws IOException if the choices cannot be read
   */
  public Optional<String> choice(String task) throws IOException {
    return Optional.ofNullable(choices.read().get(task));
  }

  /**
   * Makes an intact model the one in use for its task, also for other processes on this folder.
   *
   * @param id of the model
   * @throws NotFoundException if the manifest does not know it or it is not installed
   * @throws IOException if the choice cannot be written
   */
  public void use(String id) throws IOException {
    ModelSpec spec =
        manifest
            .find(id)
            .orElseThrow(() -> new NotFoundException("the manifest knows no model " + id));
    if (state(spec) instanceof ServingModel.Waiting waiting) {
      throw new NotFoundException("model " + id + " cannot be used: " + waiting.reason());
    }
    choices.change(byTask -> byTask.put(spec.task(), id));
  }

  /**
   * Looks at one model, whether it is in use or not.
   *
   * @param spec of the manifest
   * @return ready if its bytes are intact
   */
  public ServingModel state(ModelSpec spec) {
    if (spec.lite() && manifest.folder().isEmpty()) {
      return packaged(spec);
    }
    Finding finding = files.look(path(spec), spec.weights());
    if (finding instanceof Finding.Intact intact) {
      return withCompanions(spec, intact.file());
    }
    if (finding instanceof Finding.Damaged damaged) {
      return new ServingModel.Waiting("model " + spec.id() + " is damaged: " + damaged.reason());
    }
    if (spec.lite()) {
      return packaged(spec);
    }
    return new ServingModel.Waiting(
        "model "
            + spec.id()
            + " is missing: "
            + path(spec)
            + " does not exist (put it back, or"
            + " run: minsight models pull "
            + spec.id()
            + ")");
  }

  /**
   * Like {@link #state}, but reads the whole file again even when it looks unchanged.
   *
   * @param spec of the manifest
   * @return ready if its bytes are intact
   */
  public ServingModel verify(ModelSpec spec) {
    files.forget(path(spec));
    spec.companions().forEach(part -> files.forget(path(part)));
    return state(spec);
  }

  private ServingModel withCompanions(ModelSpec spec, ModelFile weights) {
    List<ModelFile.OnDisk> companions = new ArrayList<>();
    for (ModelPart part : spec.companions()) {
      Finding finding = files.look(path(part), part);
      if (finding instanceof Finding.Intact intact) {
        companions.add(intact.file());
      } else {
        String why =
            finding instanceof Finding.Damaged damaged
                ? "is damaged: " + damaged.reason()
                : "is missing: " + path(part) + " does not exist";
        return new ServingModel.Waiting(
            "file %s of model %s %s (run: minsight models pull %s)"
                .formatted(part.file(), spec.id(), why, spec.id()));
      }
    }
    return new ServingModel.Ready(spec, weights, List.copyOf(companions));
  }

  /**
   * @param spec of a full model
   * @return whether a file of its name lies in the folder, intact or not
   */
  public boolean isPresent(ModelSpec spec) {
    return Files.exists(path(spec));
  }

  /** Where the file of a model is looked for. */
  Path path(ModelSpec spec) {
    return spec.lite() && manifest.folder().isPresent()
        ? manifest.folder().get().resolve("lite").resolve(spec.file())
        : modelsDir.resolve(spec.file());
  }

  /** Where a file beside the weights is looked for. */
  Path path(ModelPart companion) {
    return modelsDir.resolve(companion.file());
  }

  private static ServingModel packaged(ModelSpec spec) {
    return new ServingModel.Ready(spec, new ModelFile.Packaged("ml-models/lite/" + spec.file()));
  }

  private ServingModel chosen(String task, String id) {
    Optional<ModelSpec> spec = manifest.find(id).filter(known -> known.task().equals(task));
    if (spec.isEmpty()) {
      return new ServingModel.Waiting(
          choices.file()
              + " names "
              + id
              + " for "
              + task
              + ", which the manifest does not know (run: minsight models use "
              + task
              + "=ID)");
    }
    return state(spec.get());
  }

  private ServingModel withoutChoice(String task) {
    ServingModel.Waiting damaged = null;
    for (ModelSpec spec : manifest.fullModels(task)) {
      if (isPresent(spec)) {
        ServingModel state = state(spec);
        if (state instanceof ServingModel.Ready) {
          remember(spec);
          return state;
        }
        damaged = damaged == null ? (ServingModel.Waiting) state : damaged;
      }
    }
    if (damaged != null) {
      return damaged;
    }
    return manifest
        .lite(task)
        .map(this::state)
        .orElseGet(
            () ->
                new ServingModel.Waiting(
                    "no model for "
                        + task
                        + " is installed (run: minsight models pull "
                        + task
                        + ")"));
  }

  /** A model that served once is waited for when it vanishes, so having served is recorded. */
  private void remember(ModelSpec spec) {
    try {
      choices.change(byTask -> byTask.putIfAbsent(spec.task(), spec.id()));
    } catch (IOException e) {
      LOG.warn("Cannot record that {} serves {}: {}", spec.id(), spec.task(), e.toString());
    }
  }
}
