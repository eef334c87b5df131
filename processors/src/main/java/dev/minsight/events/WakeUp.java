package dev.minsight.events;

/** Whoever looks for new work when told that there may be some. */
public interface WakeUp {

  /**
   * There may be work. Called on the thread that receives messages, so it must return at once.
   *
   * @param reason why, for logs
   */
  void wakeUp(String reason);
}
