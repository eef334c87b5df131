package dev.minsight.store;

import dev.minsight.support.MinsightProperties;
import dev.minsight.support.Rows;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Keeps files and rows together across crashes. Whatever takes a file away from a row, or is about
 * to put a file where no row points yet, writes a line of work in a transaction; the work is done
 * after the commit, and the line goes when it is done. Lines that are left over are done by {@link
 * FileWorkSchedule}: at the next start, or a while later where others share the database.
 *
 * <p>A file that a row points to is never removed, whatever the lines say.
 */
@Component
class FileWork {

  /** Folder, below the media folder, of originals that were replaced. */
  static final String REPLACED = "replaced/";

  /** An upload that takes longer between its announcement and its row is taken for dead. */
  private static final Duration LONGEST_UPLOAD = Duration.ofHours(1);

  private static final int BATCH = 500;

  private static final Logger LOG = LoggerFactory.getLogger(FileWork.class);

  private final JdbcClient jdbc;
  private final MediaFiles files;
  private final List<OwnedFiles> owners;
  private final TransactionTemplate write;
  private final Clock clock;
  private final boolean keepReplaced;
  private final Locks<String> contents = new Locks<>();

  FileWork(
      JdbcClient jdbc,
      MediaFiles files,
      List<OwnedFiles> owners,
      PlatformTransactionManager transactions,
      Clock clock,
      MinsightProperties settings) {
    this.jdbc = jdbc;
    this.files = files;
    this.owners = owners;
    this.write = new TransactionTemplate(transactions);
    this.clock = clock;
    this.keepReplaced = settings.media().keepReplaced().toMillis() > 0;
  }

  private record Line(String id, String path, String keepAs) {}

  /**
   * Works on the files of one content while nobody else does.
   *
   * @param digest of the content
   */
  <T> T exclusively(String digest, Supplier<T> work) {
    return contents.with(digest, work);
  }

  /**
   * Says that a file is about to appear. Unless {@link #arrived} is told in the transaction that
   * writes its row, it is removed.
   *
   * @param path below the media folder
   * @return the line's id
   */
  String announce(String path) {
    return write.execute(tx -> add(path, null, clock.millis() + LONGEST_UPLOAD.toMillis()));
  }

  /** A row points to the announced file, in the caller's transaction. */
  @Transactional(propagation = Propagation.MANDATORY)
  public void arrived(String id) {
    jdbc.sql("DELETE FROM file_work WHERE id = :id").param("id", id).update();
  }

  /**
   * A file, or a folder with all that is in it, is to go after the caller's transaction.
   *
   * @param path below the media folder; a folder ends with a slash
   * @return the line's id, for {@link #finish}
   */
  @Transactional(propagation = Propagation.MANDATORY)
  public String remove(String path) {
    return add(path, null, clock.millis());
  }

  /**
   * The original of an entity was replaced in the caller's transaction: it is put aside, or removed
   * where nothing is kept.
   *
   * @return the line's id, for {@link #finish}
   */
  @Transactional(propagation = Propagation.MANDATORY)
  public String replaced(long entityId, String path, String extension, String sha256) {
    if (!keepReplaced) {
      return remove(path);
    }
    String keepAs = REPLACED + entityId + "/" + sha256 + "." + extension;
    jdbc.sql(
            """
            INSERT INTO replaced_files (path, entity_id, sha256, replaced_at)
            VALUES (:path, :entity, :sha256, :now)
            ON CONFLICT (path) DO UPDATE SET replaced_at = :now""")
        .param("path", keepAs)
        .param("entity", entityId)
        .param("sha256", sha256)
        .param("now", clock.millis())
        .update();
    return add(path, keepAs, clock.millis());
  }

  private String add(String path, String keepAs, long notBefore) {
    String id = UUID.randomUUID().toString();
    jdbc.sql(
            """
            INSERT INTO file_work (id, path, keep_as, not_before, created_at)
            VALUES (:id, :path, :keepAs, :notBefore, :now)""")
        .param("id", id)
        .param("path", path)
        .param("keepAs", keepAs)
        .param("notBefore", notBefore)
        .param("now", clock.millis())
        .update();
    return id;
  }

  /** Forgets the replaced originals of an entity that is deleted for good. */
  @Transactional(propagation = Propagation.MANDATORY)
  public List<String> removeReplaced(long entityId) {
    List<String> paths =
        jdbc.sql("DELETE FROM replaced_files WHERE entity_id = :id RETURNING path")
            .param("id", entityId)
            .query(String.class)
            .list();
    return paths.stream().map(this::remove).toList();
  }

