package dev.minsight.vectors;

import dev.minsight.support.RetryableException;
import dev.minsight.vectors.VectorIndex.Entry;
import dev.minsight.vectors.VectorIndex.Hit;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongPredicate;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One collection: a {@link Segment} in memory and a {@link VectorFile} that can bring it back.
 *
 * <p>Writers take turns under one lock: first the file, then the segment. Readers take no lock. The
 * hard thing owned here is replacing both at once while others write, for compaction (the same
 * vectors without the dead ones) and for rebuilds (other vectors).
 */
final class ExactCollection {

  private static final Logger LOG = LoggerFactory.getLogger(ExactCollection.class);

  /** Fewer dead vectors than this are not worth a rewrite. */
  private static final int MIN_DEAD = 1024;

  /** A writer waits for the disk when this much could be lost with the power. */
  private static final long MAX_UNSYNCED_BYTES = 8L << 20;

  private final Path path;
  private final ReentrantLock writing = new ReentrantLock();
  private final ReentrantLock rebuilding = new ReentrantLock();

  private volatile Content content;

  /** Null while a rebuild is needed, and after closing. Guarded by {@link #writing}. */
  private VectorFile file;

  /** Writes since the running rebuild began; null when none runs. Guarded by {@link #writing}. */
  private Overlay overlay;

  /** Guarded by {@link #writing}. */
  private boolean closed;

  /** Dead vectors from which the next compaction is tried. Guarded by {@link #writing}. */
  private int compactAt = MIN_DEAD;

  /**
   * @param segment null when a rebuild is needed
   * @param reason why it is; empty otherwise
   */
  private record Content(CollectionSpec spec, Segment segment, String reason) {}

  /** An absent vector means: delete. */
  private record Overlay(CollectionSpec spec, Map<Long, Optional<float[]>> writes) {}

  ExactCollection(Path folder, CollectionSpec spec) {
    this.path = folder.resolve(spec.name() + ".vec");
    this.content = new Content(spec, null, "it is not loaded");
  }

  /** Loads the file, or notes why it cannot be used. A collection that fits already is left. */
  void open(CollectionSpec spec) {
    writing.lock();
    try {
      if (content.segment != null && content.spec.equals(spec)) {
        return;
      }
      closeFile();
      Segment segment = new Segment(spec.dimension());
      if (Files.exists(path)) {
        file = new VectorFile(path, VectorFileReader.read(path, spec, segment));
      } else {
        try (VectorFileDraft empty = new VectorFileDraft(draft("compact"), spec)) {
          empty.seal();
          file = empty.publish(path);
        }
      }
      content = new Content(spec, segment, "");
      compactAt = Math.max(MIN_DEAD, segment.count());
    } catch (RebuildNeededException e) {
      content = new Content(spec, null, e.getMessage());
    } catch (IOException e) {
      content = new Content(spec, null, "its file cannot be read: " + e);
    } finally {
      writing.unlock();
    }
  }

  void upsert(long id, float[] vector) {
    writing.lock();
    try {
      boolean newModel = overlay != null && !overlay.spec.equals(content.spec);
      float[] unit = UnitVectors.normalise(newModel ? overlay.spec : content.spec, vector);
      if (overlay == null) {
        usable();
      }
      // A vector made for the new model has no place among those of the old one.
      if (content.segment != null && !newModel) {
        append(VectorRecords.upsert(id, unit));
        content.segment.upsert(id, unit);
        compactIfWorthwhile();
      }
      if (overlay != null) {
        overlay.writes.put(id, Optional.of(unit));
      }
    } finally {
      writing.unlock();
    }
  }

  void delete(long id) {
    writing.lock();
    try {
      if (overlay == null) {
        usable();
      }
      if (content.segment != null && content.segment.contains(id)) {
        append(VectorRecords.delete(id));
        content.segment.delete(id);
        compactIfWorthwhile();
      }
      if (overlay != null) {
        overlay.writes.put(id, Optional.empty());
      }
    } finally {
      writing.unlock();
    }
  }

  List<Hit> search(float[] query, int limit, float minScore, LongPredicate accept) {
    if (limit < 0 || !(minScore >= 0 && minScore <= 1)) {
      throw new IllegalArgumentException(
          "limit %d, least score %s: use 0 or more, and 0 to 1".formatted(limit, minScore));
    }
    Content now = content;
    float[] unit = UnitVectors.normalise(now.spec, query);
    Segment segment = usable(now);
    if (limit == 0) {
      return List.of();
    }
    TopHits top = new TopHits(limit, minScore, accept);
    segment.scan(unit, top);
    return top.best();
  }

