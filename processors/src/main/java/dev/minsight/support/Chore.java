package dev.minsight.support;

/** Clean-up that can wait for the quiet hours: a step of the process {@code housekeeping}. */
public interface Chore {

  /**
   * @return its name, by which the process's step calls it
   */
  String name();

  /**
   * Cleans up; when it fails, what it had not done is done the next time.
   *
   * @return how many things were removed
   */
  long run();
}
