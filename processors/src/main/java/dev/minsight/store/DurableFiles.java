package dev.minsight.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** File operations that are still true after the power went away. */
final class DurableFiles {

  private static final int TRIES = 5;

  private DurableFiles() {}

  /**
   * Moves a file within one file system: after the return, name and bytes are on the disk; at any
   * moment before, the target is either what it was or the whole new file.
   *
   * @param source is gone afterwards
   * @param target is replaced if it exists; its folders are made
   */
  static void move(Path source, Path target) throws IOException {
    force(source);
    for (int attempt = 1; ; attempt++) {
      try {
        createFolders(target.getParent());
        Files.move(source, target, StandardCopyOption.ATOMIC_MOVE);
        break;
      } catch (NoSuchFileException e) {
        // The last other file of the folder was removed just now, and the folder with it.
        if (attempt == TRIES || !Files.exists(source)) {
          throw e;
        }
      }
    }
    forceFolder(target.getParent());
  }

  private static void force(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }

  /** A new folder is only there for good once its parent was written too. */
  private static void createFolders(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      return;
    }
    createFolders(folder.getParent());
    try {
      Files.createDirectory(folder);
    } catch (FileAlreadyExistsException ignored) {
      return; // another thread was faster
    }
    forceFolder(folder.getParent());
  }

  private static void forceFolder(Path folder) {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException ignored) {
      // Windows cannot open folders; NTFS journals their entries itself.
    }
  }
}
