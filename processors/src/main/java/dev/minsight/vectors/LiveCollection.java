package dev.minsight.vectors;

import dev.minsight.support.RetryableException;
import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a collection consists of at the moment. Whoever changes that holds {@link #writing}. Readers
 * take no lock: they see the {@link Levels} that were published last.
 */
final class LiveCollection {

  private static final Logger LOG = LoggerFactory.getLogger(LiveCollection.class);

  /** Fewer dead vectors than this are not worth a rewrite. */
  private static final int MIN_DEAD = 1024;

  final ReentrantLock writing = new ReentrantLock();
  final CollectionFiles files;

  volatile Content content;
  volatile long count;

  /** Null while a rebuild is needed, and after closing. Guarded by {@link #writing}. */
  VectorFile file;

  /** Which log {@link #file} is, or was before it was given up. Guarded by {@link #writing}. */
  LogId log = LogId.FIRST;

  /** Null while all is in memory. Guarded by {@link #writing}; written by the mover only. */
  HnswIndex index;

  /** Guarded by {@link #writing}. */
  boolean closed;

  /** Dead vectors from which the next compaction is tried. Guarded by {@link #writing}. */
  int compactAt = MIN_DEAD;

  /**
   * @param levels null when a rebuild is needed
   * @param reason why it is; empty otherwise
   */
  record Content(CollectionSpec spec, Levels levels, String reason) {

    String name() {
      return spec.name();
    }
  }

  @FunctionalInterface
  interface Read<T> {
    T from(Content content) throws IOException;
  }

  LiveCollection(CollectionFiles files, CollectionSpec spec) {
    this.files = files;
    this.content = new Content(spec, null, "it is not loaded");
  }

  /** Levels that were replaced may be closed; then newer ones are there. */
  <T> T read(Read<T> read) {
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
        "collection %s cannot be read: %s".formatted(read.name(), failure), failure);
  }

  /**
   * @throws RetryableException it needs a rebuild
   */
  static Levels usable(Content now) {
    if (now.levels == null) {
      throw new RetryableException(
          "collection %s needs a rebuild: %s".formatted(now.name(), now.reason));
    }
    return now.levels;
  }

  static void release(Levels levels) {
    try {
      levels.release();
    } catch (IOException e) {
      LOG.warn("Files of a vector index could not be closed: {}", e.toString());
    }
  }

  void become(CollectionSpec spec, Levels levels) throws IOException {
    count = levels.ids().count();
    content = new Content(spec, levels, "");
    compactAt = Math.max(MIN_DEAD, levels.front().count());
  }

  /** Gives up what is loaded, until a rebuild or until the files are opened anew. */
  void abandon(String reason) {
    Content before = content;
    content = new Content(before.spec, null, reason);
    count = 0;
    try {
      closeFile();
    } catch (IOException e) {
      LOG.debug("Closing the file of collection {} failed as well", before.name(), e);
    }
    if (before.levels != null) {
      release(before.levels);
    }
    if (index != null) {
      index.close();
      index = null;
    }
  }

  void closeFile() throws IOException {
    VectorFile open = file;
    file = null;
    if (open != null) {
      open.close();
    }
  }
}
