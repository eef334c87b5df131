package dev.minsight.ingest;

import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.apache.camel.component.file.GenericFile;
import org.apache.camel.component.file.GenericFileFilter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Tells Camel's file consumer which folders to enter and which files to hand over: those that have
 * come to rest and were not taken yet. The truth is the claim row; this only spares work.
 */
@Component("stableFiles")
class StableFiles implements GenericFileFilter<File> {

  private static final Logger LOG = LoggerFactory.getLogger(StableFiles.class);

  private final WatchedFolders watched;
  private final DropFolder dropFolder;

  StableFiles(WatchedFolders watched, DropFolder dropFolder) {
    this.watched = watched;
    this.dropFolder = dropFolder;
  }

  @Override
  public boolean accept(GenericFile<File> found) {
    FolderWatch watch = watched.at(Path.of(found.getEndpointPath()));
    Path path = path(found.getFile());
    if (path == null || !Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      refuseUnsayable(watch, found.getFile());
      return false;
    }
    return found.isDirectory() ? enter(watch, path) : watch.wants(path, System.currentTimeMillis());
  }

  private static Path path(File file) {
    try {
      return file.toPath();
    } catch (InvalidPathException e) {
      return null;
    }
  }

  private boolean enter(FolderWatch watch, Path folder) {
    if (Files.isSymbolicLink(folder)) {
      // Never entered, so a loop cannot be; Camel hands over files only, hence the refusal here.
      takeIfWanted(watch, folder);
      return false;
    }
    String name = folder.getFileName().toString();
    return !watch.folder().isOwn(folder) && !name.startsWith(".") && !watched.isForeign(folder);
  }

  /**
   * A name that is not valid Unicode reaches us garbled, and no file answers to it. The directory
   * itself knows the true bytes.
   */
  private void refuseUnsayable(FolderWatch watch, File garbled) {
    try (DirectoryStream<Path> entries =
        Files.newDirectoryStream(
            garbled.getParentFile().toPath(), entry -> !Names.sayable(entry))) {
      for (Path entry : entries) {
        takeIfWanted(watch, entry);
      }
    } catch (IOException | InvalidPathException e) {
      LOG.debug("{} cannot be listed", garbled.getParentFile(), e);
    }
  }

  private void takeIfWanted(FolderWatch watch, Path path) {
    if (watch.wants(path, System.currentTimeMillis())) {
      dropFolder.take(watch, path);
    }
  }
}
