package dev.minsight.store;

import dev.minsight.support.ApiException;
import dev.minsight.support.NotFoundException;
import dev.minsight.support.RetryableException;
import dev.minsight.support.Spooled;
import dev.minsight.support.UnprocessableMediaException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.stereotype.Service;

/**
 * How a file becomes an entity, whichever way it came: its bytes are staged, looked at, moved into
 * their place, and only then a row says that they are there.
 *
 * <p>Everything slow happens outside the transaction. After a crash before the row is committed,
 * staged copies are swept at the next start, and a file that was announced ({@link FileWork}) but
 * has no row is removed. Work on one content is done one at a time, so no original that a row
 * points to is ever written over.
 */
@Service
public class Intake {

  private final Staging staging;
  private final Examiner examiner;
  private final MediaFiles files;
  private final FileWork work;
  private final Entities entities;
  private final EntityChanges changes;

  Intake(
      Staging staging,
      Examiner examiner,
      MediaFiles files,
      FileWork work,
      Entities entities,
      EntityChanges changes) {
    this.staging = staging;
    this.examiner = examiner;
    this.files = files;
    this.work = work;
    this.entities = entities;
    this.changes = changes;
  }

  /**
   * Takes a spooled file into the media folder, measuring it on the way.
   *
   * @param spooled is gone afterwards
   * @param originalName as it came, however odd, or null
   * @return the file; to be closed by the caller
   * @throws UnprocessableMediaException if there are more than minsight.media.max-bytes
   * @throws RetryableException if it cannot be moved or read
   */
  public Staged stage(Spooled spooled, String originalName) {
    return staging.take(spooled, originalName);
  }

  /**
   * Copies bytes into the media folder, measuring them on the way.
   *
   * @param bytes read to the end, not closed
   * @param originalName as it came, however odd, or null
   * @return the copy; to be closed by the caller
   * @throws UnprocessableMediaException if there are more than minsight.media.max-bytes
   * @throws RetryableException if they cannot be read or written
   */
  public Staged stage(InputStream bytes, String originalName) {
    return staging.copy(bytes, originalName);
  }

  /**
   * Copies a file into the media folder; the file itself is only read. A symbolic link is not
   * followed.
   *
   * @param file to be copied
   * @param originalName as it came, however odd, or null
   * @return the copy; to be closed by the caller
   * @throws UnprocessableMediaException if it is larger than minsight.media.max-bytes
   * @throws RetryableException if it cannot be read or written
   */
  public Staged stage(Path file, String originalName) {
    try (InputStream bytes = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      return staging.copy(bytes, originalName);
    } catch (IOException e) {
      throw new RetryableException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  /**
   * Makes a staged file a media item. Content that a live entity already has changes nothing.
   *
   * @param staged is used up, except on failure
   * @param details what is wanted of it
   * @return the new entity, or the one that has the content already
   * @throws UnprocessableMediaException if the file is empty, claims to be too large a picture, or
   *     (where damaged ones are refused) is a picture that cannot be read
   * @throws ApiException 422 if the parent does not fit, 409 if the content lies in the trash
   * @throws RetryableException if the media folder is not there
   */
  public Stored store(Staged staged, NewMedia details) {
    entities.requireParent(details.parentId());
    Content content = examiner.examine(staged, details.refuseDamaged());
    return work.exclusively(content.digest(), () -> place(staged, details, content));
  }

  private Stored place(Staged staged, NewMedia details, Content content) {
    Optional<Entities.Holder> known = entities.holder(content.digest());
    if (known.isPresent()) {
      return known.get().inTrash() && details.restoreDeleted()
          ? restore(known.get().id())
          : known.get().live();
    }
    String announced = work.announce(content.filePath());
    try {
      occupy(staged, content);
      return entities.insert(details.naming(), content, announced);
    } catch (DataIntegrityViolationException e) {
      // Another server stored the same content in this moment; its unique index told us.
      return entities.holder(content.digest()).map(Entities.Holder::live).orElseThrow(() -> e);
    } finally {
      work.finish(List.of(announced)); // nothing left to do if the row was written
    }
  }

  private Stored restore(long id) {
    changes.patch(id, EntityPatch.restore(), Precondition.NONE);
    return new Stored(id, false);
  }

  /**
   * Gives an entity another file; see {@link EntityChanges#put} for the rest.
   *
   * @param id number of a media item, also one in the trash
   * @param staged is used up, except on failure
   * @param replacement what the entity is to be
   * @param precondition what the caller knows of it
   * @throws NotFoundException if there is no such entity
   * @throws UnprocessableMediaException if the file is empty or claims to be too large a picture
   * @throws ApiException 400 if it cannot be so, 409 if another entity has the content, 412 if it
   *     was changed meanwhile
   * @throws RetryableException if the media folder is not there
   */
  public void replace(long id, Staged staged, Replacement replacement, Precondition precondition) {
    Content content = examiner.examine(staged, false);
    List<String> after =
        work.exclusively(
            content.digest(), () -> replace(id, staged, replacement, content, precondition));
    work.finish(after);
  }

  private List<String> replace(
      long id, Staged staged, Replacement replacement, Content content, Precondition precondition) {
    changes.check(id, replacement, precondition);
    changes.requireNobodyElseHas(content.digest(), id);
    MediaEntity before =
        entities.find(id).orElseThrow(() -> new NotFoundException("Entity not found"));
    Content placed = besides(before, content);
    String announced = work.announce(placed.filePath());
    try {
      occupy(staged, placed);
      return changes.putFile(id, replacement, placed, announced, precondition);
    } finally {
      work.finish(List.of(announced));
    }
  }

  /** The same bytes stay where they are; the same content in other bytes needs another name. */
  private Content besides(MediaEntity before, Content content) {
    if (content.sha256().equals(before.contentSha256())) {
      return content.at(before.filePath());
    }
    return content.filePath().equals(before.filePath()) ? examiner.beside(content) : content;
  }

  /** Takes the place over, unless the very same bytes are there already. */
  private void occupy(Staged staged, Content content) {
    Path target = files.resolve(content.filePath());
    files.requireAvailable();
    try {
      if (!Files.exists(target) || Files.mismatch(staged.file(), target) >= 0) {
        DurableFiles.move(staged.file(), target);
      }
    } catch (IOException e) {
      throw new RetryableException(
          "the file cannot be moved to " + target + ": " + e.getMessage(), e);
    }
  }
}
