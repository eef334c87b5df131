package dev.minsight.compute;

import static java.util.function.Predicate.not;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.minsight.support.ApiException;
import dev.minsight.support.MinsightProperties;
import dev.minsight.support.NotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Each job has a folder of its own, {@code <home>/compute/jobs/<id>}; a worker writes only there.
 * The result lies beside its files as {@code result.json}, so the server can conclude the task
 * without anything large passing through the engine.
 */
@Component
public class JobFolders {

  private static final Logger LOG = LoggerFactory.getLogger(JobFolders.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String RESULT = "result.json";
  static final String INPUT = "input";

  /** Holds how often a worker began the job and never said how it ended. */
  private static final String RUNS = "runs";

  private final Path root;

  @Autowired
  JobFolders(MinsightProperties settings) {
    this(settings.home().resolve("compute/jobs"));
  }

  JobFolders(Path root) {
    this.root = root;
  }

  /**
   * @param jobId a job
   * @return its folder, which may not exist
   */
  public Path of(String jobId) {
    return root.resolve(jobId);
  }

  /**
   * Makes the folder of a job, empty but for the input that was uploaded with it: what an earlier
   * try left is nobody's.
   *
   * @param jobId a job
   * @return its folder
   * @throws IOException if it cannot be made
   */
  public Path fresh(String jobId) throws IOException {
    Path folder = of(jobId);
    Files.createDirectories(folder);
    for (Path left : children(folder)) {
      if (!left.endsWith(INPUT) && !left.endsWith(RUNS)) {
        deleteTree(left);
      }
    }
    Files.createDirectories(folder.resolve("output"));
    return folder;
  }

  /**
   * Counts a run of a job; {@link #forgetRuns} takes it back. What remains are the runs whose
   * worker died with them.
   *
   * @param jobId a job whose folder is there
   * @return how many runs before this one never ended
   * @throws IOException if the count cannot be kept
   */
  int begun(String jobId) throws IOException {
    Path file = of(jobId).resolve(RUNS);
    int before = Files.exists(file) ? Files.readString(file).length() : 0;
    Files.writeString(file, "x".repeat(before + 1));
    return before;
  }

  /**
   * Forgets the runs that were counted: the worker lives, or somebody wants the job tried again.
   *
   * @param jobId a job
   */
  void forgetRuns(String jobId) {
    try {
      Files.deleteIfExists(of(jobId).resolve(RUNS));
    } catch (IOException e) {
      LOG.warn("The runs of job {} stay counted: {}", jobId, e.toString());
    }
  }

  /**
   * What the folders of jobs take.
   *
   * @param bytes of all their files
   * @param jobs how many folders
   */
  public record Usage(long bytes, int jobs) {}

  Usage usage() {
    long bytes = 0;
    int count = 0;
    try {
      for (Path folder : Files.isDirectory(root) ? children(root) : List.<Path>of()) {
        bytes += size(folder.getFileName().toString());
        count++;
      }
      return new Usage(bytes, count);
    } catch (IOException e) {
      throw new UncheckedIOException("the folders of jobs in " + root + " cannot be read", e);
    }
  }

  /** Bytes of a job's files; what vanishes meanwhile counts for nothing. */
  long size(String jobId) {
    try (Stream<Path> files = Files.walk(of(jobId))) {
      return files.filter(Files::isRegularFile).mapToLong(JobFolders::bytes).sum();
    } catch (IOException | UncheckedIOException e) {
      return 0;
    }
  }

  private static long bytes(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      return 0;
    }
  }

  boolean hasResult(String jobId) {
    return Files.isRegularFile(of(jobId).resolve(RESULT));
  }

  void writeResult(String jobId, JobResult result) throws IOException {
    JSON.writeValue(of(jobId).resolve(RESULT).toFile(), result);
  }

