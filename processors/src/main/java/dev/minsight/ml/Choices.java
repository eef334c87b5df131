package dev.minsight.ml;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * A model for each task, in a small file of the models folder, one {@code task: id} a line. Server
 * and command line share it: it is replaced as a whole, changed under a file lock, and read again
 * when another process replaced it.
 */
final class Choices {

  private static final long RETRY_NANOS = 10_000_000;
  private static final int RETRIES = 500;

  private record Snapshot(String stamp, Map<String, String> byTask) {}

  private final Path file;
  private final String headline;
  private volatile Snapshot snapshot = new Snapshot("never read", Map.of());

  /**
   * @param modelsDir folder of the models
   * @param name of the file, without its ending
   * @param headline what the file says, for people who open it
   */
  Choices(Path modelsDir, String name, String headline) {
    this.file = modelsDir.resolve(name + ".yaml");
    this.headline = headline;
  }

  Path file() {
    return file;
  }

  /**
   * @return model id by task
   * @throws IOException if the file is there but cannot be understood
   */
  Map<String, String> read() throws IOException {
    String stamp;
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      stamp = attributes.lastModifiedTime() + " " + attributes.size() + " " + attributes.fileKey();
    } catch (NoSuchFileException e) {
      stamp = "absent";
    }
    Snapshot known = snapshot;
    if (!known.stamp().equals(stamp)) {
      known = new Snapshot(stamp, stamp.equals("absent") ? Map.of() : parse());
      snapshot = known;
    }
    return known.byTask();
  }

  void change(Consumer<Map<String, String>> edit) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    Path lockFile = file.resolveSibling("." + file.getFileName() + ".lock");
    try (FileChannel channel =
            FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = lock(channel)) {
      Map<String, String> byTask = new TreeMap<>(lock.isValid() ? read() : Map.of());
      edit.accept(byTask);
      StringBuilder yaml = new StringBuilder("# ").append(headline).append('\n');
      byTask.forEach((task, id) -> yaml.append(task).append(": ").append(id).append('\n'));
      Path next = file.resolveSibling("." + file.getFileName() + ".part");
      Files.writeString(next, yaml);
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** The lock of another thread of this process is an exception, not a wait. */
  private static FileLock lock(FileChannel channel) throws IOException {
    for (int attempt = 0; attempt < RETRIES; attempt++) {
      try {
        return channel.lock();
      } catch (OverlappingFileLockException e) {
        LockSupport.parkNanos(RETRY_NANOS);
      }
    }
    throw new IOException("the lock on the model choices stays taken");
  }

  private Map<String, String> parse() throws IOException {
    Object tree;
    try {
      tree = new Yaml(new SafeConstructor(new LoaderOptions())).load(Files.readString(file));
    } catch (YAMLException e) {
      throw new IOException(file + " is not valid YAML", e);
    }
    Map<String, String> byTask = new TreeMap<>();
    if (tree instanceof Map<?, ?> entries) {
      entries.forEach((task, id) -> byTask.put(String.valueOf(task), String.valueOf(id)));
    } else if (tree != null) {
      throw new IOException(file + " does not hold lines of the form 'task: model'");
    }
    return byTask;
  }
}
