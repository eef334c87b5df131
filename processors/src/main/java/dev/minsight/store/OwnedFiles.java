package dev.minsight.store;

import java.util.Collection;
import java.util.Set;

/** Knows which files of one folder, below the media folder, somebody still needs. */
public interface OwnedFiles {

  /**
   * @return the folder, with a slash at its end
   */
  String folder();

  /**
   * @param paths of files in the folder or below, below the media folder, with slashes
   * @return those that are needed
   */
  Set<String> owned(Collection<String> paths);
}
