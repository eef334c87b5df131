package dev.minsight.compute;

import java.util.Optional;

/**
 * Looks at what a worker made before it counts. Workers may be programs of others, or of another
 * version: what they hand in is input like any other.
 */
public interface ResultCheck {

  /**
   * What is wrong with a result.
   *
   * @param reason in plain words
   * @param mayPass whether it is not the worker's fault and may be well later; otherwise another
   *     worker gets one chance
   */
  record Wrong(String reason, boolean mayPass) {}

  /**
   * @param job whose result lies in its folder
   * @return what is wrong with its result; empty when it can be used
   */
  Optional<Wrong> wrong(Job job);
}
