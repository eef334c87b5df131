package dev.minsight.events;

import java.util.function.Supplier;

/** Tells the world which workers there are and what they can do. */
public interface Presence {

  /**
   * Announces a worker from now on.
   *
   * @param workerId its name, unique among all workers
   * @param state what it can do now; asked for twice a second
   */
  void open(String workerId, Supplier<WorkerCapability> state);

  /**
   * Takes a worker's announcement back.
   *
   * @param workerId of {@link #open}; unknown ones are no error
   */
  void close(String workerId);
}
