package dev.minsight.auth;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a small file says, read again when the file has changed. A file that is damaged or gone
 * leaves what was read last in force, and is reported once.
 *
 * @param <T> what the file's text is turned into
 */
final class WatchedFile<T> {

  /** Turns text into a value. */
  interface Parser<T> {
    T parse(String text) throws IOException;
  }

  private record Stamp(FileTime modified, long size, Object key) {}

  private record Content<T>(Stamp stamp, T value) {}

  private static final Logger LOG = LoggerFactory.getLogger(WatchedFile.class);
  private static final Stamp ABSENT = new Stamp(FileTime.fromMillis(0), -1, null);

  private final Path path;
  private final Parser<T> parser;
  private volatile Content<T> current = new Content<>(ABSENT, null);

  WatchedFile(Path path, Parser<T> parser) {
    this.path = path;
    this.parser = parser;
  }

  /**
   * @return the value, or null when the file could never be read
   */
  T get() {
    Content<T> known = current;
    Stamp now = stamp();
    if (now.equals(known.stamp())) {
      return known.value();
    }
    T value = known.value();
    try {
      value = parser.parse(Files.readString(path));
    } catch (IOException e) {
      LOG.warn("{} cannot be used ({}); what it said before stays in force", path, e.toString());
    }
    current = new Content<>(now, value);
    return value;
  }

  private Stamp stamp() {
    try {
      BasicFileAttributes file = Files.readAttributes(path, BasicFileAttributes.class);
      return new Stamp(file.lastModifiedTime(), file.size(), file.fileKey());
    } catch (NoSuchFileException e) {
      return ABSENT;
    } catch (IOException e) {
      LOG.warn("{} cannot be looked at: {}", path, e.toString());
      return ABSENT;
    }
  }
}
