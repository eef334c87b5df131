package dev.minsight.compute;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Queue;

/**
 * The tasks of one photo in the hands of one thread, which decodes the picture once for all of
 * them. Tasks that are fetched while it works still join; once it has run dry it takes no more.
 */
final class TaskGroup {

  private final Queue<Assigned> waiting = new ArrayDeque<>();
  private boolean dry;

  /**
   * @return false when it is too late: the tasks need a new group
   */
  synchronized boolean join(Collection<Assigned> tasks) {
    return !dry && waiting.addAll(tasks);
  }

  /**
   * @return the next task; empty, and from then on always, when there is none
   */
  synchronized Optional<Assigned> next() {
    Assigned next = waiting.poll();
    dry = next == null;
    return Optional.ofNullable(next);
  }

  /**
   * @return the tasks nobody took; no more will join
   */
  synchronized List<Assigned> rest() {
    List<Assigned> rest = List.copyOf(waiting);
    waiting.clear();
    dry = true;
    return rest;
  }
}
