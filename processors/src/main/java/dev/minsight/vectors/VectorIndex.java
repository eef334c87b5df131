package dev.minsight.vectors;

import java.util.List;
import java.util.Optional;
import java.util.function.LongPredicate;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Nearest neighbours of stored vectors, by cosine similarity, in named collections.
 *
 * <p>An index is a cache: the vectors themselves are kept elsewhere, and whoever owns them compares
 * {@link #state} with its own count and model, at start and now and then, and calls {@link
 * #rebuild} when they differ. Vectors are kept with unit length; {@link #vector} returns them so.
 *
 * <p>Every method may be called from any thread. A collection must be {@linkplain #open opened}
 * first, otherwise {@link IllegalArgumentException}. While a collection needs a rebuild or cannot
 * be reached, reads and writes of it throw {@link dev.minsight.support.RetryableException}: a half
 * answer would look like a whole one. A vector of the wrong dimension, with a number that is not
 * finite, or of length zero, is an {@link IllegalArgumentException} that says which.
 */
public interface VectorIndex extends AutoCloseable {

  /**
   * Makes a collection usable, or finds out why it is not; see {@link #state}. A collection that
   * does not exist yet is created empty. One that holds vectors of another model or dimension is
   * left as it is and reported as needing a rebuild.
   *
   * @param spec what the collection is to hold
   */
  void open(CollectionSpec spec);

  /**
   * Adds a vector, or replaces the one with the same id. A search that starts afterwards sees it.
   *
   * @param collection name of an open collection
   * @param id the owner's id of the vector
   * @param vector as many numbers as the collection's dimension; any length but zero
   */
  void upsert(String collection, long id, float[] vector);

  /**
   * Removes a vector; an id that is not there is no error.
   *
   * @param collection name of an open collection
   * @param id the owner's id of the vector
   */
  void delete(String collection, long id);

  /**
   * @param collection name of an open collection
   * @param id the owner's id of the vector
   * @return a copy of the stored vector, of unit length
   */
  Optional<float[]> vector(String collection, long id);

  /**
   * Finds the most similar vectors. A large collection may be searched by a graph, which finds
   * nearly all of them (at least 98 of 100 in the bench); scores and order are always right.
   *
   * @param collection name of an open collection
   * @param query as many numbers as the collection's dimension; need not have unit length
   * @param limit most hits to return, 0 or more
   * @param minScore least score of a hit, 0..1
   * @param accept which ids may be hits; asked about some or all vectors, in no promised order, so
   *     it must be quick and must not depend on earlier questions
   * @return best first, equal scores by ascending id
   */
  List<Hit> search(
      String collection, float[] query, int limit, float minScore, LongPredicate accept);

  /**
   * @param collection name of an open collection
   * @return how many vectors it holds
   */
  long count(String collection);

  /**
   * @param collection name of an open collection
   * @return the ids held at the moment of the call, in no promised order
   */
  LongStream ids(String collection);

  /**
   * Replaces a whole collection, atomically: until the last vector is safely written the old
   * content answers, and a failure or a crash on the way leaves it. Writes that arrive meanwhile
   * are kept and win over the stream, because they are newer than what the stream was read from.
   *
   * @param spec what the collection holds from now on
   * @param vectors all of them; of two entries with one id the later counts. The caller closes it
   */
  void rebuild(CollectionSpec spec, Stream<Entry> vectors);

  /**
   * @param collection name of an open collection
   * @return what it holds and whether it can be used
   */
  CollectionState state(String collection);

  /** Makes every write so far survive a loss of power. */
  void flush();

  /** Flushes and lets go of files; later calls throw {@link IllegalStateException}. */
  @Override
  void close();

  /**
   * A found vector.
   *
   * @param id the owner's id
   * @param score cosine similarity, clamped to 0..1
   */
  record Hit(long id, float score) {}

  /**
   * A vector to index. The array is not copied.
   *
   * @param id the owner's id
   * @param vector the numbers
   */
  record Entry(long id, float[] vector) {}
}
