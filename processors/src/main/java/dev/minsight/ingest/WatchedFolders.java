package dev.minsight.ingest;

import dev.minsight.support.ConfigurationException;
import dev.minsight.support.MinsightProperties;
import dev.minsight.support.MinsightProperties.Role;
import jakarta.annotation.PreDestroy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.springframework.stereotype.Component;

/**
 * The folders this process watches: the inbox and what the settings name. None without the role.
 */
@Component
public class WatchedFolders {

  private final Path home;
  private final List<FolderWatch> watches = new ArrayList<>();

  WatchedFolders(MinsightProperties settings) {
    this.home = absolute(settings.home());
    if (!settings.runs(Role.INGEST)) {
      return;
    }
    Path inbox = home.resolve("inbox");
    Set<Path> roots = new LinkedHashSet<>();
    roots.add(inbox);
    if (settings.ingest().watch() != null) {
      settings.ingest().watch().forEach(folder -> roots.add(checked(absolute(folder), inbox)));
    }
    int number = 0;
    for (Path root : roots) {
      String id = number++ == 0 ? "inbox" : "watch-" + (number - 1);
      watches.add(new FolderWatch(new WatchedFolder(root, id), settings.ingest().stableFor()));
    }
  }

  private static Path absolute(Path path) {
    return path.toAbsolutePath().normalize();
  }

  /** The server's own files must never be taken for photos. */
  private Path checked(Path root, Path inbox) {
    if (root.startsWith(home) && !root.startsWith(inbox)) {
      throw new ConfigurationException(
          "the folder " + root + " is the server's own and cannot be watched; use " + inbox);
    }
    if (root.toString().contains("{{") || root.toString().contains("}}")) {
      throw new ConfigurationException(
          "the folder " + root + " cannot be watched: its name contains {{ or }}");
    }
    return root;
  }

  /**
   * What is paused, and why; empty when all is well.
   *
   * @return folders, each with the reason of its wait
   */
  public List<Waiting> waiting() {
    return watches.stream().flatMap(watch -> watch.waiting().stream()).toList();
  }

  /**
   * @return the roots of all watched folders, the inbox first
   */
  public List<Path> roots() {
    return watches.stream().map(watch -> watch.folder().root()).toList();
  }

  List<FolderWatch> all() {
    return watches;
  }

  /** The watch of the folder at this path itself. */
  FolderWatch at(Path root) {
    return watches.stream()
        .filter(watch -> watch.folder().root().equals(root))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(root + " is not watched"));
  }

  /** The watch that a file belongs to: the innermost, where one watched folder lies in another. */
  FolderWatch of(Path file) {
    return watches.stream()
        .filter(watch -> file.startsWith(watch.folder().root()))
        .max(Comparator.comparing(watch -> watch.folder().root().getNameCount()))
        .orElseThrow(() -> new IllegalArgumentException(file + " lies in no watched folder"));
  }

  /** Whether a scan of one watched folder must stay out of this folder below it. */
  boolean isForeign(Path folder) {
    return folder.equals(home)
        || watches.stream().anyMatch(watch -> watch.folder().root().equals(folder));
  }

  @PreDestroy
  void release() {
    watches.forEach(FolderWatch::release);
  }
}
