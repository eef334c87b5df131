package dev.minsight.workflow;

import java.util.function.Supplier;
import org.camunda.bpm.engine.OptimisticLockingException;

/**
 * Two who change one process at the same moment: the engine lets one of them win and rolls the
 * other back, which then simply tries again. The steps of our processes bear that.
 */
final class Collisions {

  private static final int MOST = 10;

  private Collisions() {}

  /**
   * Does work until it meets nobody else.
   *
   * @param work a command of the engine, not part of a larger one
   * @throws OptimisticLockingException when it never got through
   */
  static void retried(Runnable work) {
    retried(
        () -> {
          work.run();
          return null;
        });
  }

  /** As {@link #retried(Runnable)}, with a result. */
  static <T> T retried(Supplier<T> work) {
    for (int attempt = 1; ; attempt++) {
      try {
        return work.get();
      } catch (OptimisticLockingException e) {
        if (attempt == MOST) {
          throw e;
        }
      }
    }
  }
}
