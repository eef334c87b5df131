package dev.minsight.compute;

import java.util.Optional;

/** Something that must be there before tasks of a type can be done: a model, the media folder. */
public interface Gate {

  /**
   * @param taskType a task type
   * @return why such tasks have to wait, or empty when they need not
   */
  Optional<String> closed(String taskType);

  /**
   * @return whether this holds for workers of other processes, too: of what they have themselves
   *     only they can tell
   */
  default boolean everywhere() {
    return false;
  }
}
