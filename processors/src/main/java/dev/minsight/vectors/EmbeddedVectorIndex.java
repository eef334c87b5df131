package dev.minsight.vectors;

import dev.minsight.support.ConfigurationException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The index within this process. While a collection is small, a query is compared with every vector
 * in memory: exact, and quick enough (a vector is read at a few gigabytes per second). Above a
 * limit its vectors move to an HNSW index on disk, while it answers and takes writes; see {@link
 * EmbeddedCollection}.
 *
 * <p>A write is in a file when the call returns, so it survives the end of the process; the disk is
 * asked to keep it within {@value #TICK_MILLIS} ms, so only a loss of power can take the last
 * writes, which the owner notices by the count.
 */
public final class EmbeddedVectorIndex extends IndexOfCollections<EmbeddedCollection> {

  /**
   * Numbers a collection holds in memory before it moves to disk: 195,000 vectors of 128 or 48,000
   * of 512; 100 MB, at most 8 ms a search.
   */
  public static final long EXACT_LIMIT = 25_000_000;

  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedVectorIndex.class);

  private static final long TICK_MILLIS = 1000;

  private final Path directory;
  private final long exactLimit;
  private final FileChannel lockFile;
  private final ScheduledExecutorService ticker =
      Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "vectors-tick"));
  private final ExecutorService mover =
      Executors.newSingleThreadExecutor(task -> daemon(task, "vectors-move"));

  /**
   * @param directory where the files are; made when missing
   * @throws ConfigurationException another process, or another index of this one, uses the folder,
   *     or it cannot be written
   */
  public EmbeddedVectorIndex(Path directory) {
    this(directory, EXACT_LIMIT);
  }

  /**
   * @param directory where the files are; made when missing
   * @param exactLimit most numbers (vectors times dimension) that a collection holds in memory
   * @throws ConfigurationException another process, or another index of this one, uses the folder,
   *     or it cannot be written
   */
  public EmbeddedVectorIndex(Path directory, long exactLimit) {
    super("of " + directory);
    this.directory = directory;
    this.exactLimit = exactLimit;
    this.lockFile = lock(directory);
    ticker.scheduleWithFixedDelay(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Never while the index is being closed. */
  @Override
  public synchronized void open(CollectionSpec spec) {
    super.open(spec);
  }

  @Override
  EmbeddedCollection make(CollectionSpec spec) {
    return new EmbeddedCollection(directory, spec, exactLimit, mover);
  }

  @Override
  public void flush() {
    checkOpen();
    collections().forEach(EmbeddedCollection::flush);
  }

  @Override
  void letGo() {
    ticker.shutdown();
    collections().forEach(EmbeddedCollection::close);
    mover.shutdown();
    try {
      lockFile.close();
    } catch (IOException e) {
      LOG.warn("The lock of {} could not be released: {}", directory, e.getMessage());
    }
  }

  private void tick() {
    for (EmbeddedCollection each : collections()) {
      try {
        each.tick();
      } catch (RuntimeException e) { // a timer that throws is never run again
        LOG.warn("{}", e.getMessage());
      }
    }
  }

  private static Thread daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
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
