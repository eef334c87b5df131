package dev.minsight.ingest;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The live side of one watched folder: whether it can be polled now, which of its files are wanted,
 * and what it waits for. Used by the folder's one poll thread; {@link #waiting()} by anybody.
 *
 * <p>A lock on {@code .minsight.lock}, which the operating system drops when the process dies,
 * keeps a second server from the folder; so at start every undecided claim is an orphan.
 */
final class FolderWatch {

  private static final Logger LOG = LoggerFactory.getLogger(FolderWatch.class);

  /** A scan that took nothing is followed by a rest of this many times its own length. */
  private static final int REST_PER_SCAN = 10;

  private static final long LONGEST_REST_MILLIS = 60_000;
  private static final long RECOVER_AGAIN_MILLIS = 30_000;

  private final WatchedFolder folder;
  private final Stability stability;
  private final Finished finished = new Finished();
  private final Backoff backoff = new Backoff();

  private volatile String obstacle;
  private volatile String postponed;
  private FileChannel lockFile;
  private FileLock lock;
  private boolean recoveryNeeded;
  private long recoveredAt;
  private long scanStarted;
  private long nextScan;

  FolderWatch(WatchedFolder folder, Duration stableFor) {
    this.folder = folder;
    this.stability = new Stability(stableFor);
  }

  WatchedFolder folder() {
    return folder;
  }

  /**
   * @return what the folder waits for, empty when all is well
   */
  Optional<Waiting> waiting() {
    String reason = obstacle != null ? obstacle : postponed;
    return Optional.ofNullable(reason).map(why -> new Waiting(folder.root(), why));
  }

  /** Whether the folder is there and ours; says so once in the log when that changes. */
  boolean available() {
    String now = findObstacle();
    if (now != null && !now.equals(obstacle)) {
      LOG.warn("Drop folder {} waits: {}", folder.root(), now);
    } else if (now == null && obstacle != null) {
      LOG.info("Drop folder {} is watched again", folder.root());
    }
    obstacle = now;
    return now == null;
  }

  /** There is no route for it. */
  void unusable(String reason) {
    obstacle = reason;
  }

  private String findObstacle() {
    Path root = folder.root();
    if (!Files.isDirectory(root)) {
      release();
      return "the folder is not there; its files are taken when it is back";
    }
    if (!Files.isReadable(root) || !Files.isWritable(root)) {
      release();
      return "the folder cannot be read and written by the server; receipts go into it";
    }
    return lock();
  }

  private String lock() {
    Path file = folder.root().resolve(WatchedFolder.LOCK);
    if (lock != null && lock.isValid() && Files.exists(file)) {
      return null;
    }
    release();
    try {
      lockFile = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      lock = lockFile.tryLock();
    } catch (OverlappingFileLockException e) {
      lock = null;
    } catch (IOException e) {
      release();
      return "the folder cannot be locked: " + Problems.inWords(e);
    }
    if (lock == null) {
      release();
      return "another mInsight server watches it";
    }
    recoveryNeeded = true;
    recoveredAt = 0;
    return null;
  }

  /** Lets another server have the folder. */
  void release() {
    try {
      if (lockFile != null) {
        lockFile.close();
      }
    } catch (IOException e) {
      LOG.debug("The lock of {} was gone already", folder.root(), e);
    }
    lockFile = null;
    lock = null;
  }

  /** Whether claims were left behind, by a crash or by a failure, that should be looked at now. */
  boolean recoveryDue(long now) {
    return recoveryNeeded && (now - recoveredAt >= RECOVER_AGAIN_MILLIS || now < recoveredAt);
  }

  void recovered(boolean everything, long now) {
    recoveryNeeded = !everything;
    recoveredAt = now;
  }

  /** Whether it is time to look for files. */
  boolean scanDue(long now) {
    return backoff.folderDue(now) && (now >= nextScan || nextScan - now > LONGEST_REST_MILLIS);
  }

  /** Whether the folder rests after failures; files already found are left for the next scan. */
  boolean rests(long now) {
    return !backoff.folderDue(now);
  }

  void scanStarts(long now) {
    scanStarted = now;
  }

  /**
   * @param taken how many files the scan found; none means that it saw everything
   */
  void scanned(int taken, long now) {
    if (taken > 0) {
      nextScan = now;
      return;
    }
    stability.scannedAll();
    backoff.forgetOld(now);
    nextScan = now + Math.min(REST_PER_SCAN * (now - scanStarted), LONGEST_REST_MILLIS);
  }

  /** Whether a file should be taken now. */
  boolean wants(Path file, long now) {
    String path = Names.key(file);
    if (Names.notForUs(file.getFileName().toString()) || !backoff.fileDue(path, now)) {
      return false;
    }
    FileFacts facts = FileFacts.of(file).orElse(null);
    if (facts == null || finished.contains(path, facts) || !stability.rests(path, facts, now)) {
      return false;
    }
    if (Receipts.isOne(file, facts)) {
      finished.add(path, facts.size(), facts.modifiedMillis());
      return false;
    }
    return true;
  }

  /** The file was taken; where files stay it is not looked at again until it changes. */
  void taken(Claim claim, boolean stays) {
    String path = claim.source().toString();
    stability.forget(path);
    backoff.succeeded(path);
    postponed = null;
    if (stays) {
      finished(claim);
    }
  }

  void finished(Claim claim) {
    finished.add(claim.source().toString(), claim.size(), claim.modifiedMillis());
  }

  void forgetFinished() {
    finished.clear();
  }

  /** The file stays and is tried again later. */
  void postponed(Path file, String reason, long now) {
    stability.forget(Names.key(file));
    backoff.failed(Names.key(file), now);
    recoveryNeeded = true;
    String why = Claim.relativeName(folder.root(), file) + ": " + reason;
    if (postponed == null) {
      LOG.warn("Drop folder {} waits: {}", folder.root(), why);
    }
    postponed = why;
  }
}
