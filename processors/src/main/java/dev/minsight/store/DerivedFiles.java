package dev.minsight.store;

import java.util.List;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** Removes files that were derived from entities, such as the crops of faces, across crashes. */
@Component
public class DerivedFiles {

  private final FileWork work;

  DerivedFiles(FileWork work) {
    this.work = work;
  }

  /**
   * A file is to go after the caller's transaction, unless a row points to it then.
   *
   * @param path below the media folder
   * @return a line of work, for {@link #finish}
   */
  @Transactional(propagation = Propagation.MANDATORY)
  public String remove(String path) {
    return work.remove(path);
  }

  /**
   * Does work whose transaction has committed. What fails, or is not done because of a crash, is
   * done later.
   *
   * @param line of work
   */
  public void finish(String line) {
    work.finish(List.of(line));
  }
}
