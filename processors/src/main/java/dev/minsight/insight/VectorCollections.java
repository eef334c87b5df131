package dev.minsight.insight;

import dev.minsight.ml.ModelSpec;
import dev.minsight.ml.VisionModels;
import dev.minsight.vectors.CollectionSpec;
import dev.minsight.vectors.CollectionState;
import dev.minsight.vectors.VectorIndex;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Keeps each collection of the vector index true to the table of vectors: the right model, the
 * right count. Whatever is wrong with a collection, the answer is to build it again.
 *
 * <p>A collection holds the vectors of one model, that in use; the vectors of others are only in
 * the table. Who saves a vector and puts it into a collection does so {@linkplain #steadily between
 * two changes} of the model, so that a change, which builds the collection from the table, finds
 * every vector either in the table or yet to come. Searches wait for nobody.
 */
@Component
public class VectorCollections {

  private static final Logger LOG = LoggerFactory.getLogger(VectorCollections.class);

  private final VectorIndex index;
  private final Embeddings embeddings;
  private final VisionModels models;
  private final TransactionTemplate read;
  private final Map<VectorKind, CollectionSpec> open = new ConcurrentHashMap<>();
  private final Set<VectorKind> strays = ConcurrentHashMap.newKeySet();

  /** Read: somebody relies on the models of the collections. Write: one of them changes. */
  private final ReadWriteLock changing = new ReentrantReadWriteLock();

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
   * Opens the collections of the models in use and checks them; a task without a model is left
   * until it has one. What was described before stays searchable while the model itself is away.
   */
  public void openAll() {
    for (VectorKind kind : VectorKind.values()) {
      follow(kind);
    }
    checked = true;
  }

  /**
   * Makes sure that a collection is that of the model in use; it may have been chosen by another
   * process.
   *
   * @param kind which collection
   */
  void follow(VectorKind kind) {
    models
        .store()
        .inUse(kind.task())
        .filter(model -> !serves(kind, model.id()))
        .ifPresent(model -> exchange(kind, model, () -> true));
  }

  /**
   * Changes the model of a collection, if it is to be: nobody saves a vector of this process
   * between the decision and the change.
   *
   * @param kind which collection
   * @param model whose vectors it is to hold
   * @param decision whether it is; may write
   * @return the decision
   */
  boolean exchange(VectorKind kind, ModelSpec model, BooleanSupplier decision) {
    changing.writeLock().lock();
    try {
      if (!decision.getAsBoolean()) {
        return false;
      }
      open(kind, model.id(), model.output().dimension());
      models.store().keep(model);
      return true;
    } finally {
      changing.writeLock().unlock();
    }
  }

  /**
   * Does what relies on the models of the collections; none changes meanwhile.
   *
   * @param kind which collection
   * @param modelId model of the vectors at hand
   * @param work is told whether that model is the collection's
   */
  void steadily(VectorKind kind, String modelId, Consumer<Boolean> work) {
    if (!serves(kind, modelId)) {
      follow(kind);
    }
    changing.readLock().lock();
    try {
      boolean serves = serves(kind, modelId);
      work.accept(serves);
      if (!serves) {
        strays.add(kind); // what is left to do for the model in use is found by ModelUpgrades
      }
    } finally {
      changing.readLock().unlock();
    }
  }

  /**
   * @param kind which collection
   * @return whether vectors of a model that is not the collection's were saved since last asked
   */
  boolean takeStrays(VectorKind kind) {
    return strays.remove(kind);
  }

  /**
   * @param task whose vectors they are, see {@link dev.minsight.ml.ModelTask}
   * @param modelId a model
   * @return whether the collection of the task holds this model's vectors
   */
  public boolean serves(String task, String modelId) {
    return VectorKind.of(task).filter(kind -> serves(kind, modelId)).isPresent();
  }

  private boolean serves(VectorKind kind, String modelId) {
    CollectionSpec now = open.get(kind);
    return now != null && now.modelId().equals(modelId);
  }

  /**
   * Puts a vector into its collection; to be called {@linkplain #steadily while the model stays}.
   *
   * @param kind which collection, which holds the vectors of its model
   * @param id entity or face
   * @param vector of length 1
   */
  void put(VectorKind kind, long id, float[] vector) {
    index.upsert(kind.collection(), id, vector);
  }

  /**
   * @return whether the collections were compared with the database since the start
   */
  public boolean checked() {
    return checked;
  }

  private void open(VectorKind kind, String modelId, int dimension) {
    CollectionSpec spec = new CollectionSpec(kind.collection(), modelId, dimension);
    if (spec.equals(open.get(kind))) {
      return;
    }
    long wanted = embeddings.count(kind, modelId);
    // One that is in use is not opened anew: it answers as it is until the other is there.
    boolean first = !isOpen(kind);
    if (first) {
      index.open(spec);
    }
    if (!first
        || !index.state(kind.collection()).ready()
        || index.count(kind.collection()) != wanted) {
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
   * @return whether it was opened, that is, whether a model ever served
   */
  public boolean isOpen(VectorKind kind) {
    return open.containsKey(kind);
  }
}