  /**
   * @param jobId a job whose worker finished
   * @return what its plugin found
   */
  public JobResult result(String jobId) {
    try {
      return JSON.readValue(of(jobId).resolve(RESULT).toFile(), JobResult.class);
    } catch (IOException e) {
      throw new UncheckedIOException("the result of job " + jobId + " cannot be read", e);
    }
  }

  /**
   * @param jobId a job
   * @param path of one of its files, relative to its folder
   * @return the file
   * @throws NotFoundException if it is not there
   * @throws ApiException 403 if the path leaves the folder, 400 if it is none or no file
   */
  Path file(String jobId, String path) {
    Path folder = of(jobId);
    if (!Files.isDirectory(folder)) {
      throw new NotFoundException("Job directory not found for job " + jobId);
    }
    Path file;
    try {
      file = folder.resolve(path).normalize();
    } catch (InvalidPathException e) {
      throw new ApiException(400, "Invalid file path: " + e.getReason());
    }
    try {
      if (!file.startsWith(folder)
          || Files.exists(file) && !file.toRealPath().startsWith(folder.toRealPath())) {
        throw new ApiException(403, "Access denied: path traversal detected");
      }
    } catch (IOException e) {
      throw new NotFoundException("File not found: " + path);
    }
    if (!Files.exists(file)) {
      throw new NotFoundException("File not found: " + path);
    }
    if (!Files.isRegularFile(file)) {
      throw new ApiException(400, "Path is not a file: " + path);
    }
    return file;
  }

  /**
   * Removes a job's folder; none is no error.
   *
   * @param jobId a job
   */
  public void delete(String jobId) {
    try {
      deleteTree(of(jobId));
    } catch (IOException e) {
      throw new UncheckedIOException("the folder of job " + jobId + " cannot be removed", e);
    }
  }

  /**
   * Removes a job's folder that nobody needs any more; one that stays is not worth a failure.
   *
   * @param jobId a job that has ended
   */
  public void discard(String jobId) {
    try {
      delete(jobId);
    } catch (UncheckedIOException e) {
      LOG.warn("{}: {}", e.getMessage(), e.getCause().toString());
    }
  }

  /**
   * Removes the folders that a killed process left. To be called before any worker of this home
   * works.
   *
   * @param kept ids of the jobs whose files somebody may still want
   * @param before ms since epoch; what was touched later may belong to a job that is handed in now
   */
  void sweep(Set<String> kept, long before) {
    try {
      int removed = removeStray(kept, before);
      if (removed > 0) {
        LOG.info("Removed {} job folders that an earlier process left", removed);
      }
    } catch (UncheckedIOException e) {
      LOG.warn("{}: {}", e.getMessage(), e.getCause().toString());
    }
  }

  /**
   * Removes the folders that nobody wants.
   *
   * @param kept ids of the jobs whose files somebody may still want
   * @param before ms since epoch; what was touched later may belong to a job that is handed in now
   * @return how many were removed
   * @throws UncheckedIOException if the folders cannot be read
   */
  int removeStray(Set<String> kept, long before) {
    try (Stream<Path> folders = Files.list(root)) {
      List<String> left =
          folders
              .filter(folder -> touched(folder) < before)
              .map(folder -> folder.getFileName().toString())
              .filter(not(kept::contains))
              .toList();
      left.forEach(this::delete);
      return left.size();
    } catch (NoSuchFileException e) {
      return 0; // no job ever
    } catch (IOException e) {
      throw new UncheckedIOException("old job folders in " + root + " cannot be removed", e);
    }
  }

  private static long touched(Path folder) {
    try {
      return Files.getLastModifiedTime(folder).toMillis();
    } catch (IOException e) {
      return Long.MAX_VALUE; // gone meanwhile
    }
  }

  private static void deleteTree(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : deepestFirst) {
        Files.deleteIfExists(file);
      }
    } catch (NoSuchFileException e) {
      return; // nothing there
    }
  }

  private static List<Path> children(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }
}
