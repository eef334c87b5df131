package dev.minsight.ingest;

import dev.minsight.ingest.FileFacts.Kind;
import dev.minsight.media.Wholeness;
import dev.minsight.support.ApiException;
import dev.minsight.support.MinsightProperties;
import dev.minsight.support.RetryableException;
import dev.minsight.support.UnprocessableMediaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.InvalidDataAccessApiUsageException;
import org.springframework.dao.InvalidDataAccessResourceUsageException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * Takes a file from a watched folder: claim, store, put away, receipt. Every step is written down
 * before the next begins, so that a crash between any two is repaired by {@link #recover}.
 */
@Component
class DropFolder {

  private static final Logger LOG = LoggerFactory.getLogger(DropFolder.class);

  private static final String VANISHED = "the file disappeared before it could be read";

  private final Claims claims;
  private final Library library;
  private final PutAway putAway;
  private final long maxBytes;

  DropFolder(Claims claims, Library library, MinsightProperties settings) {
    this.claims = claims;
    this.library = library;
    this.putAway = new PutAway(settings.ingest().after());
    this.maxBytes = settings.media().maxBytes();
  }

  /** Takes a file that has come to rest. Whatever happens, the others of the folder go on. */
  void take(FolderWatch watch, Path file) {
    if (watch.rests(System.currentTimeMillis())) {
      return;
    }
    try {
      Optional<FileFacts> facts = FileFacts.of(file);
      if (facts.isEmpty() && !watch.folder().provesAbsence()) {
        return; // the disk is away, not the file
      }
      Optional<Claim> claim =
          claims.claim(watch.folder().root(), file, facts.orElse(FileFacts.GONE));
      if (claim.isPresent()) {
        Claim decided = claim.get();
        if (decided.state() == ClaimState.CLAIMED) {
          decided = decide(watch, decided, file, facts.orElse(FileFacts.GONE));
        }
        watch.taken(finish(decided, file), putAway.leavesFiles());
      }
    } catch (RetryableException | DataAccessException | TransactionException e) {
      watch.postponed(file, e.getMessage(), System.currentTimeMillis());
    } catch (RuntimeException e) {
      LOG.error("Taking {} failed; it is tried again", file, e);
      watch.postponed(file, "an unexpected problem: " + e, System.currentTimeMillis());
    }
  }

  /** Stores the file or finds out why that cannot be; the claim says which, durably. */
  private Claim decide(FolderWatch watch, Claim claim, Path file, FileFacts facts) {
    String refusal = refusal(file, facts);
    if (refusal != null) {
      return refuse(claim, refusal);
    }
    try {
      Optional<String> damage = damage(file);
      if (damage.isPresent()) {
        return refuse(claim, damage.get());
      }
      Library.Outcome stored =
          library.store(
              file,
              file.getFileName().toString(),
              collection(claim.root(), file),
              claim.drop(),
              () -> FileFacts.of(file).filter(claim::isStill).isPresent());
      // Found by content although this very drop created it: the first try died after its commit.
      boolean ours = stored.created() || library.created(stored.entityId(), claim.drop());
      return store(claim, stored.entityId(), ours);
    } catch (RuntimeException | StackOverflowError e) {
      if (FileFacts.of(file).isEmpty() && watch.folder().provesAbsence()) {
        return refuse(claim, VANISHED);
      }
      if (e instanceof ApiException answer && answer.status() == 422) {
        // Only its collection can be at fault: moved to the trash a moment ago.
        claims.again(claim, e.getMessage());
        throw new RetryableException(e.getMessage(), e);
      }
      if (e instanceof UnprocessableMediaException || e instanceof ApiException) {
        return refuse(claim, e.getMessage());
      }
      if (e instanceof RetryableException passing) {
        claims.again(claim, e.getMessage());
        throw passing;
      }
      if (isDatabaseAway(e)) {
        claims.again(claim, "the database did not answer in time");
        throw new RetryableException("the database did not answer in time", e);
      }
      LOG.error("Taking {} failed for a reason that is not the file's owner's", file, e);
      return refuse(
          claim,
          "an unexpected problem while reading the file; the server's log has it (" + e + ")");
    }
  }

  private static boolean isDatabaseAway(Throwable e) {
    boolean bug =
        e instanceof DataIntegrityViolationException
            || e instanceof InvalidDataAccessApiUsageException
            || e instanceof InvalidDataAccessResourceUsageException;
    return !bug && (e instanceof DataAccessException || e instanceof TransactionException);
  }

  private String refusal(Path file, FileFacts facts) {
    if (facts == FileFacts.GONE) {
      return VANISHED;
    }
    if (!Names.sayable(file)) {
      return "its name is not valid Unicode (UTF-8); rename it";
    }
    if (facts.kind() == Kind.LINK) {
      return "it is a symbolic link; copy the file itself";
    }
    if (facts.kind() != Kind.FILE) {
      return "it is not a regular file";
    }
    if (facts.size() == 0) {
      return "the file is empty (0 bytes)";
    }
    if (facts.size() > maxBytes) {
      return "the file is too large: %,d bytes; the limit is %,d bytes (minsight.media.max-bytes)"
          .formatted(facts.size(), maxBytes);
    }
    if (!Files.isReadable(file)) {
      return FileFacts.of(file).isEmpty()
          ? VANISHED
          : "the server may not read the file (permission denied)";
    }
    return null;
  }

  private static Optional<String> damage(Path file) {
    try {
      return Wholeness.objection(file);
    } catch (IOException e) {
      throw new RetryableException("the file cannot be read: " + Problems.inWords(e), e);
    }
  }

  /** Sub-folders become collections; deeper than the hierarchy goes, the deepest one holds all. */
  private Long collection(Path root, Path file) {
    Path folders = root.relativize(file).getParent();
    Long id = null;
    if (folders != null) {
      int deepest = Math.min(folders.getNameCount(), library.deepestCollection());
      for (Path name : folders.subpath(0, deepest)) {
        id = library.collection(id, name.toString());
      }
    }
    return id;
  }

  private Claim store(Claim claim, long entityId, boolean ours) {
    String reason = ours ? null : "already known as entity " + entityId;
    return claims.stored(claim, entityId, target(claim, WatchedFolder.DONE), reason);
  }

  private Claim refuse(Claim claim, String reason) {
    return claims.refused(claim, target(claim, WatchedFolder.FAILED), reason);
  }

  private static String target(Claim claim, String box) {
    return PutAway.target(claim.root(), claim.source(), box);
  }

  /**
   * From decided to final: move or copy, receipt, last mark. Each part may have been done before.
   */
  private Claim finish(Claim decided, Path source) {
    Claim claim = decided;
    try {
      while (!putAway.put(claim, source, claim.root().resolve(claim.target()))) {
        claim = claims.retarget(claim, target(claim, box(claim)));
      }
      Receipts.write(claim, claim.root().resolve(claim.target()));
    } catch (IOException e) {
      throw new RetryableException("it cannot be put away: " + Problems.inWords(e), e);
    }
    return claims.finish(claim);
  }

  private static String box(Claim claim) {
    return claim.state() == ClaimState.STORED ? WatchedFolder.DONE : WatchedFolder.FAILED;
  }

  /**
   * Brings every unfinished claim of a folder to its end, or back to where the next scan takes it
   * up. Runs while nobody else takes files of this folder.
   *
   * @return whether nothing is left undone
   */
  boolean recover(FolderWatch watch) {
    boolean everything = true;
    for (Claim claim : claims.unfinished(watch.folder().root())) {
      try {
        everything &= recover(watch, claim);
      } catch (RuntimeException e) {
        LOG.warn("{} cannot be finished yet: {}", claim.source(), e.getMessage());
        everything = false;
      }
    }
    if (putAway.leavesFiles()) {
      watch.forgetFinished();
      claims.eachFinished(watch.folder().root(), watch::finished);
    }
    return everything;
  }

  private boolean recover(FolderWatch watch, Claim left) {
    if (left.state() == ClaimState.STORED || left.state() == ClaimState.REFUSED) {
      watch.taken(finish(left, left.source()), putAway.leavesFiles());
      return true;
    }
    Claim claim = left.state() == ClaimState.CLAIMED ? claims.again(left, left.reason()) : left;
    Optional<FileFacts> now = FileFacts.of(claim.source());
    if (now.filter(claim::isStill).isPresent()) {
      return false; // the next scan takes it
    }
    if (now.isEmpty() && !watch.folder().provesAbsence()) {
      return false;
    }
    Optional<Long> created = library.createdBy(claim.drop());
    if (created.isPresent()) {
      finish(store(reclaim(claim), created.get(), true), claim.source());
    } else if (now.isEmpty()) {
      finish(refuse(reclaim(claim), VANISHED), claim.source());
    } else {
      claims.forget(claim); // another file lies there now and is claimed by itself
    }
    return true;
  }

  private Claim reclaim(Claim claim) {
    return claims
        .claim(
            claim.root(),
            claim.source(),
            new FileFacts(claim.size(), claim.modifiedMillis(), 0, Kind.FILE))
        .orElseThrow(() -> new RetryableException("somebody else is at " + claim.source()));
  }
}
