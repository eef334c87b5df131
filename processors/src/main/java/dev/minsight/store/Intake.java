package dev.minsight.store;

import dev.minsight.media.ContentDigest;
import dev.minsight.media.Guard;
import dev.minsight.media.MediaFacts;
import dev.minsight.media.MediaInspector;
import dev.minsight.media.MediaSniffer;
import dev.minsight.media.MediaType;
import dev.minsight.support.ApiException;
import dev.minsight.support.RetryableException;
import dev.minsight.support.UnprocessableMediaException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import org.springframework.stereotype.Service;

/**
 * How a file becomes an entity, whichever way it came: its bytes are staged, looked at, moved into
 * their place, and only then a row says that they are there.
 *
 * <p>Everything slow happens outside the transaction. A crash before the row is committed leaves a
 * file that nobody points to: staged copies are swept at the next start, and an orphan in the store
 * is taken over when the same content comes again. Work on one content is done one at a time, so no
 * original that a row points to is ever written over.
 */
@Service
public class Intake {

  /** The upload's day, UTC, as the path of its folder. */
  private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("uuuu/MM/dd");

  private final Staging staging;
  private final MediaFiles files;
  private final Entities entities;
  private final MediaInspector inspector;
  private final Guard guard;
  private final ContentDigest digests;
  private final Clock clock;
  private final Locks<String> contents = new Locks<>();

  Intake(
      Staging staging,
      MediaFiles files,
      Entities entities,
      MediaInspector inspector,
      Guard guard,
      ContentDigest digests,
      Clock clock) {
    this.staging = staging;
    this.files = files;
    this.entities = entities;
    this.inspector = inspector;
    this.guard = guard;
    this.digests = digests;
    this.clock = clock;
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
    if (staged.size() == 0) {
      throw new UnprocessableMediaException("the file is empty");
    }
    entities.requireParent(details.parentId());
    MediaType type = MediaSniffer.sniff(staged.file());
    MediaFacts facts = inspector.inspect(staged.file(), type);
    // A picture without a readable header has no claim to check; only the drop folder refuses it.
    if (details.refuseDamaged() || facts.width() != null) {
      guard.check(staged.file(), type, facts);
    }
    String digest = digests.of(staged.file(), type);
    Content content = content(staged, type, facts, digest);
    return contents.with(digest, () -> place(staged, details.naming(), content));
  }

  private Content content(Staged staged, MediaType type, MediaFacts facts, String digest) {
    String day = DAY.format(LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC));
    return new Content(
        type,
        digest,
        staged.sha256(),
        staged.size(),
        facts.width(),
        facts.height(),
        facts.durationSeconds(),
        facts.createdAtMillis(),
        "store/" + day + "/" + digest + "." + type.extension(),
        staged.originalName());
  }

  private Stored place(Staged staged, Naming naming, Content content) {
    Optional<Stored> known = entities.known(content.digest());
    if (known.isPresent()) {
      staged.discard();
      return known.get();
    }
    Path target = files.resolve(content.filePath());
    occupy(staged, target);
    try {
      Stored stored = entities.insert(naming, content);
      if (!stored.created()) {
        release(content, target);
      }
      return stored;
    } catch (RuntimeException failure) {
      return recover(content, target, failure);
    }
  }

  /** Takes the target over, unless the very same bytes are there, perhaps of a faster twin. */
  private void occupy(Staged staged, Path target) {
    files.requireAvailable();
    try {
      if (Files.exists(target) && Files.mismatch(staged.file(), target) < 0) {
        staged.discard();
      } else {
        DurableFiles.move(staged.file(), target);
      }
    } catch (IOException e) {
      throw new RetryableException(
          "the file cannot be moved to " + target + ": " + e.getMessage(), e);
    }
  }

  /** The row was not written: somebody else has the content, or nobody points to our file. */
  private Stored recover(Content content, Path target, RuntimeException failure) {
    try {
      // A twin in another process may have won; the database's unique index told us.
      Optional<Stored> winner = entities.known(content.digest());
      if (winner.isPresent()) {
        release(content, target);
        return winner.get();
      }
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
    release(content, target);
    throw failure;
  }

  private void release(Content content, Path target) {
    try {
      if (!entities.references(content.filePath())) {
        Files.deleteIfExists(target);
      }
    } catch (RuntimeException | IOException ignored) {
      // An orphan: the audit finds it, and the same content takes it over.
    }
  }
}
