package dev.minsight.workflow;

import java.util.function.Supplier;
import org.camunda.bpm.engine.OptimisticLockingException;
import org.camunda.bpm.engine.ProcessEngineException;

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
   * @throws ProcessEngineException when it failed, or never got through
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
      } catch (ProcessEngineException e) {
        if (attempt == MOST || !collided(e)) {
          throw e;
        }
      }
    }
  }

  /** What a step of a process throws, the engine wraps. */
  private static boolean collided(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof OptimisticLockingException) {
        return true;
      }
    }
    return false;
  }
}
