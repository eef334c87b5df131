package dev.minsight.media;

import dev.minsight.support.RetryableException;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * Bounds the pixels that all threads decode at the same time: native decoders know neither {@code
 * -Xmx} nor interrupts, so what they may use is decided before they start. First come, first
 * served; a picture larger than the whole budget waits until it is alone.
 */
final class PixelBudget {

  /** One permit, in pixels; keeps the count in an int. */
  private static final int PERMIT = 1024;

  /**
   * Bytes of heap that one pixel in flight may need at worst: a 16-bit source strip and a result.
   */
  private static final int HEAP_PER_PIXEL = 16;

  private final int capacity;
  private final Semaphore permits;

  /**
   * @param pixels the budget, in pixels
   */
  PixelBudget(long pixels) {
    long affordable = Math.min(pixels, Runtime.getRuntime().maxMemory() / HEAP_PER_PIXEL);
    capacity = (int) Math.max(1, Math.min(affordable / PERMIT, Integer.MAX_VALUE));
    permits = new Semaphore(capacity, true);
  }

  /**
   * Waits for a share, works with it and gives it back whatever happens.
   *
   * @param pixels what is to be decoded
   * @param work the decoding; must not ask for another share
   * @return what the work returns
   * @throws RetryableException if the thread is interrupted while waiting
   */
  <T> T spend(long pixels, Supplier<T> work) {
    int count = (int) Math.max(1, Math.min(pixels / PERMIT + 1, capacity));
    try {
      permits.acquire(count);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RetryableException("stopped while waiting for a turn to decode", e);
    }
    try {
      return work.get();
    } finally {
      permits.release(count);
    }
  }

  /**
   * @return pixels nobody holds now
   */
  long free() {
    return (long) permits.availablePermits() * PERMIT;
  }
}
