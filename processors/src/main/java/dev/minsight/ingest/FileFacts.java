package dev.minsight.ingest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Optional;

/**
 * What the file system says of one directory entry; links are looked at, never followed.
 *
 * @param size bytes
 * @param modifiedMillis last change of the content, milliseconds since 1970; programs may set it
 * @param changedMillis last change of content or attributes where the file system tells it (ctime),
 *     else the same as {@code modifiedMillis}
 * @param kind what it is
 */
record FileFacts(long size, long modifiedMillis, long changedMillis, Kind kind) {

  /** Stands for a file that was gone before anything could be learned of it. */
  static final FileFacts GONE = new FileFacts(-1, 0, 0, Kind.OTHER);

  /** What a directory entry is. */
  enum Kind {
    FILE,
    FOLDER,
    LINK,
    OTHER
  }

  /** Looks at a directory entry; empty when it is not there. */
  static Optional<FileFacts> of(Path path) {
    try {
      BasicFileAttributes basic =
          Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      long modified = basic.lastModifiedTime().toMillis();
      return Optional.of(
          new FileFacts(basic.size(), modified, changed(path, modified), kind(basic)));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static long changed(Path path, long otherwise) {
    try {
      return Files.getAttribute(path, "unix:ctime", LinkOption.NOFOLLOW_LINKS)
              instanceof FileTime time
          ? Math.max(otherwise, time.toMillis())
          : otherwise;
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
      return otherwise; // not a Unix file system
    }
  }

  private static Kind kind(BasicFileAttributes basic) {
    if (basic.isSymbolicLink()) {
      return Kind.LINK;
    }
    if (basic.isDirectory()) {
      return Kind.FOLDER;
    }
    return basic.isRegularFile() ? Kind.FILE : Kind.OTHER;
  }
}
