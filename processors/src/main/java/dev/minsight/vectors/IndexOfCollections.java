package dev.minsight.vectors;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongPredicate;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** An index that hands each call to the collection it is about. */
abstract class IndexOfCollections<C extends VectorCollection> implements VectorIndex {

  private final String place;
  private final Map<String, C> collections = new ConcurrentHashMap<>();
  private volatile boolean closed;

  /**
   * @param place where it is, for messages: "the vector index …"
   */
  IndexOfCollections(String place) {
    this.place = place;
  }

  /** A collection that is about to be opened for the first time. */
  abstract C make(CollectionSpec spec);

  /** Closes what the index holds; called once. */
  abstract void letGo();

  @Override
  public void open(CollectionSpec spec) {
    checkOpen();
    collections.computeIfAbsent(spec.name(), name -> make(spec)).open(spec);
  }

  @Override
  public final void upsert(String collection, long id, float[] vector) {
    collection(collection).upsert(id, vector);
  }

  @Override
  public final void delete(String collection, long id) {
    collection(collection).delete(id);
  }

  @Override
  public final Optional<float[]> vector(String collection, long id) {
    return collection(collection).vector(id);
  }

  @Override
  public final List<Hit> search(
      String collection, float[] query, int limit, float minScore, LongPredicate accept) {
    return collection(collection).search(query, limit, minScore, accept);
  }

  @Override
  public final long count(String collection) {
    return collection(collection).count();
  }

  @Override
  public final LongStream ids(String collection) {
    return collection(collection).ids();
  }

  @Override
  public final void rebuild(CollectionSpec spec, Stream<Entry> vectors) {
    collection(spec.name()).rebuild(spec, vectors);
  }

  @Override
  public final CollectionState state(String collection) {
    return collection(collection).state();
  }

  @Override
  public final synchronized void close() {
    if (!closed) {
      closed = true;
      letGo();
    }
  }

  final Collection<C> collections() {
    return collections.values();
  }

  final void checkOpen() {
    if (closed) {
      throw new IllegalStateException("the vector index " + place + " is closed");
    }
  }

  private C collection(String name) {
    checkOpen();
    C found = collections.get(name);
    if (found == null) {
      throw new IllegalArgumentException("collection " + name + " was not opened");
    }
    return found;
  }
}
