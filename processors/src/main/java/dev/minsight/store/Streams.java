package dev.minsight.store;

import dev.minsight.support.RetryableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import org.springframework.stereotype.Service;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The HLS files of videos, each video's in a folder of its own below the media folder. */
@Service
public class Streams {

  /** Name of the file that a player asks for first. */
  public static final String MANIFEST = "adaptive.m3u8";

  private final MediaFiles files;
  private final StreamRows rows;
  private final TransactionTemplate write;

  Streams(MediaFiles files, StreamRows rows, PlatformTransactionManager transactions) {
    this.files = files;
    this.rows = rows;
    this.write = new TransactionTemplate(transactions);
  }

  /** Where the stream of an entity lies. */
  Path folder(MediaEntity entity) {
    return files.resolve(MediaFiles.streamFolder(entity));
  }

  /**
   * @param entity a media item
   * @param name of a file, without any path
   * @return the file, if the stream has it
   * @throws RetryableException while the media folder is not there
   */
  public Optional<Path> file(MediaEntity entity, String name) {
    files.requireAvailable();
    Path file = folder(entity).resolve(name);
    return Files.isRegularFile(file) ? Optional.of(file) : Optional.empty();
  }

  /**
   * Removes a stream and ends the work on it; none is no error. Whoever asks next has it made anew.
   *
   * @param entity a media item
   */
  public void delete(MediaEntity entity) {
    files.requireAvailable();
    Path folder = folder(entity);
    write.executeWithoutResult(tx -> rows.forget(entity.id()));
    try {
      MediaFolders.removeAll(folder);
      MediaFolders.removeEmptyAbove(folder, files.root());
    } catch (IOException e) {
      throw new UncheckedIOException("the stream " + folder + " cannot be removed", e);
    }
  }

  /**
   * @param file of a stream
   * @return validator of its bytes
   */
  public static String tag(Path file) {
    return Long.toHexString(made(file)) + "-" + Long.toHexString(attributes(file).size());
  }

  /**
   * @param file of a stream
   * @return when it was written, milliseconds since 1970
   */
  public static long made(Path file) {
    return attributes(file).lastModifiedTime().toMillis();
  }

  private static BasicFileAttributes attributes(Path file) {
    try {
      return Files.readAttributes(file, BasicFileAttributes.class);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }
}
