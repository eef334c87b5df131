package dev.minsight.store;

import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * One thing at a time per key. A fixed number of locks stands for all keys, so that nothing grows
 * with use; two keys may by chance wait for each other, which is harmless as long as no work under
 * one key asks for another.
 *
 * @param <K> keys with a good hash
 */
final class Locks<K> {

  private static final int COUNT = 64;

  private final Lock[] locks =
      IntStream.range(0, COUNT).mapToObj(i -> new ReentrantLock()).toArray(Lock[]::new);

  /** Does the work while nobody else works under the same key. */
  <T> T with(K key, Supplier<T> work) {
    int hash = key.hashCode();
    Lock lock = locks[(hash ^ hash >>> 16) & (COUNT - 1)];
    lock.lock();
    try {
      return work.get();
    } finally {
      lock.unlock();
    }
  }
}
