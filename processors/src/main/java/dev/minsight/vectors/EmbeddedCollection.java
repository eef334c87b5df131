package dev.minsight.vectors;

import dev.minsight.support.RetryableException;
import dev.minsight.vectors.LiveCollection.Content;
import dev.minsight.vectors.VectorIndex.Entry;
import dev.minsight.vectors.VectorIndex.Hit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.LongPredicate;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One collection. What is written goes to a log first and then to a {@link Segment} in memory, so
 * an acknowledged write outlives the process. Up to a limit that is all there is. Above it the
 * vectors {@linkplain DiskMoves move} to an index on disk, batch after batch. It is a
 * log-structured merge tree of two levels (O'Neil et al., 1996).
 *
 * <p>Three others replace levels and files at once while this one reads and writes: {@link
 * CollectionLoader}, {@link DiskMoves} and {@link CollectionRebuild}. What all of them work on is
 * the {@link LiveCollection}.
 */
final class EmbeddedCollection implements VectorCollection {

  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedCollection.class);

  /** A writer waits for the disk when this much could be lost with the power. */
  private static final long MAX_UNSYNCED_BYTES = 8L << 20;

  private final CollectionFiles files;
  private final LiveCollection live;
  private final DiskMoves moves;
  private final CollectionRebuild rebuild;

  EmbeddedCollection(Path folder, CollectionSpec spec, long exactLimit, Executor mover) {
    this.files = new CollectionFiles(folder, spec.name());
    this.live = new LiveCollection(files, spec);
    this.moves = new DiskMoves(live, exactLimit, mover);
    this.rebuild = new CollectionRebuild(live, exactLimit);
  }

  /** Loads the files, or notes why they cannot be used. A collection that fits already is left. */
  @Override
  public void open(CollectionSpec spec) {
    live.writing.lock();
    try {
      Content before = live.content;
      if (before.levels() != null && before.spec().equals(spec)) {
        return;
      }
      live.abandon("it is not loaded");
      live.content = new Content(spec, null, live.content.reason());
      new CollectionLoader(live, spec).load();
      moves.loaded();
      moves.beginIfWorthwhile();
    } catch (RebuildNeededException e) {
      live.abandon(e.getMessage());
    } catch (IOException e) {
      live.abandon("its files cannot be read: " + e);
    } finally {
      live.writing.unlock();
    }
  }

  @Override
  public void upsert(long id, float[] vector) {
    live.writing.lock();
    try {
      CollectionSpec target = rebuild.target();
      float[] unit = UnitVectors.normalise(target, vector);
      // A vector made for the new model has no place among those of the old one.
      if (target.equals(live.content.spec()) && isWritten()) {
        boolean had = contains(id);
        append(VectorRecords.upsert(id, unit));
        live.content.levels().front().upsert(id, unit);
        live.count += had ? 0 : 1;
        tidy();
      }
      rebuild.note(id, Optional.of(unit));
    } finally {
      live.writing.unlock();
    }
  }

  @Override
  public void delete(long id) {
    live.writing.lock();
    try {
      if (isWritten() && contains(id)) {
        append(VectorRecords.delete(id));
        live.content.levels().front().delete(id);
        live.count--;
        tidy();
      }
      rebuild.note(id, Optional.empty());
    } finally {
      live.writing.unlock();
    }
  }

  /** One that needs a rebuild is not, once that runs; before, whoever writes is told. */
  private boolean isWritten() {
    return live.content.levels() != null || !rebuild.isRunning();
  }

  private boolean contains(long id) {
    return live.read(now -> now.levels().contains(id));
  }

  @Override
  public List<Hit> search(float[] query, int limit, float minScore, LongPredicate accept) {
    if (limit < 0 || !(minScore >= 0 && minScore <= 1)) {
      throw new IllegalArgumentException(
          "limit %d, least score %s: use 0 or more, and 0 to 1".formatted(limit, minScore));
    }
    UnitVectors.normalise(live.content.spec(), query);
    return live.read(
        now -> {
          float[] unit = UnitVectors.normalise(now.spec(), query);
          return limit == 0
              ? List.of()
              : now.levels().search(unit, new TopHits(limit, minScore, accept)).best();
        });
  }

  @Override
  public Optional<float[]> vector(long id) {
    return live.read(now -> now.levels().vector(id));
  }

  @Override
  public LongStream ids() {
    return live.read(now -> LongStream.of(now.levels().ids().toArray()));
  }

  @Override
  public long count() {
    LiveCollection.usable(live.content);
    return live.count;
  }

  @Override
  public CollectionState state() {
    Content now = live.content;
    return now.levels() == null
        ? CollectionState.needsRebuild(now.spec(), now.reason())
        : CollectionState.ready(
            now.spec(), live.count, now.levels().disk() == null ? "exact" : "hnsw");
  }

  @Override
  public void rebuild(CollectionSpec spec, Stream<Entry> vectors) {
    rebuild.run(spec, vectors);
  }

  /** Makes every write so far survive a loss of power. */
  void flush() {
    live.writing.lock();
    try {
      if (live.file != null) {
        live.file.sync();
      }
    } catch (IOException e) {
      // After a failed sync nobody knows what the disk has, and a second try may lie about it.
      live.abandon("its file cannot be written: " + e.getMessage());
      throw new RetryableException(
          "collection " + live.content.name() + ": " + live.content.reason(), e);
    } finally {
      live.writing.unlock();
    }
  }

  /** What is due now and then: syncing, moving vectors to disk, and a look after the files. */
  void tick() {
    flush();
    live.writing.lock();
    try {
      if (live.content.levels() != null && !checkFiles()) {
        return;
      }
      moves.beginIfWorthwhile();
    } catch (IOException e) {
      LOG.warn("Vector collection {}: {}", live.content.name(), e.toString());
    } finally {
      live.writing.unlock();
    }
  }

  /** Somebody may delete or cut files of a running server; what is in memory can replace them. */
  private boolean checkFiles() throws IOException {
    boolean logThere = Files.exists(files.log()) && Files.size(files.log()) == live.file.end();
    if (logThere && (live.index == null || live.index.isThere())) {
      return true;
    }
    Content now = live.content;
    if (now.levels().disk() == null && now.levels().frozen() == null) {
      LOG.warn(
          "The file of vector collection {} was deleted or changed; it is written again from"
              + " memory",
          now.name());
      Files.createDirectories(files.folder());
      compact();
      return true;
    }
    live.abandon("its files were deleted or changed by somebody");
    return false;
  }

  void close() {
    live.writing.lock();
    try {
      if (live.file != null) {
        live.file.sync();
      }
    } catch (IOException e) {
      LOG.warn("Vector collection {} may miss its last writes: {}", live.content.name(), e, e);
    } finally {
      live.closed = true;
      live.abandon("it is closed");
      live.writing.unlock();
    }
  }

  private void append(byte[] record) {
    String name = live.content.name();
    try {
      live.file.append(record);
    } catch (IOException e) {
      throw new RetryableException(
          "collection %s cannot be written: %s".formatted(name, e.getMessage()), e);
    } catch (RebuildNeededException e) {
      live.abandon(e.getMessage());
      throw new RetryableException(
          "collection %s needs a rebuild: %s".formatted(name, e.getMessage()), e);
    }
    if (live.file.unsynced() > MAX_UNSYNCED_BYTES) {
      flush();
    }
  }

  private void tidy() {
    compactIfWorthwhile();
    moves.beginIfWorthwhile();
  }

  private void compactIfWorthwhile() {
    Levels levels = live.content.levels();
    if (levels.frozen() != null
        || levels.disk() != null
        || levels.front().dead() <= live.compactAt) {
      return;
    }
    try {
      compact();
    } catch (IOException e) {
      live.compactAt = 2 * levels.front().dead();
      LOG.warn(
          "Vector collection {} could not be compacted and keeps growing until the next try: {}",
          live.content.name(),
          e.getMessage());
    }
  }

  /** Writes the same vectors without the dead ones. */
  private void compact() throws IOException {
    Content now = live.content;
    Segment kept = new Segment(now.spec().dimension());
    try (VectorFileDraft draft =
        new VectorFileDraft(files.draft("compact"), now.spec(), live.log)) {
      for (Iterator<Entry> all = now.levels().front().view().entries().iterator();
          all.hasNext(); ) {
        Entry entry = all.next();
        draft.append(VectorRecords.upsert(entry.id(), entry.vector()));
        kept.upsert(entry.id(), entry.vector());
      }
      draft.seal();
      live.closeFile();
      live.file = draft.publish(files.log());
      live.become(now.spec(), Levels.exact(kept));
    } catch (IOException e) {
      if (live.file == null) {
        live.abandon("its file could not be replaced: " + e.getMessage());
      }
      throw e;
    }
  }
}
