package dev.minsight.support;

import java.io.IOException;
import java.nio.file.Path;

/** A file that somebody else spooled and gives away. */
@FunctionalInterface
public interface Spooled {

  /**
   * Moves it, or copies it where the disks differ; to be called once.
   *
   * @param target does not exist yet
   * @throws IOException if it cannot be read or written
   */
  void moveTo(Path target) throws IOException;
}
