package dev.minsight.compute;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.springframework.stereotype.Component;
import org.springframework.transaction.event.TransactionPhase;
import org.springframework.transaction.event.TransactionalEventListener;

/** Tells those who follow a job when to look at it again. */
@Component
public class JobWatch {

  /** Changes by other nodes are not told to this one; a follower looks by itself this often. */
  private static final long LOOK_MILLIS = 1000;

  private final Map<String, Set<Ear>> ears = new ConcurrentHashMap<>();

  /**
   * A job was changed; published within the transaction.
   *
   * @param id of the job
   */
  record JobChanged(String id) {}

  /** Somebody who follows a job. */
  public final class Ear implements AutoCloseable {

    private final String id;
    private final Semaphore heard = new Semaphore(0);

    private Ear(String id) {
      this.id = id;
    }

    /** Waits until it is worth looking at the job, a second at most. */
    public void await() {
      try {
        heard.tryAcquire(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        heard.drainPermits();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void close() {
      ears.computeIfPresent(
          id,
          (job, listening) -> {
            listening.remove(this);
            return listening.isEmpty() ? null : listening;
          });
    }
  }

  /**
   * @param id of a job
   * @return tells of its changes until it is closed
   */
  public Ear listen(String id) {
    Ear ear = new Ear(id);
    ears.compute(
        id,
        (job, listening) -> {
          Set<Ear> all = listening == null ? ConcurrentHashMap.newKeySet() : listening;
          all.add(ear);
          return all;
        });
    return ear;
  }

  @TransactionalEventListener(phase = TransactionPhase.AFTER_COMMIT)
  void changed(JobChanged change) {
    ears.getOrDefault(change.id(), Set.of()).forEach(ear -> ear.heard.release());
  }
}
