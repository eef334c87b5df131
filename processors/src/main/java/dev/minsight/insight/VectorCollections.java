package dev.minsight.insight;

import dev.minsight.ml.ModelSpec;
import dev.minsight.ml.VisionModels;
import dev.minsight.support.RetryableException;
import dev.minsight.vectors.CollectionSpec;
import dev.minsight.vectors.CollectionState;
import dev.minsight.vectors.CollectionState.Condition;
import dev.minsight.vectors.VectorIndex;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Keeps each collection of the vector index true to the table of vectors: the right model, the
 * right count. Whatever is wrong with a collection, at start or later, the answer is to build it
 * again; only what somebody else made is left until a human says so.
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
  private final Map<VectorKind, Object> turns = new EnumMap<>(VectorKind.class);

  /** By kind, how many vectors too many the last comparison found; negative for too few. */
  private final Map<VectorKind, Long> differences = new ConcurrentHashMap<>();

  /** By kind, what was last logged: an outage of an hour is one line, not a thousand. */
  private final Map<VectorKind, String> complaints = new ConcurrentHashMap<>();

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
    Stream.of(VectorKind.values()).forEach(kind -> turns.put(kind, new Object()));
  }

  /**
   * A collection and what it should hold.
   *
   * @param state of the collection in the index
   * @param stored vectors of its model in the database
   */
  public record Report(CollectionState state, long stored) {}

  /**
   * Opens the collections of the models in use and checks them; a task without a model is left
   * until it has one, an index that is away until it is back. What was described before stays
   * searchable while the model itself is away.
   */
  public void openAll() {
    Stream.of(VectorKind.values()).forEach(kind -> tryTo(kind, () -> follow(kind)));
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
      hold(kind, new CollectionSpec(kind.collection(), model.id(), model.output().dimension()));
      models.store().keep(model);
      return true;
    } finally {
      changing.writeLock().unlock();
    }
  }

  /** One that is in use is not opened anew: it answers as it is until the other is there. */
  private void hold(VectorKind kind, CollectionSpec spec) {
    synchronized (turns.get(kind)) {
      CollectionSpec now = open.get(kind);
      if (now == null || spec.equals(now) || !index.state(spec.name()).ready()) {
        mend(kind, spec);
      } else {
        build(kind, spec, "this model takes over");
        open.put(kind, spec);
      }
    }
  }

  /**
   * Does what relies on the models of the collections; none changes meanwhile.
   *
   * @param kind which collection
   * @param modelId model of the vectors at hand
   * @param work is told whether that model is the collection's
   * @throws RetryableException the collection cannot be used now, and why
   */
  void steadily(VectorKind kind, String modelId, Consumer<Boolean> work) {
    if (!serves(kind, modelId)) {
      follow(kind);
    }
    mendIfBroken(kind);
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
   * @return whether the collections were compared with the database since the start
   */
  public boolean checked() {
    return checked;
  }

  /** Opens a collection anew, and builds it again when it is not as the database says. */
  private void mend(VectorKind kind, CollectionSpec spec) {
    index.open(spec);
    open.put(kind, spec);
    CollectionState state = index.state(spec.name());
    if (state.condition() == Condition.UNREACHABLE || state.condition() == Condition.FOREIGN) {
      throw new RetryableException("collection " + spec.name() + ": " + state.reason());
    }
    if (!state.ready()) {
      build(kind, spec, state.reason());
    } else if (!holdsAll(kind, spec)) {
      build(kind, spec, "it has others than the database");
    }
    if (complaints.remove(kind) != null) {
      LOG.info("Collection {} can be used again", spec.name());
    }
  }

  /** All ids of a large collection take a while to read: only when their number is right. */
  private boolean holdsAll(VectorKind kind, CollectionSpec spec) {
    return index.count(spec.name()) == embeddings.count(kind, spec.modelId())
        && Embeddings.checksum(index.ids(spec.name())) == embeddings.checksum(kind, spec.modelId());
  }

  private void build(VectorKind kind, CollectionSpec spec, String reason) {
    LOG.info(
        "Building {} from {} stored vectors of {}: {}",
        spec.name(),
        embeddings.count(kind, spec.modelId()),
        spec.modelId(),
        reason);
    differences.remove(kind);
    read.executeWithoutResult(
        tx -> {
          try (Stream<Embeddings.Stored> all = embeddings.all(kind, spec.modelId())) {
            index.rebuild(
                spec,
                all.map(stored -> new VectorIndex.Entry(stored.subjectId(), stored.vector())));
          }
        });
  }

  /** Mends what somebody deleted, cut or emptied, and what was away, without being asked. */
  @Scheduled(fixedDelay = 2000)
  void mendBroken() {
    open.keySet().forEach(kind -> tryTo(kind, () -> mendIfBroken(kind)));
  }

  private void mendIfBroken(VectorKind kind) {
    CollectionSpec spec = open.get(kind);
    if (spec == null || index.state(spec.name()).ready()) {
      return;
    }
    synchronized (turns.get(kind)) {
      CollectionState state = index.state(spec.name());
      if (state.condition() == Condition.FOREIGN) {
        throw new RetryableException("collection " + spec.name() + ": " + state.reason());
      }
      if (!state.ready()) {
        mend(kind, open.get(kind));
      }
    }
  }

  /**
   * Compares the index with the database. Between a write to one and to the other they differ for a
   * moment, so only what differs by the same number twice is wrong.
   */
  @Scheduled(
      fixedDelayString = "${minsight.vectors-options.check-every}",
      initialDelayString = "${minsight.vectors-options.check-every}")
  void compare() {
    if (checked) {
      Stream.of(VectorKind.values())
          .filter(kind -> !open.containsKey(kind))
          .forEach(kind -> tryTo(kind, () -> follow(kind)));
    }
    open.forEach((kind, spec) -> tryTo(kind, () -> compare(kind, spec)));
  }

  private void compare(VectorKind kind, CollectionSpec spec) {
    if (index.state(spec.name()).condition() == Condition.FOREIGN) {
      index.open(spec); // perhaps it was removed
    }
    if (!index.state(spec.name()).ready()) {
      return;
    }
    long difference = index.count(spec.name()) - embeddings.count(kind, spec.modelId());
    Long before = differences.put(kind, difference);
    if (difference != 0 && before != null && before == difference) {
      LOG.warn("Collection {} has {} vectors too many (+) or too few", spec.name(), difference);
      synchronized (turns.get(kind)) {
        mend(kind, spec);
      }
    }
  }

  private void tryTo(VectorKind kind, Runnable work) {
    try {
      work.run();
    } catch (RetryableException e) {
      complain(kind, e.getMessage());
    } catch (RuntimeException e) {
      if (complain(kind, e.toString())) {
        LOG.debug("Collection {}", kind.collection(), e);
      }
    }
  }

  private boolean complain(VectorKind kind, String reason) {
    boolean news = !reason.equals(complaints.put(kind, reason));
    if (news) {
      LOG.warn("Collection {} waits: {}", kind.collection(), reason);
    }
    return news;
  }

  /**
   * Builds a collection again, also one that somebody else made. Until it is done the old content
   * answers.
   *
   * @param kind which collection
   */
  public void rebuild(VectorKind kind) {
    CollectionSpec spec = open.get(kind);
    if (spec == null) {
      throw new RetryableException(
          "collection %s is not open: no model of %s serves"
              .formatted(kind.collection(), kind.task()));
    }
    synchronized (turns.get(kind)) {
      build(kind, spec, "somebody asked for it");
      complaints.remove(kind);
    }
  }

  /**
   * @return by collection, what is wrong with it; empty when all is well
   */
  public Map<String, String> problems() {
    Map<String, String> problems = new LinkedHashMap<>();
    states().stream()
        .filter(state -> !state.ready())
        .forEach(state -> problems.put(state.name(), state.reason()));
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
   * @return why it cannot be used, empty when it can or was never opened
   */
  public Optional<String> problem(VectorKind kind) {
    return isOpen(kind)
        ? Optional.of(index.state(kind.collection()))
            .filter(state -> !state.ready())
            .map(CollectionState::reason)
        : Optional.empty();
  }

  /**
   * @return how each open collection is
   */
  public List<CollectionState> states() {
    return Stream.of(VectorKind.values())
        .filter(this::isOpen)
        .map(kind -> index.state(kind.collection()))
        .toList();
  }

  /**
   * @return the same, beside what the database has
   */
  public List<Report> reports() {
    List<Report> reports = new ArrayList<>();
    for (VectorKind kind : VectorKind.values()) {
      CollectionSpec spec = open.get(kind);
      if (spec != null) {
        reports.add(new Report(index.state(spec.name()), embeddings.count(kind, spec.modelId())));
      }
    }
    return reports;
  }

  /**
   * @param kind which collection
   * @return whether it was opened, that is, whether a model ever served
   */
  public boolean isOpen(VectorKind kind) {
    return open.containsKey(kind);
  }
}
