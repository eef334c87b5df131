package dev.minsight.vectors;

import dev.minsight.support.RetryableException;
import dev.minsight.vectors.CollectionState.Condition;
import dev.minsight.vectors.VectorIndex.Entry;
import dev.minsight.vectors.VectorIndex.Hit;
import io.qdrant.client.grpc.Collections.AliasDescription;
import io.qdrant.client.grpc.Collections.AliasOperations;
import io.qdrant.client.grpc.Collections.CollectionInfo;
import io.qdrant.client.grpc.Collections.CreateAlias;
import io.qdrant.client.grpc.Collections.DeleteAlias;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.LongFunction;
import java.util.function.LongPredicate;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One collection on a Qdrant server: verified before its first use, and again after the server was
 * away or said that it changed. A rebuild fills a new collection beside and then lets the alias
 * point to it.
 */
final class QdrantCollection implements VectorCollection {

  private static final Logger LOG = LoggerFactory.getLogger(QdrantCollection.class);

  /** Vectors sent together while rebuilding. */
  private static final int BATCH = 500;

  /** So long after the server did not answer nobody else waits for it. */
  private static final long REST_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final QdrantCalls calls;
  private final LongFunction<Map<String, Long>> payload;
  private final QdrantNames names;
  private final QdrantPoints points;

  /** Writers share it; who lets the alias point elsewhere has it alone. */
  private final ReadWriteLock switching = new ReentrantReadWriteLock();

  private final ReentrantLock rebuilding = new ReentrantLock();

  private volatile Status status;

  /** Writes since the running rebuild began; null when none runs. */
  private volatile Overlay overlay;

  /**
   * @param since when it came about; of {@link System#nanoTime}
   */
  private record Status(CollectionSpec spec, Condition condition, String reason, long since) {}

  /** An absent vector means: delete. */
  private record Overlay(CollectionSpec spec, Map<Long, Optional<float[]>> writes) {}

  QdrantCollection(
      QdrantCalls calls, CollectionSpec spec, LongFunction<Map<String, Long>> payload) {
    this.calls = calls;
    this.payload = payload;
    this.names = new QdrantNames(spec.name());
    this.points = new QdrantPoints(calls, spec.name(), payload);
    note(spec, Condition.UNREACHABLE, "it was not looked at yet");
  }

  private void note(CollectionSpec spec, Condition condition, String reason) {
    status = new Status(spec, condition, reason, System.nanoTime());
  }

  /** Creates what is missing and looks whether what is there fits. */
  @Override
  public synchronized void open(CollectionSpec spec) {
    try {
      verify(spec);
    } catch (RetryableException e) {
      note(spec, Condition.UNREACHABLE, e.getMessage());
    }
  }

  private void verify(CollectionSpec spec) {
    Optional<String> target = target();
    List<String> collections = calls.send(client -> client.listCollectionsAsync());
    if (target.isEmpty() && !collections.contains(spec.name())) {
      String first = names.next(spec.modelId(), collections);
      calls.send(client -> client.createCollectionAsync(QdrantShape.create(first, spec)));
      calls.send(client -> client.createAliasAsync(spec.name(), first));
      note(spec, Condition.READY, "");
      return;
    }
    String real = target.orElse(spec.name());
    CollectionInfo info = calls.send(client -> client.getCollectionInfoAsync(real));
    Optional<QdrantNames.Own> own = names.parse(real);
    Optional<String> mismatch = QdrantShape.mismatch(info, spec);
    if (own.isEmpty()) {
      note(
          spec,
          Condition.FOREIGN,
          mismatch.orElse("somebody else made it, so nobody knows which model its vectors are of")
              + "; './minsight vectors rebuild "
              + spec.name()
              + "' replaces it");
    } else if (!names.isOf(own.get(), spec.modelId())) {
      note(
          spec,
          Condition.NEEDS_REBUILD,
          "it holds vectors of model %s, but %s is in use"
              .formatted(own.get().model(), spec.modelId()));
    } else if (mismatch.isPresent()) {
      note(spec, Condition.NEEDS_REBUILD, mismatch.get());
    } else {
      note(spec, Condition.READY, "");
    }
  }

  private Optional<String> target() {
    return calls.send(client -> client.listAliasesAsync()).stream()
        .filter(alias -> alias.getAliasName().equals(names.alias()))
        .map(AliasDescription::getCollectionName)
        .findFirst();
  }

  @Override
  public void upsert(long id, float[] vector) {
    switching.readLock().lock();
    try {
      Overlay now = overlay;
      boolean newModel = now != null && !now.spec.equals(status.spec);
      float[] unit = UnitVectors.normalise(newModel ? now.spec : status.spec, vector);
      // A vector made for the new model has no place among those of the old one.
      if (!newModel && (now == null || status.condition == Condition.READY)) {
        use(
            () -> {
              points.upsert(List.of(new Entry(id, unit)));
              return null;
            });
      }
      if (now != null) {
        now.writes.put(id, Optional.of(unit));
      }
    } finally {
      switching.readLock().unlock();
    }
  }

  @Override
  public void delete(long id) {
    switching.readLock().lock();
    try {
      Overlay now = overlay;
      if (now == null || status.condition == Condition.READY) {
        use(
            () -> {
              points.delete(List.of(id));
              return null;
            });
      }
      if (now != null) {
        now.writes.put(id, Optional.empty());
      }
    } finally {
      switching.readLock().unlock();
    }
  }

  @Override
  public Optional<float[]> vector(long id) {
    return use(() -> points.vector(id));
  }

  @Override
  public long count() {
    return use(points::count);
  }

