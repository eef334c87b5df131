package dev.minsight.store;

import dev.minsight.support.RetryableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.stereotype.Service;

/**
 * Files of the media folder that nobody needs: what a crash or a hand in the folder left. Looks
 * through every folder that has an owner; what is younger than a given age may be an upload on its
 * way and is left out.
 */
@Service
public class OrphanFiles {

  private static final int BATCH = 500;

  private final MediaFiles files;
  private final List<OwnedFiles> owners;
  private final Clock clock;

  OrphanFiles(MediaFiles files, List<OwnedFiles> owners, Clock clock) {
    this.files = files;
    this.owners = owners;
    this.clock = clock;
  }

  /**
   * A file that nobody needs.
   *
   * @param path below the media folder, with slashes
   * @param absolute where it lies
   * @param size bytes
   * @param modifiedMillis when it was last written, milliseconds since 1970
   */
  public record Orphan(String path, Path absolute, long size, long modifiedMillis) {}

  /**
   * @param minAge younger files are left out
   * @return the orphans, in no promised order
   * @throws RetryableException while the media folder is not there
   */
  public List<Orphan> find(Duration minAge) {
    files.requireAvailable();
    List<Orphan> orphans = new ArrayList<>();
    for (OwnedFiles owner : owners) {
      Path folder = files.root().resolve(owner.folder());
      if (Files.isDirectory(folder)) {
        look(folder, owner, clock.millis() - minAge.toMillis(), orphans);
      }
    }
    return orphans;
  }

  private void look(Path folder, OwnedFiles owner, long before, List<Orphan> orphans) {
    Map<String, Orphan> batch = new LinkedHashMap<>();
    try {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              long modified = attributes.lastModifiedTime().toMillis();
              if (modified <= before) {
                String path = files.root().relativize(file).toString().replace('\\', '/');
                batch.put(path, new Orphan(path, file, attributes.size(), modified));
              }
              if (batch.size() == BATCH) {
                sort(batch, owner, orphans);
              }
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
              return FileVisitResult.CONTINUE; // removed while we looked
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException("the folder " + folder + " cannot be looked through", e);
    }
    sort(batch, owner, orphans);
  }

  private static void sort(Map<String, Orphan> batch, OwnedFiles owner, List<Orphan> orphans) {
    if (!batch.isEmpty()) {
      Set<String> owned = owner.owned(batch.keySet());
      batch.values().stream().filter(file -> !owned.contains(file.path())).forEach(orphans::add);
      batch.clear();
    }
  }

  /**
   * Removes orphans; each is asked about once more.
   *
   * @param orphans as found
   * @return how many were removed
   */
  public int remove(List<Orphan> orphans) {
    int removed = 0;
    for (Orphan orphan : orphans) {
      OwnedFiles owner =
          owners.stream()
              .filter(each -> orphan.path().startsWith(each.folder()))
              .findFirst()
              .orElseThrow();
      try {
        if (owner.owned(Set.of(orphan.path())).isEmpty()
            && Files.deleteIfExists(orphan.absolute())) {
          MediaFolders.removeEmptyAbove(orphan.absolute(), files.root());
          removed++;
        }
      } catch (IOException e) {
        throw new UncheckedIOException("the file " + orphan.absolute() + " cannot be removed", e);
      }
    }
    return removed;
  }
}
