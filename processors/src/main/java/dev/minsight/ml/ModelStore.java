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
 * not compare with those already stored. For the same reason a model that is to replace one whose
 * results are there does not serve at once: it is {@linkplain #successor noted} in {@code
 * wanted.yaml}, and the server lets it take over when everything has been described by it. Which
 * model served before is kept in {@code previous.yaml}. Everything is looked at anew on every call,
 * so files that vanish, return or are installed by another process are noticed.
 */
public final class ModelStore {

  private static final Logger LOG = LoggerFactory.getLogger(ModelStore.class);

  private final Path modelsDir;
  private final ModelManifest manifest;
  private final Choices choices;
  private final Choices wanted;
  private final Choices previous;
  private final Choices searched;
  private final CheckedFiles files = new CheckedFiles();

  /**
   * @param modelsDir folder of the installed models; need not exist
   * @param manifest the models there are
   */
  public ModelStore(Path modelsDir, ModelManifest manifest) {
    this.modelsDir = modelsDir;
    this.manifest = manifest;
    this.choices =
        new Choices(
            modelsDir,
            "in-use",
            "Which model serves which task; `minsight models use` changes it.");
    this.wanted =
        new Choices(
            modelsDir,
            "wanted",
            "Which model is to serve, once everything is described by it; see in-use.yaml.");
    this.previous =
        new Choices(modelsDir, "previous", "What `minsight models rollback` goes back to.");
    this.searched =
        new Choices(modelsDir, "searched", "Whose vectors the server of this home searches.");
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
   * Says whose results are searched and compared, whether its file can be used now or not.
   *
   * @param task see {@link ModelTask}
   * @return the chosen model, or without a choice the one that serves
   */
  public Optional<ModelSpec> inUse(String task) {
    try {
      String choice = choices.read().get(task);
      if (choice != null) {
        return manifest.find(choice).filter(known -> known.task().equals(task));
      }
    } catch (IOException e) {
      LOG.warn("The choice of models cannot be read: {}", e.toString());
      return Optional.empty();
    }
    return serving(task) instanceof ServingModel.Ready ready
        ? Optional.of(ready.spec())
        : Optional.empty();
  }

  /**
   * Says which model is to take over a task. Besides the one asked for by {@link #request}, that is
   * a full model that came into the folder while the bundled one is in use and nobody wants it so.
   *
   * @param task see {@link ModelTask}
   * @return the model, intact or not; empty when the one in use stays
   * @throws IOException if the choices cannot be read
   */
  public Optional<ModelSpec> successor(String task) throws IOException {
    Optional<ModelSpec> now = choice(task).flatMap(manifest::find);
    if (now.isEmpty()) {
      return Optional.empty();
    }
    String asked = wanted.read().get(task);
    Optional<ModelSpec> next =
        asked != null
            ? manifest.find(asked)
            : manifest.fullModels(task).stream()
                .filter(full -> now.get().lite() && isPresent(full))
                .findFirst();
    return next.filter(model -> model.task().equals(task) && !model.equals(now.get()));
  }

  /**
   * @param task see {@link ModelTask}
   * @return id of the model somebody asked for, be it in use by now or not
   * @throws IOException if the choices cannot be read
   */
  public Optional<String> wanted(String task) throws IOException {
    return Optional.ofNullable(wanted.read().get(task));
  }

  /**
   * @param task see {@link ModelTask}
   * @return id of the model that was in use before the one that is
   * @throws IOException if the choices cannot be read
   */
  public Optional<String> previous(String task) throws IOException {
    return Optional.ofNullable(previous.read().get(task));
  }

  /**
   * Asks for an intact model. It is in use at once where no results of another are in the way; else
   * the one in use stays until the server has described everything by the new one. Asking for the
   * one in use calls such a change off.
   *
   * @param id of the model
   * @return whether it is in use now
   * @throws NotFoundException if the manifest does not know it or it is not installed
   * @throws IOException if the choice cannot be written
   */
  public boolean request(String id) throws IOException {
    ModelSpec spec = usable(id);
    Optional<String> now = choice(spec.task());
    boolean atOnce =
        now.isEmpty() || now.get().equals(id) || !searched.read().containsKey(spec.task());
    if (atOnce) {
      use(id);
    } else {
      wanted.change(byTask -> byTask.put(spec.task(), id));
    }
    return atOnce;
  }

  /**
   * Goes back: a change on its way is called off, else the model that was in use before is again,
   * at once.
   *
   * @param task see {@link ModelTask}
   * @return the model that is in use now
   * @throws NotFoundException if no other model was in use before, or it is not installed any more
   * @throws IOException if the choice cannot be written
   */
  public String rollBack(String task) throws IOException {
    String back =
        (successor(task).isPresent() ? choice(task) : previous(task))
            .orElseThrow(
                () -> new NotFoundException("no other model was in use for " + task + " before"));
    use(back);
    return back;
  }

  /**
   * Notes that a server keeps and searches results of a model, so that another does not simply take
   * its place.
   *
   * @param spec the model in use, be it by choice or not
   */
  public void keep(ModelSpec spec) {
    remember(spec);
    try {
      if (!spec.id().equals(searched.read().get(spec.task()))) {
        searched.change(byTask -> byTask.put(spec.task(), spec.id()));
      }
    } catch (IOException e) {
      LOG.warn("Cannot record that {} is searched: {}", spec.id(), e.toString());
    }
  }

  /**
   * Makes an intact model the one in use for its task, also for other processes on this folder.
   * Results of another model are not looked at any more from here on, be there new ones or not.
   *
   * @param id of the model
   * @throws NotFoundException if the manifest does not know it or it is not installed
   * @throws IOException if the choice cannot be written
   */
  public void use(String id) throws IOException {
    ModelSpec spec = usable(id);
    Optional<String> before = choice(spec.task()).filter(other -> !other.equals(id));
    if (before.isPresent()) {
      previous.change(byTask -> byTask.put(spec.task(), before.get()));
    }
    wanted.change(byTask -> byTask.put(spec.task(), id));
    choices.change(byTask -> byTask.put(spec.task(), id));
    if (spec.task().equals(ModelTask.CLIP_EMBEDDING)) {
      usePaired(spec);
    }
  }

  /** Words are compared with the vectors of pictures, so their model goes with the pictures'. */
  private void usePaired(ModelSpec pictures) throws IOException {
    for (ModelSpec words : manifest.fullModels(ModelTask.CLIP_TEXT)) {
      if (words.pairsWith().equals(pictures.id()) && state(words) instanceof ServingModel.Ready) {
        choices.change(byTask -> byTask.put(words.task(), words.id()));
      }
    }
  }

  private ModelSpec usable(String id) {
    ModelSpec spec =
        manifest
            .find(id)
            .orElseThrow(() -> new NotFoundException("the manifest knows no model " + id));
    if (state(spec) instanceof ServingModel.Waiting waiting) {
      throw new NotFoundException("model " + id + " cannot be used: " + waiting.reason());
    }
    return spec;
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
      if (choice(spec.task()).isEmpty()) {
        choices.change(byTask -> byTask.putIfAbsent(spec.task(), spec.id()));
      }
    } catch (IOException e) {
      LOG.warn("Cannot record that {} serves {}: {}", spec.id(), spec.task(), e.toString());
    }
  }
}