  @Override
  public LongStream ids() {
    return use(points::ids);
  }

  @Override
  public List<Hit> search(float[] query, int limit, float minScore, LongPredicate accept) {
    if (limit < 0 || !(minScore >= 0 && minScore <= 1)) {
      throw new IllegalArgumentException(
          "limit %d, least score %s: use 0 or more, and 0 to 1".formatted(limit, minScore));
    }
    float[] unit = UnitVectors.normalise(status.spec, query);
    if (limit == 0) {
      return List.of();
    }
    return use(
        () -> {
          TopHits top = new TopHits(limit, minScore, accept);
          points.search(unit, minScore, top);
          return top.best();
        });
  }

  @Override
  public CollectionState state() {
    Status now = status;
    if (now.condition == Condition.READY) {
      try {
        return CollectionState.ready(now.spec, count(), "qdrant");
      } catch (RetryableException e) {
        now = status;
      }
    }
    return CollectionState.unusable(now.spec, now.condition, now.reason);
  }

  /** Does something with the collection, if it can be used, and notes when it could not. */
  private <T> T use(Supplier<T> work) {
    Status now = status;
    if (now.condition == Condition.UNREACHABLE && System.nanoTime() - now.since > REST_NANOS) {
      open(now.spec);
      now = status;
    }
    if (now.condition != Condition.READY) {
      throw new RetryableException(
          now.condition == Condition.UNREACHABLE
              ? now.reason
              : "collection %s %s: %s"
                  .formatted(
                      now.spec.name(),
                      now.condition == Condition.FOREIGN ? "cannot be used" : "needs a rebuild",
                      now.reason));
    }
    try {
      return work.get();
    } catch (QdrantCalls.AwayException e) {
      note(now.spec, Condition.UNREACHABLE, e.getMessage());
      throw e;
    } catch (QdrantCalls.ChangedException e) {
      note(now.spec, Condition.NEEDS_REBUILD, e.getMessage());
      throw e;
    }
  }

  @Override
  public void rebuild(CollectionSpec spec, Stream<Entry> vectors) {
    if (!rebuilding.tryLock()) {
      throw new RetryableException("collection " + spec.name() + " is being rebuilt already");
    }
    String next = null;
    boolean done = false;
    try {
      startOverlay(spec);
      List<String> collections = calls.send(client -> client.listCollectionsAsync());
      String name = names.next(spec.modelId(), collections);
      next = name;
      calls.send(client -> client.createCollectionAsync(QdrantShape.create(name, spec)));
      QdrantPoints target = new QdrantPoints(calls, name, payload);
      fill(target, spec, vectors);
      replaceBy(name, target, spec);
      done = true;
    } finally {
      overlay = null;
      rebuilding.unlock();
      removeOthers(done ? next : null, done ? null : next);
    }
  }

  private static void fill(QdrantPoints target, CollectionSpec spec, Stream<Entry> vectors) {
    List<Entry> batch = new ArrayList<>();
    for (Iterator<Entry> all = vectors.iterator(); all.hasNext(); ) {
      Entry entry = all.next();
      batch.add(new Entry(entry.id(), UnitVectors.normalise(spec, entry.vector())));
      if (batch.size() == BATCH) {
        target.upsert(batch);
        batch.clear();
      }
    }
    target.upsert(batch);
  }

  private void startOverlay(CollectionSpec spec) {
    switching.writeLock().lock(); // a write in flight would be in neither of the two
    try {
      overlay = new Overlay(spec, new ConcurrentHashMap<>());
    } finally {
      switching.writeLock().unlock();
    }
  }

  private void replaceBy(String name, QdrantPoints target, CollectionSpec spec) {
    switching.writeLock().lock();
    try {
      List<Entry> written = new ArrayList<>();
      List<Long> deleted = new ArrayList<>();
      overlay.writes.forEach(
          (id, vector) ->
              vector.ifPresentOrElse(
                  unit -> written.add(new Entry(id, unit)), () -> deleted.add(id)));
      target.upsert(written);
      target.delete(deleted);
      pointTo(name);
      note(spec, Condition.READY, "");
    } finally {
      switching.writeLock().unlock();
    }
  }

  private void pointTo(String name) {
    List<AliasOperations> steps = new ArrayList<>();
    if (target().isPresent()) {
      steps.add(
          AliasOperations.newBuilder()
              .setDeleteAlias(DeleteAlias.newBuilder().setAliasName(names.alias()))
              .build());
    } else if (calls.send(client -> client.listCollectionsAsync()).contains(names.alias())) {
      // Somebody else's, and whoever may decide that has decided; an alias needs its name.
      calls.send(client -> client.deleteCollectionAsync(names.alias()));
    }
    steps.add(
        AliasOperations.newBuilder()
            .setCreateAlias(
                CreateAlias.newBuilder().setAliasName(names.alias()).setCollectionName(name))
            .build());
    calls.send(client -> client.updateAliasesAsync(steps));
  }

  /**
   * Removes collections of ours that are no longer needed; what cannot be removed now goes next
   * time.
   *
   * @param kept all others go; null when none is new
   * @param failed only this one goes; null when all went well
   */
  private void removeOthers(String kept, String failed) {
    try {
      for (String collection : calls.send(client -> client.listCollectionsAsync())) {
        boolean old = kept != null && !collection.equals(kept);
        if (names.parse(collection).isPresent() && (old || collection.equals(failed))) {
          calls.send(client -> client.deleteCollectionAsync(collection));
        }
      }
    } catch (RetryableException e) {
      LOG.warn("Old collections are left in Qdrant: {}", e.getMessage());
    }
  }
}
