package dev.minsight.compute;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.springframework.util.FileSystemUtils;

/**
 * The files of the server's media folder that the tasks in hand work on. The tasks of a photo share
 * one; it goes when the last of them has ended. Files there never change under one name.
 */
final class RemoteMedia {

  private final Path root;
  private final Map<Path, Set<String>> users = new HashMap<>();

  RemoteMedia(Path root) {
    this.root = root;
  }

  Path root() {
    return root;
  }

  /** Removes what a killed process left. */
  void clear() {
    try {
      FileSystemUtils.deleteRecursively(root);
    } catch (IOException e) {
      throw new UncheckedIOException("the folder " + root + " cannot be emptied", e);
    }
  }

  /** Fetches a file. */
  @FunctionalInterface
  interface Fetch {
    /**
     * @param target to be made whole or not at all
     * @throws IOException if it cannot be fetched or written
     */
    void to(Path target) throws IOException;
  }

  /**
   * @param jobId who needs the file until {@link #release}
   * @param file under the root
   */
  void need(String jobId, Path file, Fetch fetch) throws IOException {
    synchronized (this) {
      users.computeIfAbsent(file, path -> new HashSet<>()).add(jobId);
    }
    if (!Files.exists(file)) {
      fetch.to(file);
    }
  }

  /** Removes what nobody else needs. */
  synchronized void release(String jobId) throws IOException {
    for (var entry : Map.copyOf(users).entrySet()) {
      Set<String> jobs = entry.getValue();
      if (jobs.remove(jobId) && jobs.isEmpty()) {
        users.remove(entry.getKey());
        Files.deleteIfExists(entry.getKey());
      }
    }
  }
}
