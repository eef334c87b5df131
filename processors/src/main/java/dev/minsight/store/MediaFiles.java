package dev.minsight.store;

import dev.minsight.media.MediaSniffer;
import dev.minsight.media.Thumbnails;
import dev.minsight.support.MinsightProperties;
import dev.minsight.support.NotFoundException;
import dev.minsight.support.RetryableException;
import dev.minsight.support.UnprocessableMediaException;
import jakarta.annotation.PostConstruct;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The media folder: where an entity's original and its preview lie.
 *
 * <p>The folder is often another disk. A marker file tells the disk from the empty folder it is
 * mounted on; while the marker is not there, everything that needs a file waits, and no file counts
 * as gone.
 */
@Component
public class MediaFiles {

  static final String MARKER = ".minsight-media";

  private static final String PREVIEW = ".tb.png";

  private static final Logger LOG = LoggerFactory.getLogger(MediaFiles.class);

  private final Path root;
  private final JdbcClient jdbc;
  private final Thumbnails thumbnails;
  private final Locks<Path> previews = new Locks<>();

  MediaFiles(MinsightProperties settings, JdbcClient jdbc, Thumbnails thumbnails) {
    this.root = settings.home().resolve("media").toAbsolutePath().normalize();
    this.jdbc = jdbc;
    this.thumbnails = thumbnails;
  }

  /** Marks the folder at the first start, and only then: later, no marker means no disk. */
  @PostConstruct
  void mark() throws IOException {
    if (available()) {
      return;
    }
    if (!haveFiles() || Files.isDirectory(root.resolve("store"))) {
      Files.createDirectories(root);
      Files.writeString(
          root.resolve(MARKER),
          "mInsight keeps its originals here; this file says that they are.\n");
    } else {
      LOG.warn("{} Make an empty file of that name if it is the right folder.", absence());
    }
  }

  private boolean haveFiles() {
    return jdbc.sql("SELECT EXISTS (SELECT 1 FROM entities WHERE file_path IS NOT NULL)")
        .query(Boolean.class)
        .single();
  }

  /**
   * @return whether the media folder is there
   */
  public boolean available() {
    return Files.exists(root.resolve(MARKER));
  }

  /**
   * @throws RetryableException while the media folder is not there
   */
  public void requireAvailable() {
    if (!available()) {
      throw new RetryableException(absence());
    }
  }

  private String absence() {
    return "the media folder "
        + root
        + " is not there (it has no file "
        + MARKER
        + "); is its disk mounted?";
  }

  /**
   * @return the media folder
   */
  Path root() {
    return root;
  }

  /**
   * Resolves a stored path.
   *
   * @param filePath below the media folder, with slashes
   * @throws IllegalStateException if it leads out of the folder
   */
  Path resolve(String filePath) {
    Path file = root.resolve(filePath).normalize();
    if (!file.startsWith(root)) {
      throw new IllegalStateException("a path out of the media folder: " + filePath);
    }
    return file;
  }

  /**
   * @param entity a media item, also one in the trash
   * @return its original, which exists
   * @throws NotFoundException if the file is gone, or the entity has none
   * @throws RetryableException while the media folder is not there
   */
  public Path original(MediaEntity entity) {
    if (entity.filePath() != null) {
      Path file = resolve(entity.filePath());
      if (Files.isRegularFile(file)) {
        return file;
      }
      requireAvailable();
    }
    throw new NotFoundException("Media file not found");
  }

  /**
   * Finds an entity's preview, making it first if there is none yet.
   *
   * @param entity a media item, also one in the trash
   * @return a PNG, 256 pixels wide or less; empty for types that have none
   * @throws NotFoundException if the original is gone
   * @throws UnprocessableMediaException if the original cannot be decoded
   * @throws RetryableException while the media folder is not there
   */
  public Optional<Path> preview(MediaEntity entity) {
    if (entity.filePath() == null) {
      return Optional.empty();
    }
    Path preview = previewOf(resolve(entity.filePath()));
    if (Files.isRegularFile(preview)) {
      return Optional.of(preview);
    }
    Path original = original(entity);
    return previews.with(
        preview,
        () -> {
          if (Files.isRegularFile(preview)) {
            return Optional.of(preview); // made while we waited
          }
          return write(original, preview) ? Optional.of(preview) : Optional.empty();
        });
  }

  /** A preview must not outlive an original that was replaced or deleted while it was made. */
  private boolean write(Path original, Path preview) {
    boolean made = thumbnails.write(original, MediaSniffer.sniff(original), preview);
    if (made && !Files.exists(original)) {
      try {
        Files.deleteIfExists(preview);
      } catch (IOException e) {
        LOG.warn("{} is left over: {}", preview, e.toString());
      }
      throw new NotFoundException("Media file not found");
    }
    return made;
  }

  /** Folders, below the media folder, that hold what was made of an entity's content. */
  static List<String> derivedFolders(MediaEntity entity) {
    return List.of("faces/" + entity.id() + "/", streamFolder(entity));
  }

  /** Where the stream of a video lies, below the media folder. */
  static String streamFolder(MediaEntity entity) {
    return streamFolder(entity.mimeType(), entity.id());
  }

  static String streamFolder(String mimeType, long entityId) {
    return "streams/" + mimeType + "/media_" + entityId + "/";
  }

  /** Where the preview of an original lies. */
  static Path previewOf(Path original) {
    return original.resolveSibling(original.getFileName() + PREVIEW);
  }

  /** The original that a file belongs to: itself, unless it is a preview. */
  static String originalOf(String path) {
    return path.endsWith(PREVIEW) ? path.substring(0, path.length() - PREVIEW.length()) : path;
  }
}
