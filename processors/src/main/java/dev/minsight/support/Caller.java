package dev.minsight.support;

import java.util.function.Supplier;

/**
 * On whose behalf the current thread acts; history and decisions note it.
 *
 * @param userId id claim of the token, or null without accounts
 * @param requestId id of the request, or null
 * @param reason why the change is made, or null
 */
public record Caller(String userId, String requestId, String reason) {

  private static final Caller NOBODY = new Caller(null, null, null);
  private static final ThreadLocal<Caller> CURRENT = ThreadLocal.withInitial(() -> NOBODY);

  /**
   * @return the caller of this thread; never null
   */
  public static Caller current() {
    return CURRENT.get();
  }

  /**
   * Runs work on behalf of this caller.
   *
   * @param work what to do
   * @param <T> its result
   * @return the work's result
   */
  public <T> T call(Supplier<T> work) {
    Caller before = CURRENT.get();
    CURRENT.set(this);
    try {
      return work.get();
    } finally {
      CURRENT.set(before);
    }
  }

  /**
   * Runs work on behalf of this caller.
   *
   * @param work what to do
   */
  public void run(Runnable work) {
    call(
        () -> {
          work.run();
          return null;
        });
  }
}