  /**
   * Forgets replaced originals that were kept long enough.
   *
   * @return how many
   */
  int expireReplaced(Duration keep) {
    List<String> expired =
        write.execute(
            tx -> {
              List<String> paths =
                  jdbc.sql("DELETE FROM replaced_files WHERE replaced_at < :before RETURNING path")
                      .param("before", clock.millis() - keep.toMillis())
                      .query(String.class)
                      .list();
              paths.forEach(this::remove);
              return paths;
            });
    return Objects.requireNonNull(expired).size();
  }

  /**
   * Does work whose transaction has committed. What fails stays noted and is tried again later.
   *
   * @param ids of lines
   */
  void finish(List<String> ids) {
    for (int from = 0; from < ids.size(); from += BATCH) {
      attempt(
          jdbc.sql("SELECT id, path, keep_as FROM file_work WHERE id IN (:ids)")
              .param("ids", ids.subList(from, Math.min(ids.size(), from + BATCH)))
              .query(Rows.as(Line.class))
              .list());
    }
  }

  /**
   * Does all work that is due.
   *
   * @param also whether announced uploads count as dead, too
   */
  void finishDue(boolean also) {
    attempt(
        jdbc.sql("SELECT id, path, keep_as FROM file_work WHERE not_before <= :now")
            .param("now", also ? Long.MAX_VALUE : clock.millis())
            .query(Rows.as(Line.class))
            .list());
  }

  /** Doing a line twice is harmless, so the lines of a batch go in one transaction afterwards. */
  private void attempt(List<Line> lines) {
    List<String> done = new ArrayList<>();
    for (Line line : lines) {
      try {
        files.requireAvailable();
        contents.with(contentOf(line.path()), () -> act(line));
        done.add(line.id());
      } catch (RuntimeException e) {
        LOG.warn("{} cannot be put away now and is tried again: {}", line.path(), e.toString());
      }
    }
    if (!done.isEmpty()) {
      write.executeWithoutResult(
          tx -> jdbc.sql("DELETE FROM file_work WHERE id IN (:ids)").param("ids", done).update());
    }
  }

  private Line act(Line line) {
    Path file = files.resolve(line.path());
    try {
      if (line.path().endsWith("/")) {
        MediaFolders.removeAll(file);
      } else if (line.keepAs() != null) {
        keep(line, file);
      } else if (!referenced(line.path())) {
        Files.deleteIfExists(file);
        Files.deleteIfExists(MediaFiles.previewOf(file));
      }
      MediaFolders.removeEmptyAbove(file, files.root());
      return line;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void keep(Line line, Path file) throws IOException {
    Path kept = files.resolve(line.keepAs());
    if (Files.exists(file)) {
      Files.createDirectories(kept.getParent());
      if (referenced(line.path())) {
        Files.copy(file, kept, StandardCopyOption.REPLACE_EXISTING);
        return;
      }
      DurableFiles.move(file, kept);
    }
    Files.deleteIfExists(MediaFiles.previewOf(file));
  }

  private boolean referenced(String path) {
    return owners.stream()
        .filter(owner -> path.startsWith(owner.folder()))
        .anyMatch(owner -> !owner.owned(Set.of(path)).isEmpty());
  }

  /**
   * Where the original of an earlier version lies, if it is still kept.
   *
   * @param entityId number of the entity
   * @param sha256 of the version's bytes
   */
  @Transactional(readOnly = true)
  public List<String> kept(long entityId, String sha256) {
    List<String> places = new ArrayList<>();
    jdbc.sql(
            """
            SELECT r.path, w.path AS before FROM replaced_files r
            LEFT JOIN file_work w ON w.keep_as = r.path
            WHERE r.entity_id = :id AND r.sha256 = :sha256""")
        .param("id", entityId)
        .param("sha256", sha256)
        .query(
            row -> {
              places.add(row.getString("path"));
              if (row.getString("before") != null) {
                places.add(row.getString("before")); // not moved yet
              }
            });
    return places;
  }

  /** Originals are named by their digest. */
  private static String contentOf(String path) {
    String name = path.substring(path.lastIndexOf('/', path.length() - 2) + 1);
    int dot = name.indexOf('.');
    return dot < 0 ? name : name.substring(0, dot);
  }
}
