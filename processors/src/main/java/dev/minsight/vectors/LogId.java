package dev.minsight.vectors;

/**
 * Which of a collection's logs a vector file is. A rebuild begins a new generation; within one, the
 * logs are numbered from 1, and an HNSW index on disk notes the first that it does not contain. So
 * it is seen when any of these files was taken away or comes from another time.
 *
 * @param generation counts rebuilds, from 1
 * @param sequence counts logs of a generation, from 1
 */
record LogId(long generation, long sequence) {

  static final LogId FIRST = new LogId(1, 1);

  LogId next() {
    return new LogId(generation, sequence + 1);
  }
}
