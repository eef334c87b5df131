package dev.minsight.ingest;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A folder whose files are taken.
 *
 * @param root absolute path
 * @param id ends the id of its route
 */
record WatchedFolder(Path root, String id) {

  /** Where files go that were taken, with their sub-folders and receipts. */
  static final String DONE = "done";

  /** Where files go that could not be taken. */
  static final String FAILED = "failed";

  /** Locked while a server watches the folder. */
  static final String LOCK = ".minsight.lock";

  /**
   * @return whether the path is this folder's own {@code done} or {@code failed}
   */
  boolean isOwn(Path path) {
    return path.equals(root.resolve(DONE)) || path.equals(root.resolve(FAILED));
  }

  /**
   * Whether a file that is not in this folder can be called gone. An empty folder proves nothing:
   * it may be the bare mount point of a disk that is away.
   */
  boolean provesAbsence() {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(root)) {
      for (Path entry : entries) {
        if (!entry.getFileName().toString().equals(LOCK)) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      return false;
    }
  }
}
