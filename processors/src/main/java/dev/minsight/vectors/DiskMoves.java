package dev.minsight.vectors;

import dev.minsight.vectors.LiveCollection.Content;
import dev.minsight.vectors.VectorIndex.Entry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves the vectors of a collection to disk. Above a limit the segment in memory is frozen, its
 * vectors are put into an {@link HnswIndex} by a thread of the index, and when they are there a new
 * log and segment have long taken over; then the same again with every {@link #BATCH} writes.
 */
final class DiskMoves {

  private static final Logger LOG = LoggerFactory.getLogger(DiskMoves.class);

  /** Writes that go to the index on disk together: a commit costs 20 to 34 ms. */
  private static final int BATCH = 4096;

  /** Fewer go there after this long; what failed is tried again after this long. */
  private static final long BATCH_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final LiveCollection live;
  private final CollectionFiles files;
  private final long exactLimit;
  private final Executor mover;

  /** When vectors were last moved to disk, or that was last tried; of {@link System#nanoTime}. */
  private volatile long movedAt = System.nanoTime();

  private volatile boolean moving;

  DiskMoves(LiveCollection live, long exactLimit, Executor mover) {
    this.live = live;
    this.files = live.files;
    this.exactLimit = exactLimit;
    this.mover = mover;
  }

  /** What was waiting when the process ended has waited long enough. */
  void loaded() {
    movedAt = System.nanoTime() - BATCH_NANOS - 1;
  }

  /**
   * Freezes the segment in memory when it is too large, or has waited long for company. Whoever
   * calls holds the lock of writers.
   */
  void beginIfWorthwhile() {
    Levels levels = live.content.levels();
    if (levels == null || live.closed || moving) {
      return;
    }
    boolean waited = System.nanoTime() - movedAt > BATCH_NANOS;
    if (levels.frozen() != null) {
      if (waited) { // else it failed a moment ago
        begin();
      }
    } else if (levels.disk() == null
        ? levels.front().floats() > exactLimit
        : levels.front().writes() >= BATCH || waited && levels.front().writes() > 0) {
      freeze();
    }
  }

  private void freeze() {
    Content now = live.content;
    LogId next = live.log.next();
    try (VectorFileDraft draft = new VectorFileDraft(files.draft("freeze"), now.spec(), next)) {
      live.file.sync();
      draft.seal();
      live.closeFile();
      Files.move(files.log(), files.frozenLog(), StandardCopyOption.ATOMIC_MOVE);
      live.file = draft.publish(files.log());
      live.log = next;
      Segment front = Segment.above(now.spec().dimension());
      Levels levels = new Levels(front, now.levels().front(), now.levels().disk());
      live.content = new Content(now.spec(), levels, now.reason());
      begin();
    } catch (IOException e) {
      movedAt = System.nanoTime();
      if (live.file == null) {
        live.abandon("its log could not be replaced: " + e.getMessage());
      }
      LOG.warn("Vector collection {} stays in memory for now: {}", now.name(), e.toString());
    }
  }

  private void begin() {
    moving = true;
    movedAt = System.nanoTime();
    mover.execute(this::move);
  }

  /** Puts the frozen vectors into the index on disk. Runs beside readers and writers. */
  private void move() {
    Content begun = live.content;
    try {
      Segment frozen = begun.levels() == null ? null : begun.levels().frozen();
      HnswIndex target = frozen == null ? null : target(begun);
      if (target != null) {
        for (var all = frozen.view().entries().iterator(); all.hasNext(); ) {
          Entry entry = all.next();
          target.upsert(entry.id(), entry.vector());
        }
        for (var gone = frozen.deletedBelow().iterator(); gone.hasNext(); ) {
          target.delete(gone.nextLong());
        }
        arrived(begun, target);
      }
    } catch (RebuildNeededException e) {
      failed(begun, e.getMessage(), true);
    } catch (InternalError e) { // how the JVM says that a mapped file was cut off
      failed(begun, "a file of its HNSW index was cut off", true);
    } catch (IOException | RuntimeException e) {
      failed(begun, e.toString(), false);
    } finally {
      moving = false;
    }
  }

  /** Returns null when somebody replaced the collection meanwhile. */
  private HnswIndex target(Content begun) throws IOException, RebuildNeededException {
    live.writing.lock();
    try {
      if (!isCurrent(begun)) {
        return null;
      }
      if (live.index == null) {
        live.index = HnswIndex.open(files.index(live.log.generation()), begun.spec());
        if (live.index.nextLog() != live.log.sequence() - 1) {
          throw new RebuildNeededException("its HNSW index was deleted or changed by somebody");
        }
      }
      return live.index;
    } finally {
      live.writing.unlock();
    }
  }

  private void arrived(Content begun, HnswIndex target) throws IOException {
    long next;
    live.writing.lock();
    try {
      next = live.log.sequence();
    } finally {
      live.writing.unlock();
    }
    target.commit(next);
    HnswView view = target.view();
    live.writing.lock();
    try {
      if (!isCurrent(begun)) {
        view.release();
        return;
      }
      Levels now = live.content.levels();
      live.content = new Content(begun.spec(), new Levels(now.front(), null, view), "");
      LiveCollection.release(now);
      Files.deleteIfExists(files.frozenLog());
      movedAt = System.nanoTime();
    } finally {
      live.writing.unlock();
    }
  }

  /** The frozen vectors still answer from memory, so a full disk only means to try again. */
  private void failed(Content begun, String reason, boolean lost) {
    live.writing.lock();
    try {
      if (!isCurrent(begun)) {
        return;
      }
      LOG.warn("Vectors of {} could not be moved to disk: {}", begun.name(), reason);
      movedAt = System.nanoTime();
      if (lost) {
        live.abandon(reason);
      } else if (live.index != null) {
        live.index.close();
        live.index = null; // opened again at its last commit
      }
    } finally {
      live.writing.unlock();
    }
  }

  /** Whether what was frozen then is what is frozen now. */
  private boolean isCurrent(Content begun) {
    Levels now = live.content.levels();
    return now != null && begun.levels() != null && now.frozen() == begun.levels().frozen();
  }
}
