package dev.minsight.app;

import dev.minsight.ml.ModelInstaller;
import dev.minsight.ml.ModelManifest;
import dev.minsight.ml.ModelPart;
import dev.minsight.ml.ModelSpec;
import dev.minsight.ml.ModelStore;
import dev.minsight.ml.ServingModel;
import dev.minsight.support.NotFoundException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * {@code models pull}: installs models and settles which one its task uses.
 *
 * <p>A model named by its id is chosen, as by {@code models use}. Otherwise an intact choice of a
 * full model stays as it is, because everything would have to be described anew; with no such
 * choice the default model is chosen, or the alternative that is there.
 */
final class ModelsPull {

  private static final long PROGRESS_BYTES = 8_000_000;

  private final ModelStore store;
  private final ModelManifest manifest;
  private final ModelInstaller installer;
  private final PrintWriter out;
  private final PrintWriter err;

  /** Bytes of the current download when progress was last told. */
  private long told;

  ModelsPull(ModelStore store, PrintWriter out, PrintWriter err) {
    this.store = store;
    this.manifest = store.manifest();
    this.installer = new ModelInstaller(store);
    this.out = out;
    this.err = err;
  }

  void download(List<String> names) throws IOException, InterruptedException {
    for (ModelSpec model : defaults(names.isEmpty() ? manifest.tasks() : names)) {
      if (store.verify(model) instanceof ServingModel.Ready) {
        out.println(model.id() + " is installed already");
      } else {
        installer.download(model, this::progress);
        out.println(model.id() + " installed");
      }
      settle(model.task(), List.of(model), names.contains(model.id()));
    }
  }

  void importFrom(Path folder, List<String> names) throws IOException {
    List<ModelSpec> found = installer.importFrom(folder, candidates(names));
    if (found.isEmpty()) {
      throw new NotFoundException(
          "no file in " + folder + " is a model of the manifest (they are known by SHA-256)");
    }
    for (ModelSpec model : found) {
      if (store.state(model) instanceof ServingModel.Waiting incomplete) {
        throw new NotFoundException(incomplete.reason() + "; " + folder + " does not have it");
      }
      out.println(model.id() + " installed from " + folder);
    }
    Set<String> tasks = new LinkedHashSet<>();
    found.forEach(model -> tasks.add(model.task()));
    for (String task : tasks) {
      List<ModelSpec> ofTask = found.stream().filter(m -> m.task().equals(task)).toList();
      Optional<ModelSpec> named = ofTask.stream().filter(m -> names.contains(m.id())).findFirst();
      settle(task, named.map(List::of).orElse(ofTask), named.isPresent());
    }
  }

  /** The models to download: those named by id, and the default ones of the tasks named. */
  private List<ModelSpec> defaults(List<String> names) {
    List<ModelSpec> models = new ArrayList<>();
    for (String name : names) {
      Optional<ModelSpec> model =
          manifest.find(name).filter(m -> !m.lite()).or(() -> manifest.preferred(name));
      models.add(model.orElseThrow(() -> unknown(name)));
    }
    return models;
  }

  /** The models to look for in a folder: those named, all of the tasks named, or all. */
  private List<ModelSpec> candidates(List<String> names) {
    for (String name : names) {
      if (manifest.find(name).isEmpty() && manifest.fullModels(name).isEmpty()) {
        throw unknown(name);
      }
    }
    return manifest.models().stream()
        .filter(model -> !model.lite())
        .filter(
            model -> names.isEmpty() || names.contains(model.id()) || names.contains(model.task()))
        .toList();
  }

  private void settle(String task, List<ModelSpec> installed, boolean named) throws IOException {
    Optional<ModelSpec> current = store.choice(task).flatMap(manifest::find);
    // The bundled model is in use because there was no other, unless somebody said so.
    boolean lite = current.filter(ModelSpec::lite).isPresent() && store.wanted(task).isEmpty();
    boolean intact =
        !lite && current.filter(m -> store.state(m) instanceof ServingModel.Ready).isPresent();
    ModelSpec best =
        installed.stream().filter(ModelSpec::preferred).findFirst().orElse(installed.get(0));
    if (intact && !named) {
      if (!current.get().id().equals(best.id())) {
        out.println(
            task
                + " keeps using "
                + current.get().id()
                + " (to change: minsight models use "
                + task
                + "="
                + best.id()
                + ")");
      }
      return;
    }
    boolean useless = !lite && !intact;
    if (useless) {
      store.use(best.id()); // there is nothing to wait for
    } else if (!store.request(best.id())) {
      out.println(
          task
              + " goes on using "
              + current.get().id()
              + " until everything is described by "
              + best.id());
      return;
    }
    Optional<ModelSpec> preferred = manifest.preferred(task).filter(m -> !m.equals(best));
    out.println(
        task
            + " now uses "
            + best.id()
            + preferred
                .filter(m -> !named)
                .map(m -> ", an alternative: the default " + m.id() + " is not there")
                .orElse(""));
  }

  private void progress(ModelSpec model, ModelPart part, long bytes) {
    if (bytes < told || bytes - told >= PROGRESS_BYTES || bytes == part.size()) {
      told = bytes;
      String name = part.equals(model.weights()) ? model.id() : part.file();
      err.printf(
          "%s: %.1f of %.1f MB (%d %%)%n",
          name, bytes / 1e6, part.size() / 1e6, 100 * bytes / part.size());
    }
  }

  private static NotFoundException unknown(String name) {
    return new NotFoundException(
        "the manifest knows no task or full model " + name + " (see: minsight models list)");
  }
}