  /**
   * @throws RetryableException while a rebuild is needed
   */
  Segment usable() {
    return usable(content);
  }

  CollectionState state() {
    Content now = content;
    return now.segment == null
        ? CollectionState.needsRebuild(now.spec, now.reason)
        : CollectionState.ready(now.spec, now.segment.count());
  }

  void rebuild(CollectionSpec spec, Stream<Entry> vectors) {
    if (!rebuilding.tryLock()) {
      throw new RetryableException("collection " + spec.name() + " is being rebuilt already");
    }
    try (VectorFileDraft draft = new VectorFileDraft(draft("rebuild"), spec)) {
      CollectionSpec before = startOverlay(spec);
      Segment segment = new Segment(spec.dimension());
      for (Iterator<Entry> all = vectors.iterator(); all.hasNext(); ) {
        Entry entry = all.next();
        put(draft, segment, entry.id(), UnitVectors.normalise(spec, entry.vector()));
      }
      writing.lock();
      try {
        if (closed || !content.spec.equals(before)) {
          throw new RetryableException(
              "collection %s was closed or opened for another model during its rebuild"
                  .formatted(spec.name()));
        }
        for (Map.Entry<Long, Optional<float[]>> write : overlay.writes.entrySet()) {
          if (write.getValue().isPresent()) {
            put(draft, segment, write.getKey(), write.getValue().get());
          } else if (segment.delete(write.getKey())) {
            draft.append(VectorRecords.delete(write.getKey()));
          }
        }
        replace(draft, new Content(spec, segment, ""));
      } finally {
        writing.unlock();
      }
    } catch (IOException | UncheckedIOException e) {
      throw new RetryableException(
          "collection %s could not be rebuilt: %s".formatted(spec.name(), e.getMessage()), e);
    } finally {
      endOverlay();
      rebuilding.unlock();
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

  void close() {
    writing.lock();
    try {
      if (file != null) {
        file.sync();
      }
      closeFile();
    } catch (IOException e) {
      LOG.warn("Vector collection {} may miss its last writes: {}", content.spec.name(), e, e);
    } finally {
      closed = true;
      content = new Content(content.spec, null, "it is closed");
      writing.unlock();
    }
  }

  private static Segment usable(Content now) {
    if (now.segment == null) {
      throw new RetryableException(
          "collection %s needs a rebuild: %s".formatted(now.spec.name(), now.reason));
    }
    return now.segment;
  }

  private static void put(VectorFileDraft draft, Segment segment, long id, float[] unit)
      throws IOException {
    draft.append(VectorRecords.upsert(id, unit));
    segment.upsert(id, unit);
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
    if (content.segment.dead() <= compactAt) {
      return;
    }
    Content now = content;
    Segment live = new Segment(now.spec.dimension());
    try (VectorFileDraft draft = new VectorFileDraft(draft("compact"), now.spec)) {
      for (Iterator<Entry> all = now.segment.entries().iterator(); all.hasNext(); ) {
        Entry entry = all.next();
        put(draft, live, entry.id(), entry.vector());
      }
      replace(draft, new Content(now.spec, live, ""));
    } catch (IOException e) {
      compactAt = 2 * now.segment.dead();
      LOG.warn(
          "Vector collection {} could not be compacted and keeps growing until the next try: {}",
          now.spec.name(),
          e.getMessage());
    }
  }

  private void replace(VectorFileDraft draft, Content next) throws IOException {
    draft.seal();
    closeFile();
    try {
      file = draft.publish(path);
    } catch (IOException e) {
      abandon("its file could not be replaced: " + e.getMessage());
      throw e;
    }
    content = next;
    compactAt = Math.max(MIN_DEAD, next.segment.count());
  }

  /** Gives up what is loaded, until a rebuild or until the file is opened anew. */
  private void abandon(String reason) {
    content = new Content(content.spec, null, reason);
    try {
      closeFile();
    } catch (IOException e) {
      LOG.debug("Closing the file of collection {} failed as well", content.spec.name(), e);
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

  private void closeFile() throws IOException {
    VectorFile open = file;
    file = null;
    if (open != null) {
      open.close();
    }
  }

  private Path draft(String purpose) {
    return path.resolveSibling(path.getFileName() + "." + purpose + VectorFileDraft.SUFFIX);
  }
}
