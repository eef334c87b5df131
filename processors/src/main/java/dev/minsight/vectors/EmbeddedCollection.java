package dev.minsight.vectors;

import dev.minsight.support.RetryableException;
import dev.minsight.vectors.VectorIndex.Entry;
import dev.minsight.vectors.VectorIndex.Hit;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongPredicate;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One collection. What is written goes to a log first and then to a {@link Segment} in memory, so
 * an acknowledged write outlives the process. Up to a limit that is all there is. Above it the
 * segment is frozen, its vectors are put into an {@link HnswIndex} by a thread of the index, and
 * when they are there a new log and segment have long taken over; then the same again with every
 * {@link #BATCH} writes. It is a log-structured merge tree of two levels (O'Neil et al., 1996).
 *
 * <p>Writers take turns under one lock. Readers take none: they see the {@link Levels} that were
 * published last. The hard thing owned here is replacing levels and files at once while others
 * write: for compaction (the same vectors without the dead ones), for moves to disk, and for
 * rebuilds (other vectors).
 */
final class EmbeddedCollection implements VectorCollection {

  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedCollection.class);

  /** Fewer dead vectors than this are not worth a rewrite. */
  private static final int MIN_DEAD = 1024;

  /** A writer waits for the disk when this much could be lost with the power. */
  private static final long MAX_UNSYNCED_BYTES = 8L << 20;

  /** Writes that go to the index on disk together: a commit costs 20 to 34 ms. */
  private static final int BATCH = 4096;

  /** Fewer go there after this long; what failed is tried again after this long. */
  private static final long BATCH_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final CollectionFiles files;
  private final long exactLimit;
  private final Executor mover;
  private final ReentrantLock writing = new ReentrantLock();
  private final ReentrantLock rebuilding = new ReentrantLock();

  private volatile Content content;
  private volatile long count;

  /** Null while a rebuild is needed, and after closing. Guarded by {@link #writing}. */
  private VectorFile file;

  /** Which log {@link #file} is, or was before it was given up. Guarded by {@link #writing}. */
  private LogId log = LogId.FIRST;

  /** Null while all is in memory. Guarded by {@link #writing}; written by the mover only. */
  private HnswIndex index;

  /** Writes since the running rebuild began; null when none runs. Guarded by {@link #writing}. */
  private Overlay overlay;

  /** Guarded by {@link #writing}. */
  private boolean closed;

  /** Dead vectors from which the next compaction is tried. Guarded by {@link #writing}. */
  private int compactAt = MIN_DEAD;

  /** When vectors were last moved to disk, or that was last tried; of {@link System#nanoTime}. */
  private volatile long movedAt = System.nanoTime();

  private volatile boolean moving;

  /**
   * @param levels null when a rebuild is needed
   * @param reason why it is; empty otherwise
   */
  private record Content(CollectionSpec spec, Levels levels, String reason) {}

  /** An absent vector means: delete. */
  private record Overlay(CollectionSpec spec, Map<Long, Optional<float[]>> writes) {}

  @FunctionalInterface
  private interface Read<T> {
    T from(Content content) throws IOException;
  }

  EmbeddedCollection(Path folder, CollectionSpec spec, long exactLimit, Executor mover) {
    this.files = new CollectionFiles(folder, spec.name());
    this.exactLimit = exactLimit;
    this.mover = mover;
    this.content = new Content(spec, null, "it is not loaded");
  }

  /** Loads the files, or notes why they cannot be used. A collection that fits already is left. */
  @Override
  public void open(CollectionSpec spec) {
    writing.lock();
    try {
      if (content.levels != null && content.spec.equals(spec)) {
        return;
      }
      abandon("it is not loaded");
      content = new Content(spec, null, content.reason);
      load(spec);
      moveIfWorthwhile();
    } catch (RebuildNeededException e) {
      abandon(e.getMessage());
    } catch (IOException e) {
      abandon("its files cannot be read: " + e);
    } finally {
      writing.unlock();
    }
  }

  private void load(CollectionSpec spec) throws IOException, RebuildNeededException {
    Files.createDirectories(files.folder());
    LogId front = id(files.log(), spec);
    LogId frozen = id(files.frozenLog(), spec);
    if (front == null && frozen == null && files.hasIndex()) {
      throw new RebuildNeededException("its log is missing");
    }
    if (front != null && frozen != null && frozen.generation() != front.generation()) {
      Files.delete(files.frozenLog()); // of before a rebuild
      frozen = null;
    }
    LogId any = front != null ? front : frozen != null ? frozen : LogId.FIRST;
    Path folder = files.index(any.generation());
    if (Files.exists(folder)) {
      index = HnswIndex.open(folder, spec);
    }
    long next = index == null ? LogId.FIRST.sequence() : index.nextLog();
    if (frozen != null && frozen.sequence() < next) {
      Files.delete(files.frozenLog()); // its vectors arrived
      frozen = null;
    }
    checkOrder(next, frozen, front);
    Segment below = null;
    if (frozen != null) {
      below = index == null ? new Segment(spec.dimension()) : Segment.above(spec.dimension());
      long good = VectorFileReader.read(files.frozenLog(), spec, below);
      if (good < Files.size(files.frozenLog())) {
        throw new RebuildNeededException("its frozen log ends inside a record");
      }
    }
    boolean exact = index == null && below == null;
    Segment segment = exact ? new Segment(spec.dimension()) : Segment.above(spec.dimension());
    if (front != null) {
      log = front;
      file = new VectorFile(files.log(), VectorFileReader.read(files.log(), spec, segment));
    } else {
      log = frozen == null ? LogId.FIRST : frozen.next();
      file = emptyLog(spec, log);
    }
    become(spec, new Levels(segment, below, index == null ? null : index.view()));
    movedAt = System.nanoTime() - BATCH_NANOS - 1; // what waited, waited for us
    files.keepOnly(log.generation());
  }

  private static LogId id(Path log, CollectionSpec spec)
      throws IOException, RebuildNeededException {
    return Files.exists(log) ? VectorFileReader.id(log, spec) : null;
  }

  /** The logs must go on where the index ends, without a gap. */
  private static void checkOrder(long next, LogId frozen, LogId front)
      throws RebuildNeededException {
    long expected = frozen == null ? next : next + 1;
    if (frozen != null && frozen.sequence() != next
        || front != null && front.sequence() != expected
        || front == null && frozen == null && next != LogId.FIRST.sequence()) {
      throw new RebuildNeededException(
          "a part of it is missing: its log is number %s, number %d was expected"
              .formatted(front == null ? "none" : front.sequence(), expected));
    }
  }

  private VectorFile emptyLog(CollectionSpec spec, LogId id) throws IOException {
    try (VectorFileDraft empty = new VectorFileDraft(files.draft("compact"), spec, id)) {
      empty.seal();
      return empty.publish(files.log());
    }
  }

  private void become(CollectionSpec spec, Levels levels) throws IOException {
    count = levels.ids().count();
    content = new Content(spec, levels, "");
    compactAt = Math.max(MIN_DEAD, levels.front().count());
  }

  @Override
  public void upsert(long id, float[] vector) {
    writing.lock();
    try {
      boolean newModel = overlay != null && !overlay.spec.equals(content.spec);
      float[] unit = UnitVectors.normalise(newModel ? overlay.spec : content.spec, vector);
      // A vector made for the new model has no place among those of the old one.
      if (!newModel && (content.levels != null || overlay == null)) {
        boolean had = contains(id);
        append(VectorRecords.upsert(id, unit));
        content.levels.front().upsert(id, unit);
        count += had ? 0 : 1;
        compactIfWorthwhile();
        moveIfWorthwhile();
      }
      if (overlay != null) {
        overlay.writes.put(id, Optional.of(unit));
      }
    } finally {
      writing.unlock();
    }
  }

  @Override
  public void delete(long id) {
    writing.lock();
    try {
      if ((content.levels != null || overlay == null) && contains(id)) {
        append(VectorRecords.delete(id));
        content.levels.front().delete(id);
        count--;
        compactIfWorthwhile();
        moveIfWorthwhile();
      }
      if (overlay != null) {
        overlay.writes.put(id, Optional.empty());
      }
    } finally {
      writing.unlock();
    }
  }

  private boolean contains(long id) {
    return read(now -> now.levels.contains(id));
  }

  @Override
  public List<Hit> search(float[] query, int limit, float minScore, LongPredicate accept) {
    if (limit < 0 || !(minScore >= 0 && minScore <= 1)) {
      throw new IllegalArgumentException(
          "limit %d, least score %s: use 0 or more, and 0 to 1".formatted(limit, minScore));
    }
    UnitVectors.normalise(content.spec, query);
    return read(
        now -> {
          float[] unit = UnitVectors.normalise(now.spec, query);
          return limit == 0
              ? List.of()
              : now.levels.search(unit, new TopHits(limit, minScore, accept)).best();
        });
  }

  @Override
  public Optional<float[]> vector(long id) {
    return read(now -> now.levels.vector(id));
  }

  @Override
  public LongStream ids() {
    return read(now -> LongStream.of(now.levels.ids().toArray()));
  }

  @Override
  public long count() {
    usable(content);
    return count;
  }

  /** Levels that were replaced may be closed; then newer ones are there. */
  private <T> T read(Read<T> read) {
    while (true) {
      Content now = content;
      Levels levels = usable(now);
      if (levels.acquire()) {
        try {
          return read.from(now);
        } catch (IOException | InternalError e) { // the latter: a mapped file was cut off
          throw broken(now, e);
        } finally {
          release(levels);
        }
      }
    }
  }

  private RetryableException broken(Content read, Throwable failure) {
    writing.lock();
    try {
      if (content == read) {
        abandon("its HNSW index cannot be read: " + failure);
      }
    } finally {
      writing.unlock();
    }
    return new RetryableException(
        "collection %s cannot be read: %s".formatted(read.spec.name(), failure), failure);
  }

  private static void release(Levels levels) {
    try {
      levels.release();
    } catch (IOException e) {
      LOG.warn("Files of a vector index could not be closed: {}", e.toString());
    }
  }

  @Override
  public CollectionState state() {
    Content now = content;
    return now.levels == null
        ? CollectionState.needsRebuild(now.spec, now.reason)
        : CollectionState.ready(now.spec, count, now.levels.disk() == null ? "exact" : "hnsw");
  }

  @Override
  public void rebuild(CollectionSpec spec, Stream<Entry> vectors) {
    if (!rebuilding.tryLock()) {
      throw new RetryableException("collection " + spec.name() + " is being rebuilt already");
    }
    try {
      Files.createDirectories(files.folder());
      CollectionSpec before = startOverlay(spec);
      try (CollectionBuilder next =
          new CollectionBuilder(files, spec, nextGeneration(), exactLimit)) {
        for (Iterator<Entry> all = vectors.iterator(); all.hasNext(); ) {
          Entry entry = all.next();
          next.put(entry.id(), UnitVectors.normalise(spec, entry.vector()));
        }
        next.settle();
        replaceBy(next, before, spec);
      }
    } catch (IOException | UncheckedIOException e) {
      throw new RetryableException(
          "collection %s could not be rebuilt: %s".formatted(spec.name(), e.getMessage()), e);
    } finally {
      endOverlay();
      rebuilding.unlock();
    }
  }

  private void replaceBy(CollectionBuilder next, CollectionSpec before, CollectionSpec spec)
      throws IOException {
    Levels old;
    HnswIndex oldIndex;
    writing.lock();
    try {
      if (closed || !content.spec.equals(before)) {
        throw new RetryableException(
            "collection %s was closed or opened for another model during its rebuild"
                .formatted(spec.name()));
      }
      for (Map.Entry<Long, Optional<float[]>> write : overlay.writes.entrySet()) {
        next.overlay(write.getKey(), write.getValue().orElse(null));
      }
      next.seal();
      oldIndex = index;
      old = content.levels;
      CollectionBuilder.Built built = publish(next);
      index = built.index();
      become(spec, built.levels());
    } finally {
      writing.unlock();
    }
    removeOld(old, oldIndex);
  }

  private CollectionBuilder.Built publish(CollectionBuilder next) throws IOException {
    closeFile();
    try {
      CollectionBuilder.Built built = next.publish();
      file = built.file();
      log = built.log();
      return built;
    } catch (IOException e) {
      abandon("its file could not be replaced: " + e.getMessage());
      throw e;
    }
  }

  /** What is left of it does no harm; the next start removes it. */
  private void removeOld(Levels old, HnswIndex oldIndex) {
    if (old != null) {
      release(old);
    }
    if (oldIndex != null) {
      oldIndex.close();
    }
    writing.lock();
    try {
      if (content.levels != null && content.levels.frozen() == null) {
        Files.deleteIfExists(files.frozenLog());
        files.keepOnly(log.generation());
      }
    } catch (IOException e) {
      LOG.warn("Old files of collection {} are left: {}", content.spec.name(), e.toString());
    } finally {
      writing.unlock();
    }
  }

  /** Makes every write so far survive a loss of power. */
  void flush() {
    writing.lock();
    try {
      if (file != null) {
        file.sync();
      }
    } catch (IOException e) {
      // After a failed sync nobody knows what the disk has, and a second try may lie about it.
      abandon("its file cannot be written: " + e.getMessage());
      throw new RetryableException("collection " + content.spec.name() + ": " + content.reason, e);
    } finally {
      writing.unlock();
    }
  }

  /** What is due now and then: syncing, moving vectors to disk, and a look after the files. */
  void tick() {
    flush();
    writing.lock();
    try {
      if (content.levels != null && !checkFiles()) {
        return;
      }
      moveIfWorthwhile();
    } catch (IOException e) {
      LOG.warn("Vector collection {}: {}", content.spec.name(), e.toString());
    } finally {
      writing.unlock();
    }
  }

  /** Somebody may delete or cut files of a running server; what is in memory can replace them. */
  private boolean checkFiles() throws IOException {
    boolean logThere = Files.exists(files.log()) && Files.size(files.log()) == file.end();
    if (logThere && (index == null || index.isThere())) {
      return true;
    }
    if (content.levels.disk() == null && content.levels.frozen() == null) {
      LOG.warn(
          "The file of vector collection {} was deleted or changed; it is written again from"
              + " memory",
          content.spec.name());
      Files.createDirectories(files.folder());
      compact();
      return true;
    }
    abandon("its files were deleted or changed by somebody");
    return false;
  }

  void close() {
    writing.lock();
    try {
      if (file != null) {
        file.sync();
      }
    } catch (IOException e) {
      LOG.warn("Vector collection {} may miss its last writes: {}", content.spec.name(), e, e);
    } finally {
      closed = true;
      abandon("it is closed");
      writing.unlock();
    }
  }

  private static Levels usable(Content now) {
    if (now.levels == null) {
      throw new RetryableException(
          "collection %s needs a rebuild: %s".formatted(now.spec.name(), now.reason));
    }
    return now.levels;
  }

  private void append(byte[] record) {
    try {
      file.append(record);
    } catch (IOException e) {
      throw new RetryableException(
          "collection %s cannot be written: %s".formatted(content.spec.name(), e.getMessage()), e);
    } catch (RebuildNeededException e) {
      abandon(e.getMessage());
      throw new RetryableException(
          "collection %s needs a rebuild: %s".formatted(content.spec.name(), e.getMessage()), e);
    }
    if (file.unsynced() > MAX_UNSYNCED_BYTES) {
      flush();
    }
  }

  private void compactIfWorthwhile() {
    Levels levels = content.levels;
    if (levels.frozen() != null || levels.disk() != null || levels.front().dead() <= compactAt) {
      return;
    }
    try {
      compact();
    } catch (IOException e) {
      compactAt = 2 * levels.front().dead();
      LOG.warn(
          "Vector collection {} could not be compacted and keeps growing until the next try: {}",
          content.spec.name(),
          e.getMessage());
    }
  }

  private void compact() throws IOException {
    Content now = content;
    Segment live = new Segment(now.spec.dimension());
    try (VectorFileDraft draft = new VectorFileDraft(files.draft("compact"), now.spec, log)) {
      for (Iterator<Entry> all = now.levels.front().view().entries().iterator(); all.hasNext(); ) {
        Entry entry = all.next();
        draft.append(VectorRecords.upsert(entry.id(), entry.vector()));
        live.upsert(entry.id(), entry.vector());
      }
      draft.seal();
      closeFile();
      file = draft.publish(files.log());
      become(now.spec, Levels.exact(live));
    } catch (IOException e) {
      if (file == null) {
        abandon("its file could not be replaced: " + e.getMessage());
      }
      throw e;
    }
  }

  /** Freezes the segment in memory when it is too large, or has waited long for company. */
  private void moveIfWorthwhile() {
    Levels levels = content.levels;
    if (levels == null || closed || moving) {
      return;
    }
    boolean waited = System.nanoTime() - movedAt > BATCH_NANOS;
    if (levels.frozen() != null) {
      if (waited) { // else it failed a moment ago
        startMoving();
      }
    } else if (levels.disk() == null
        ? levels.front().floats() > exactLimit
        : levels.front().writes() >= BATCH || waited && levels.front().writes() > 0) {
      freeze();
    }
  }

  private void freeze() {
    Content now = content;
    LogId next = log.next();
    try (VectorFileDraft draft = new VectorFileDraft(files.draft("freeze"), now.spec, next)) {
      file.sync();
      draft.seal();
      closeFile();
      Files.move(files.log(), files.frozenLog(), StandardCopyOption.ATOMIC_MOVE);
      file = draft.publish(files.log());
      log = next;
      Segment front = Segment.above(now.spec.dimension());
      content =
          new Content(
              now.spec, new Levels(front, now.levels.front(), now.levels.disk()), now.reason);
      startMoving();
    } catch (IOException e) {
      movedAt = System.nanoTime();
      if (file == null) {
        abandon("its log could not be replaced: " + e.getMessage());
      }
      LOG.warn("Vector collection {} stays in memory for now: {}", now.spec.name(), e.toString());
    }
  }

  private void startMoving() {
    moving = true;
    movedAt = System.nanoTime();
    mover.execute(this::move);
  }

  /** Puts the frozen vectors into the index on disk. Runs beside readers and writers. */
  private void move() {
    Content begun = content;
    try {
      Segment frozen = begun.levels == null ? null : begun.levels.frozen();
      HnswIndex target = frozen == null ? null : target(begun);
      if (target != null) {
        for (var all = frozen.view().entries().iterator(); all.hasNext(); ) {
          Entry entry = all.next();
          target.upsert(entry.id(), entry.vector());
        }
        for (var gone = frozen.deletedBelow().iterator(); gone.hasNext(); ) {
          target.delete(gone.nextLong());
        }
        arrived(begun, frozen, target);
      }
    } catch (RebuildNeededException e) {
      failed(begun, e.getMessage(), true);
    } catch (IOException | RuntimeException e) {
      failed(begun, e.toString(), false);
    } finally {
      moving = false;
    }
  }

  /** Returns null when somebody replaced the collection meanwhile. */
  private HnswIndex target(Content begun) throws IOException, RebuildNeededException {
    writing.lock();
    try {
      if (content.levels == null || content.levels.frozen() != begun.levels.frozen()) {
        return null;
      }
      if (index == null) {
        index = HnswIndex.open(files.index(log.generation()), begun.spec);
        if (index.nextLog() != log.sequence() - 1) {
          throw new RebuildNeededException("its HNSW index was deleted or changed by somebody");
        }
      }
      return index;
    } finally {
      writing.unlock();
    }
  }

  private void arrived(Content begun, Segment frozen, HnswIndex target) throws IOException {
    long next;
    writing.lock();
    try {
      next = log.sequence();
    } finally {
      writing.unlock();
    }
    target.commit(next);
    HnswView view = target.view();
    writing.lock();
    try {
      Levels now = content.levels;
      if (now == null || now.frozen() != frozen) {
        view.release();
        return;
      }
      content = new Content(begun.spec, new Levels(now.front(), null, view), "");
      release(now);
      Files.deleteIfExists(files.frozenLog());
      movedAt = System.nanoTime();
    } finally {
      writing.unlock();
    }
  }

  /** The frozen vectors still answer from memory, so a full disk only means to try again. */
  private void failed(Content begun, String reason, boolean lost) {
    writing.lock();
    try {
      if (content.levels == null || content.levels.frozen() != begun.levels.frozen()) {
        return;
      }
      LOG.warn("Vectors of {} could not be moved to disk: {}", begun.spec.name(), reason);
      movedAt = System.nanoTime();
      if (lost) {
        abandon(reason);
      } else if (index != null) {
        index.close();
        index = null; // opened again at its last commit
      }
    } finally {
      writing.unlock();
    }
  }

  /** Gives up what is loaded, until a rebuild or until the files are opened anew. */
  private void abandon(String reason) {
    Content before = content;
    content = new Content(before.spec, null, reason);
    count = 0;
    try {
      closeFile();
    } catch (IOException e) {
      LOG.debug("Closing the file of collection {} failed as well", before.spec.name(), e);
    }
    if (before.levels != null) {
      release(before.levels);
    }
    if (index != null) {
      index.close();
      index = null;
    }
  }

  /** Returns what the collection is open for while the rebuild begins. */
  private CollectionSpec startOverlay(CollectionSpec spec) {
    writing.lock();
    try {
      overlay = new Overlay(spec, new HashMap<>());
      return content.spec;
    } finally {
      writing.unlock();
    }
  }

  private void endOverlay() {
    writing.lock();
    try {
      overlay = null;
    } finally {
      writing.unlock();
    }
  }

  /** One that no file has, be it readable or not. */
  private LogId nextGeneration() throws IOException {
    writing.lock();
    try {
      return new LogId(Math.max(log.generation(), files.newestIndex()) + 1, 1);
    } finally {
      writing.unlock();
    }
  }

  private void closeFile() throws IOException {
    VectorFile open = file;
    file = null;
    if (open != null) {
      open.close();
    }
  }
}
