package dev.minsight.ml;

import dev.minsight.support.ConfigurationException;
import dev.minsight.support.NotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The models mInsight knows: {@code ml-models/models.yaml}. A file in the working directory wins
 * over the one packaged with the program, so an operator can add a model without a build.
 */
public final class ModelManifest {

  private static final String RESOURCE = "ml-models/models.yaml";

  private final List<ModelSpec> models;
  private final Path folder;

  private ModelManifest(List<ModelSpec> models, Path folder) {
    this.models = List.copyOf(models);
    this.folder = folder;
  }

  /**
   * Loads {@code ml-models/models.yaml} below a directory, or the packaged one where there is none.
   *
   * @param workingDirectory usually that of the process
   * @return the valid manifest
   * @throws ConfigurationException with all that is wrong in it
   */
  public static ModelManifest locate(Path workingDirectory) {
    Path file = workingDirectory.resolve(RESOURCE);
    return Files.isRegularFile(file) ? load(file) : packaged();
  }

  /**
   * Loads a manifest file; bundled models are looked for in {@code lite/} beside it first.
   *
   * @param file the YAML file
   * @return the valid manifest
   * @throws ConfigurationException if it cannot be read, or with all that is wrong in it
   */
  public static ModelManifest load(Path file) {
    try (InputStream yaml = Files.newInputStream(file)) {
      return new ModelManifest(
          ManifestReader.read(file.toString(), yaml), file.toAbsolutePath().getParent());
    } catch (IOException e) {
      throw new ConfigurationException("model manifest " + file + " cannot be read: " + e, e);
    }
  }

  /**
   * Loads the manifest packaged with the program.
   *
   * @return the valid manifest
   * @throws ConfigurationException if it is missing, or with all that is wrong in it
   */
  public static ModelManifest packaged() {
    try (InputStream yaml = ModelManifest.class.getClassLoader().getResourceAsStream(RESOURCE)) {
      if (yaml == null) {
        throw new ConfigurationException("the program lacks its model manifest " + RESOURCE);
      }
      return new ModelManifest(ManifestReader.read("packaged " + RESOURCE, yaml), null);
    } catch (IOException e) {
      throw new ConfigurationException("packaged " + RESOURCE + " cannot be read: " + e, e);
    }
  }

  /**
   * @return all models in the order of the file
   */
  public List<ModelSpec> models() {
    return models;
  }

  /**
   * @return the tasks that have a model, in the order of the file
   */
  public List<String> tasks() {
    return models.stream().map(ModelSpec::task).distinct().toList();
  }

  /**
   * @param id of a model
   * @return the model, if the manifest knows it
   */
  public Optional<ModelSpec> find(String id) {
    return models.stream().filter(model -> model.id().equals(id)).findFirst();
  }

  /**
   * Finds a model by what people call it.
   *
   * @param task a task
   * @param name id of one of its models, or the beginning of just one
   * @return the model
   * @throws NotFoundException if none is meant
   * @throws ConfigurationException if more than one is
   */
  public ModelSpec resolve(String task, String name) {
    Optional<ModelSpec> exact = find(name).filter(model -> model.task().equals(task));
    List<ModelSpec> meant =
        exact
            .map(List::of)
            .orElseGet(
                () ->
                    models.stream()
                        .filter(model -> model.task().equals(task) && model.id().startsWith(name))
                        .toList());
    if (meant.isEmpty() || name.isEmpty()) {
      throw new NotFoundException(
          "the manifest knows no model " + name + " for " + task + " (see: minsight models list)");
    }
    if (meant.size() > 1) {
      throw new ConfigurationException(
          name
              + " may be "
              + meant.stream().map(ModelSpec::id).collect(Collectors.joining(" or "))
              + "; say more of the name");
    }
    return meant.get(0);
  }

  /**
   * @param task a task
   * @return its full models, the preferred one first
   */
  public List<ModelSpec> fullModels(String task) {
    return models.stream()
        .filter(model -> model.task().equals(task) && !model.lite())
        .sorted(Comparator.comparing(ModelSpec::preferred).reversed())
        .toList();
  }

  /**
   * @param task a task
   * @return the full model installed when only the task is named
   */
  public Optional<ModelSpec> preferred(String task) {
    return fullModels(task).stream().findFirst().filter(ModelSpec::preferred);
  }

  /**
   * @param task a task
   * @return the bundled model of the task
   */
  public Optional<ModelSpec> lite(String task) {
    return models.stream().filter(model -> model.task().equals(task) && model.lite()).findFirst();
  }

  /**
   * @return the folder the manifest came from; empty for the packaged one
   */
  Optional<Path> folder() {
    return Optional.ofNullable(folder);
  }
}
