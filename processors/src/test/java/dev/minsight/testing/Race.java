package dev.minsight.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** Several threads that begin at the same moment. */
public final class Race {

  private Race() {}

  /**
   * Runs them all and waits for the last.
   *
   * @param runners one a thread
   * @return what each of them returned
   * @throws Exception what one of them threw
   */
  public static <T> List<T> run(List<Callable<T>> runners) throws Exception {
    CyclicBarrier start = new CyclicBarrier(runners.size());
    ExecutorService threads = Executors.newFixedThreadPool(runners.size());
    try {
      List<Callable<T>> together = new ArrayList<>();
      for (Callable<T> runner : runners) {
        together.add(
            () -> {
              start.await();
              return runner.call();
            });
      }
      List<T> results = new ArrayList<>();
      for (Future<T> result : threads.invokeAll(together)) {
        results.add(result.get());
      }
      return results;
    } finally {
      threads.shutdownNow();
    }
  }

  /**
   * As {@link #run(List)}, with so many of a kind.
   *
   * @param runner makes the n-th, from 0
   */
  public static <T> List<T> run(int count, IntFunction<Callable<T>> runner) throws Exception {
    return run(IntStream.range(0, count).mapToObj(runner).toList());
  }
}
