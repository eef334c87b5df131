package dev.minsight.ingest;

import dev.minsight.support.ConfigurationException;
import dev.minsight.support.MinsightProperties;
import dev.minsight.support.MinsightProperties.Role;
import jakarta.annotation.PreDestroy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * The folders this process watches: the inbox and what the settings name. None without the role.
 */
@Component
public class WatchedFolders {

  private final Path home;
  private final List<FolderWatch> watches = new ArrayList<>();

  @Autowired
  WatchedFolders(MinsightProperties settings) {
    this(
        settings.home(),
        settings.roles(),
        settings.ingest().watch() == null ? List.of() : settings.ingest().watch(),
        settings.ingest().stableFor());
  }

  WatchedFolders(Path home, Set<Role> roles, List<Path> watch, Duration stableFor) {
    this.home = absolute(home);
    if (!roles.contains(Role.INGEST)) {
      return;
    }
    Path inbox = this.home.resolve("inbox");
    Set<Path> roots = new LinkedHashSet<>();
    roots.add(inbox);
    watch.forEach(folder -> roots.add(checked(absolute(folder), inbox)));
    for (Path root : roots) {
      String id = watches.isEmpty() ? "inbox" : "watch-" + watches.size();
      watches.add(new FolderWatch(new WatchedFolder(root, id), stableFor));
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

  FolderWatch byId(String id) {
    return watches.stream()
        .filter(watch -> watch.folder().id().equals(id))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no watched folder has the id " + id));
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
