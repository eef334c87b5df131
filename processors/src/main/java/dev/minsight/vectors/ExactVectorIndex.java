package dev.minsight.vectors;

import dev.minsight.support.ConfigurationException;
import dev.minsight.support.RetryableException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongPredicate;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The index that compares a query with every vector: always exact, and up to some hundred thousand
 * vectors quick enough (a vector is read from memory at a few gigabytes per second).
 *
 * <p>All vectors are held on the heap, {@code dimension * 4} bytes each, and in one file per
 * collection. A write is in the file when the call returns, so it survives the end of the process;
 * the disk is asked to keep it within {@value #SYNC_MILLIS} ms, so only a loss of power can take
 * the last writes, which the owner notices by the count.
 */
public final class ExactVectorIndex implements VectorIndex {

  private static final Logger LOG = LoggerFactory.getLogger(ExactVectorIndex.class);

  private static final long SYNC_MILLIS = 1000;

  private final Path directory;
  private final FileChannel lockFile;
  private final Map<String, ExactCollection> collections = new ConcurrentHashMap<>();
  private final ScheduledExecutorService syncer;
  private volatile boolean closed;

  /**
   * @param directory where the files are; made when missing
   * @throws ConfigurationException another process, or another index of this one, uses the folder,
   *     or it cannot be written
   */
  public ExactVectorIndex(Path directory) {
    this.directory = directory;
    this.lockFile = lock(directory);
    this.syncer =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "vectors-sync");
              thread.setDaemon(true);
              return thread;
            });
    syncer.scheduleWithFixedDelay(
        this::flushQuietly, SYNC_MILLIS, SYNC_MILLIS, TimeUnit.MILLISECONDS);
  }

  @Override
  public synchronized void open(CollectionSpec spec) {
    checkOpen();
    collections
        .computeIfAbsent(spec.name(), name -> new ExactCollection(directory, spec))
        .open(spec);
  }

  @Override
  public void upsert(String collection, long id, float[] vector) {
    collection(collection).upsert(id, vector);
  }

  @Override
  public void delete(String collection, long id) {
    collection(collection).delete(id);
  }

  @Override
  public Optional<float[]> vector(String collection, long id) {
    return collection(collection).usable().vector(id);
  }

  @Override
  public List<Hit> search(
      String collection, float[] query, int limit, float minScore, LongPredicate accept) {
    return collection(collection).search(query, limit, minScore, accept);
  }

  @Override
  public long count(String collection) {
    return collection(collection).usable().count();
  }

  @Override
  public LongStream ids(String collection) {
    return collection(collection).usable().ids();
  }

  @Override
  public void rebuild(CollectionSpec spec, Stream<Entry> vectors) {
    collection(spec.name()).rebuild(spec, vectors);
  }

  @Override
  public CollectionState state(String collection) {
    return collection(collection).state();
  }

  @Override
  public void flush() {
    checkOpen();
    collections.values().forEach(ExactCollection::flush);
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    syncer.shutdown();
    collections.values().forEach(ExactCollection::close);
    try {
      lockFile.close();
    } catch (IOException e) {
      LOG.warn("The lock of {} could not be released: {}", directory, e.getMessage());
    }
  }

  private ExactCollection collection(String name) {
    checkOpen();
    ExactCollection found = collections.get(name);
    if (found == null) {
      throw new IllegalArgumentException("collection " + name + " was not opened");
    }
    return found;
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("the vector index of " + directory + " is closed");
    }
  }

  private void flushQuietly() {
    for (ExactCollection each : collections.values()) {
      try {
        each.flush();
      } catch (RetryableException e) {
        LOG.warn("{}", e.getMessage());
      }
    }
  }

  /** The lock belongs to the open channel: the system frees it however the process ends. */
  private static FileChannel lock(Path directory) {
    FileChannel channel = null;
    try {
      Files.createDirectories(directory);
      channel =
          FileChannel.open(
              directory.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = channel.tryLock();
      if (lock != null) {
        VectorFileDraft.removeLeftovers(directory);
        return channel;
      }
      channel.close();
      throw inUse(directory, null);
    } catch (OverlappingFileLockException e) {
      closeQuietly(channel);
      throw inUse(directory, e);
    } catch (IOException e) {
      closeQuietly(channel);
      throw new ConfigurationException(
          "the vector folder %s cannot be used: %s".formatted(directory, e), e);
    }
  }

  private static ConfigurationException inUse(Path directory, Throwable cause) {
    return new ConfigurationException(
        "the vector folder %s is in use by another mInsight; stop that one or choose another home"
            .formatted(directory),
        cause);
  }

  private static void closeQuietly(FileChannel channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException ignored) {
      // The reason why we are here is about to be thrown.
    }
  }
}
