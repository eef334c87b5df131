package dev.minsight.vectors;

import dev.minsight.support.RetryableException;
import dev.minsight.vectors.VectorIndex.Entry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replaces the whole content of a collection, and its files, while others write: what they write
 * meanwhile is noted and put on top before the new content takes over.
 */
final class CollectionRebuild {

  private static final Logger LOG = LoggerFactory.getLogger(CollectionRebuild.class);

  private final LiveCollection live;
  private final CollectionFiles files;
  private final long exactLimit;
  private final ReentrantLock running = new ReentrantLock();

  /** Writes since the running rebuild began; null when none runs. Guarded by the writers' lock. */
  private Overlay overlay;

  /** An absent vector means: delete. */
  private record Overlay(CollectionSpec spec, Map<Long, Optional<float[]>> writes) {}

  CollectionRebuild(LiveCollection live, long exactLimit) {
    this.live = live;
    this.files = live.files;
    this.exactLimit = exactLimit;
  }

  /** Whether one runs. Whoever calls holds the lock of writers, as for the next two. */
  boolean isRunning() {
    return overlay != null;
  }

  /** What the vectors that are written now are for: the model that is to serve, if one is. */
  CollectionSpec target() {
    return overlay == null ? live.content.spec() : overlay.spec;
  }

  /** Notes a write, if a rebuild runs; an absent vector means: delete. */
  void note(long id, Optional<float[]> unit) {
    if (overlay != null) {
      overlay.writes.put(id, unit);
    }
  }

  void run(CollectionSpec spec, Stream<Entry> vectors) {
    if (!running.tryLock()) {
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
      running.unlock();
    }
  }

  /** Returns what the collection is open for while the rebuild begins. */
  private CollectionSpec startOverlay(CollectionSpec spec) {
    live.writing.lock();
    try {
      overlay = new Overlay(spec, new HashMap<>());
      return live.content.spec();
    } finally {
      live.writing.unlock();
    }
  }

  private void endOverlay() {
    live.writing.lock();
    try {
      overlay = null;
    } finally {
      live.writing.unlock();
    }
  }

  /** One that no file has, be it readable or not. */
  private LogId nextGeneration() throws IOException {
    live.writing.lock();
    try {
      return new LogId(Math.max(live.log.generation(), files.newestIndex()) + 1, 1);
    } finally {
      live.writing.unlock();
    }
  }

  private void replaceBy(CollectionBuilder next, CollectionSpec before, CollectionSpec spec)
      throws IOException {
    Levels old;
    HnswIndex oldIndex;
    live.writing.lock();
    try {
      if (live.closed || !live.content.spec().equals(before)) {
        throw new RetryableException(
            "collection %s was closed or opened for another model during its rebuild"
                .formatted(spec.name()));
      }
      for (Map.Entry<Long, Optional<float[]>> write : overlay.writes.entrySet()) {
        next.overlay(write.getKey(), write.getValue().orElse(null));
      }
      next.seal();
      oldIndex = live.index;
      old = live.content.levels();
      CollectionBuilder.Built built = publish(next);
      live.index = built.index();
      live.become(spec, built.levels());
    } finally {
      live.writing.unlock();
    }
    removeOld(old, oldIndex);
  }

  private CollectionBuilder.Built publish(CollectionBuilder next) throws IOException {
    live.closeFile();
    try {
      CollectionBuilder.Built built = next.publish();
      live.file = built.file();
      live.log = built.log();
      return built;
    } catch (IOException e) {
      live.abandon("its file could not be replaced: " + e.getMessage());
      throw e;
    }
  }

  /** What is left of it does no harm; the next start removes it. */
  private void removeOld(Levels old, HnswIndex oldIndex) {
    if (old != null) {
      LiveCollection.release(old);
    }
    if (oldIndex != null) {
      oldIndex.close();
    }
    live.writing.lock();
    try {
      Levels now = live.content.levels();
      if (now != null && now.frozen() == null) {
        Files.deleteIfExists(files.frozenLog());
        files.keepOnly(live.log.generation());
      }
    } catch (IOException e) {
      LOG.warn("Old files of collection {} are left: {}", live.content.name(), e.toString());
    } finally {
      live.writing.unlock();
    }
  }
}
