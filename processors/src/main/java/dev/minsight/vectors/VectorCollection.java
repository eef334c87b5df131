package dev.minsight.vectors;

import dev.minsight.vectors.VectorIndex.Entry;
import dev.minsight.vectors.VectorIndex.Hit;
import java.util.List;
import java.util.Optional;
import java.util.function.LongPredicate;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** One collection of a {@link VectorIndex}, whose methods of the same names say what these do. */
interface VectorCollection {

  void open(CollectionSpec spec);

  void upsert(long id, float[] vector);

  void delete(long id);

  Optional<float[]> vector(long id);

  List<Hit> search(float[] query, int limit, float minScore, LongPredicate accept);

  long count();

  LongStream ids();

  void rebuild(CollectionSpec spec, Stream<Entry> vectors);

  CollectionState state();
}
