package dev.minsight.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Removing folders of the media folder, whole or as they become empty. */
final class MediaFolders {

  /** Files do not appear in a folder as fast as they are removed. */
  private static final int TRIES = 20;

  private MediaFolders() {}

  /**
   * Removes a folder with all that is in it; none is no error. Links are not followed. Somebody may
   * still write into it: once the folder is gone he cannot go on.
   */
  static void removeAll(Path folder) throws IOException {
    for (int attempt = 1; Files.isDirectory(folder); attempt++) {
      try {
        removeOnce(folder);
      } catch (DirectoryNotEmptyException | NoSuchFileException | UncheckedIOException e) {
        if (attempt == TRIES) {
          throw e;
        }
      }
    }
  }

  private static void removeOnce(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : deepestFirst) {
        Files.deleteIfExists(file);
      }
    }
  }

  /**
   * Removes the folders above a file that are empty now.
   *
   * @param file is gone already, or never was
   * @param base stays, and so do the folders directly in it
   */
  static void removeEmptyAbove(Path file, Path base) throws IOException {
    Path folder = file.getParent();
    while (folder != null && folder.startsWith(base) && !folder.equals(base)) {
      if (folder.getParent().equals(base)) {
        return;
      }
      try {
        Files.delete(folder);
      } catch (NoSuchFileException e) {
        // gone already; perhaps the one above is empty, too
      } catch (DirectoryNotEmptyException e) {
        return;
      }
      folder = folder.getParent();
    }
  }
}
