package dev.minsight.insight;

import dev.minsight.ml.VisionModels;
import dev.minsight.support.RetryableException;
import dev.minsight.vectors.CollectionSpec;
import dev.minsight.vectors.CollectionState;
import dev.minsight.vectors.VectorIndex;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Keeps each collection of the vector index true to the table of vectors: the right model, the
 * right count. Whatever is wrong with a collection, the answer is to build it again.
 */
@Component
public class VectorCollections {

  private static final Logger LOG = LoggerFactory.getLogger(VectorCollections.class);

  private final VectorIndex index;
  private final Embeddings embeddings;
  private final VisionModels models;
  private final TransactionTemplate read;
  private final Map<VectorKind, CollectionSpec> open = new ConcurrentHashMap<>();
  private volatile boolean checked;

  VectorCollections(
      VectorIndex index,
      Embeddings embeddings,
      VisionModels models,
      PlatformTransactionManager transactions) {
    this.index = index;
    this.embeddings = embeddings;
    this.models = models;
    this.read = new TransactionTemplate(transactions);
    this.read.setReadOnly(true);
  }

  /**
   * Opens the collections of the models that serve now and checks them; a task without a model is
   * left until it has one.
   */
  public void openAll() {
    for (VectorKind kind : VectorKind.values()) {
      try {
        var spec = models.serving(kind.task());
        ensure(kind, spec.id(), spec.output().dimension());
      } catch (RetryableException e) {
        LOG.warn("Collection {} waits: {}", kind.collection(), e.getMessage());
      }
    }
    checked = true;
  }

  /**
   * @return whether the collections were compared with the database since the start
   */
  public boolean checked() {
    return checked;
  }

  /**
   * Makes sure that a collection holds the vectors of a model.
   *
   * @param kind which collection
   * @param modelId the model that serves
   * @param dimension of its vectors
   */
  public synchronized void ensure(VectorKind kind, String modelId, int dimension) {
    CollectionSpec spec = new CollectionSpec(kind.collection(), modelId, dimension);
    if (spec.equals(open.get(kind))) {
      return;
    }
    index.open(spec);
    CollectionState state = index.state(kind.collection());
    long wanted = embeddings.count(kind, modelId);
    if (!state.ready()
        || index.count(kind.collection()) != wanted
        || Embeddings.checksum(index.ids(kind.collection()))
            != embeddings.checksum(kind, modelId)) {
      LOG.info("Building {} from {} stored vectors of {}", kind.collection(), wanted, modelId);
      read.executeWithoutResult(tx -> rebuild(kind, spec));
    }
    open.put(kind, spec);
  }

  private void rebuild(VectorKind kind, CollectionSpec spec) {
    try (Stream<Embeddings.Stored> all = embeddings.all(kind, spec.modelId())) {
      index.rebuild(
          spec, all.map(stored -> new VectorIndex.Entry(stored.subjectId(), stored.vector())));
    }
  }

  /**
   * @return by collection, what is wrong with it; empty when all is well
   */
  public Map<String, String> problems() {
    Map<String, String> problems = new LinkedHashMap<>();
    open.keySet()
        .forEach(
            kind -> {
              CollectionState state = index.state(kind.collection());
              if (!state.ready()) {
                problems.put(kind.collection(), state.reason());
              }
            });
    return problems;
  }

  /**
   * @param kind which collection
   * @return the model whose vectors it holds; empty when it was never opened
   */
  Optional<String> modelOf(VectorKind kind) {
    return Optional.ofNullable(open.get(kind)).map(CollectionSpec::modelId);
  }

  /**
   * @param kind which collection
   * @return whether it was opened, that is, whether a model ever served
   */
  public boolean isOpen(VectorKind kind) {
    return open.containsKey(kind);
  }
}
