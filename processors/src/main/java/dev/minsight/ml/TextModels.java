package dev.minsight.ml;

import dev.minsight.support.RetryableException;
import java.io.IOException;
import java.util.List;

/**
 * Words to vectors in the space of pictures. Which text model does it is settled by the model that
 * described the pictures: only its counterpart speaks of the same things with the same numbers.
 */
public final class TextModels {

  private final ModelStore store;
  private final InferenceEngine engine;

  /** The tokenizer of the vocabulary that was used last. */
  private volatile Loaded loaded;

  private record Loaded(String stamp, ClipTokenizer tokenizer) {}

  /**
   * @param store says which models are there
   * @param engine runs them
   */
  public TextModels(ModelStore store, InferenceEngine engine) {
    this.store = store;
    this.engine = engine;
  }

  /**
   * @param pictures id of the model whose vectors are to be searched
   * @return its counterpart for words, or why there is none and which command gets it
   */
  public ServingModel counterpart(String pictures) {
    List<ModelSpec> known = store.manifest().fullModels(ModelTask.CLIP_TEXT);
    List<ModelSpec> fitting =
        known.stream().filter(model -> model.pairsWith().equals(pictures)).toList();
    for (ModelSpec model : fitting) {
      if (store.state(model) instanceof ServingModel.Ready ready) {
        return ready;
      }
    }
    if (fitting.isEmpty()) {
      return new ServingModel.Waiting(unpaired(pictures, known));
    }
    ModelSpec wanted = fitting.get(0);
    return new ServingModel.Waiting(
        "Search by words needs the text model %s. To get it, run: ./minsight models pull %s%s"
            .formatted(
                wanted.id(),
                wanted.preferred() ? ModelTask.CLIP_TEXT : wanted.id(),
                store.isPresent(wanted)
                    ? " (" + ((ServingModel.Waiting) store.state(wanted)).reason() + ")"
                    : ""));
  }

  private String unpaired(String pictures, List<ModelSpec> known) {
    String why = "Search by words needs a model of pictures that has a counterpart for words, and ";
    boolean lite = store.manifest().find(pictures).filter(ModelSpec::lite).isPresent();
    return known.stream()
        .findFirst()
        .flatMap(text -> store.manifest().find(text.pairsWith()).map(with -> command(with, text)))
        .map(
            command ->
                why
                    + (lite ? "the bundled " : "")
                    + pictures
                    + " has none. To get both, run: ./minsight models pull "
                    + command)
        .orElse(why + "the manifest has none; see ml-models/models.yaml");
  }

  private static String command(ModelSpec pictures, ModelSpec text) {
    return pictures.preferred() && text.preferred()
        ? pictures.task() + " " + text.task()
        : pictures.id() + " " + text.id();
  }

  /**
   * @param model as {@link #counterpart} gave it
   * @param words any
   * @return their vector, of length 1; what is longer than the model reads is cut
   * @throws RetryableException if the model cannot be loaded, took too long or failed
   */
  public Embedding embed(ServingModel.Ready model, String words) {
    int[] tokens = tokenizer(model).encode(words, model.spec().text().maxTokens());
    return Embedder.embedding(model.spec(), engine.run(model, tokens), true);
  }

  private ClipTokenizer tokenizer(ServingModel.Ready model) {
    ModelFile.OnDisk vocabulary =
        model.companions().stream()
            .findFirst()
            .orElseThrow(
                () ->
                    new RetryableException(
                        "the manifest names no vocabulary among the companions of model "
                            + model.spec().id()));
    Loaded known = loaded;
    if (known == null || !known.stamp().equals(vocabulary.stamp())) {
      try {
        known = new Loaded(vocabulary.stamp(), ClipTokenizer.load(vocabulary.path()));
      } catch (IOException e) {
        throw new RetryableException(
            "the vocabulary of model " + model.spec().id() + " cannot be read: " + e.getMessage(),
            e);
      }
      loaded = known;
    }
    return known.tokenizer();
  }
}
