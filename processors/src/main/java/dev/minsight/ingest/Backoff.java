package dev.minsight.ingest;

import java.util.HashMap;
import java.util.Map;

/**
 * How long to leave a file, or the whole folder, after failures that may pass.
 *
 * <p>A file that fails is left for 1 s, then 2 s, up to a minute, while the others go on. When
 * {@value #FILES_IN_A_ROW} different files fail one after another the trouble is not the file's:
 * then the folder pauses likewise, instead of trying thousands of files against a disk that is
 * away.
 */
final class Backoff {

  static final long FIRST_MILLIS = 1_000;
  static final long LONGEST_MILLIS = 60_000;
  static final int FILES_IN_A_ROW = 3;

  private final Map<String, Pause> files = new HashMap<>();
  private String lastFailed;
  private int inARow;
  private Pause folder = new Pause(0, 0);

  private record Pause(long millis, long until) {

    Pause longer(long now) {
      long next = millis == 0 ? FIRST_MILLIS : Math.min(2 * millis, LONGEST_MILLIS);
      return new Pause(next, now + next);
    }

    /** A clock that was set back must not lengthen a pause. */
    boolean over(long now) {
      return now >= until || now < until - millis;
    }
  }

  boolean folderDue(long now) {
    return folder.over(now);
  }

  boolean fileDue(String path, long now) {
    Pause pause = files.get(path);
    return pause == null || pause.over(now);
  }

  void failed(String path, long now) {
    files.put(path, files.getOrDefault(path, new Pause(0, 0)).longer(now));
    if (!path.equals(lastFailed)) {
      inARow++;
      lastFailed = path;
    }
    if (inARow >= FILES_IN_A_ROW) {
      folder = folder.longer(now);
    }
  }

  void succeeded(String path) {
    files.remove(path);
    inARow = 0;
    lastFailed = null;
    folder = new Pause(0, 0);
  }

  /** Files that have not been tried for long were taken away by their owner. */
  void forgetOld(long now) {
    files.values().removeIf(pause -> now > pause.until() + 10 * LONGEST_MILLIS);
  }
}
