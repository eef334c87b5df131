package dev.minsight.compute;

import dev.minsight.ml.ServingModel;
import dev.minsight.ml.VisionModels;
import dev.minsight.support.ApiException;
import dev.minsight.support.MinsightProperties;
import dev.minsight.support.NotFoundException;
import dev.minsight.support.RetryableException;
import dev.minsight.support.Spooled;
import dev.minsight.support.UnprocessableMediaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.stereotype.Component;

/**
 * Gives work to workers that are processes of their own and takes back what they made. Nothing is
 * kept here: a task is known by its number and its lease, so a worker goes on where it was after
 * the server was started anew.
 */
@Component
public class WorkerDesk {

  /** What became of a task that has no result. */
  public enum Outcome {
    /** It failed, and may succeed when it is tried again. */
    RETRYABLE,
    /** It failed in a way that somebody has to look at. */
    UNEXPECTED,
    /** Its file or its parameters are such that it never can. */
    UNPROCESSABLE,
    /** It was not finished, and that is not its fault. */
    UNFINISHED,
    /** It was not begun. */
    UNTOUCHED
  }

  private final QueuedWork work;
  private final TaskQueue queue;
  private final Jobs jobs;
  private final JobFolders folders;
  private final List<Gate> gates;
  private final VisionModels models;
  private final Path media;

  WorkerDesk(
      QueuedWork work,
      TaskQueue queue,
      Jobs jobs,
      JobFolders folders,
      List<Gate> gates,
      VisionModels models,
      MinsightProperties settings) {
    this.work = work;
    this.queue = queue;
    this.jobs = jobs;
    this.folders = folders;
    this.gates = gates.stream().filter(Gate::everywhere).toList();
    this.models = models;
    this.media = settings.home().resolve("media");
  }

  /**
   * @return the model that serves each task here; vectors of others would not fit beside them
   */
  public Map<String, String> models() {
    Map<String, String> serving = new TreeMap<>();
    models
        .status()
        .forEach(
            (task, model) -> {
              if (model instanceof ServingModel.Ready ready) {
                serving.put(task, ready.spec().id());
              }
            });
    return serving;
  }

  /**
   * Hands out tasks that can be done anywhere, and notes that their jobs begin.
   *
   * @param worker who takes them
   * @param taskTypes only these
   * @param max at most so many
   * @param lease how long they are held
   * @return none, one or more, each with its job
   */
  public List<Assigned> fetch(
      String worker, Collection<String> taskTypes, int max, Duration lease) {
    List<String> open =
        taskTypes.stream()
            .filter(WorkerDesk::isName)
            .filter(type -> gates.stream().noneMatch(gate -> gate.closed(type).isPresent()))
            .toList();
    List<Assigned> wanted = new ArrayList<>();
    for (Assigned assigned : work.fetchPortable(worker, open, max, lease)) {
      if (assigned.job() == null) {
        work.unprocessable(assigned, "its job was deleted");
      } else if (assigned.job().cancelledAt() != null) {
        work.unprocessable(assigned, "its job was cancelled");
      } else if (assigned.job().status() == JobStatus.FAILED) {
        // The report got lost on its way to the engine.
        work.unprocessable(assigned, assigned.job().errorMessage());
      } else {
        wanted.add(assigned);
      }
    }
    return wanted;
  }

  /** A worker may have plugins that the server lacks; but no topic is its own to choose. */
  private static boolean isName(String taskType) {
    return taskType.matches(Plugins.NAME);
  }

  /**
   * Notes that a worker begins a task now.
   *
   * @param taskId of the queue
   * @param lease under which it was handed out
   * @return how many workers died over it before
   * @throws ApiException 409 if the lease is lost
   */
  public int begin(String taskId, String lease) {
    Assigned assigned = assigned(taskId, lease);
    try {
      return work.begin(assigned).deaths();
    } catch (IOException e) {
      throw new RetryableException("the folder of the job cannot be made: " + e, e);
    }
  }

  /**
   * @param taskId of the queue
   * @param lease under which it was handed out
   * @param path of one of its inputs, as its job names it
   * @return the file
   * @throws ApiException 409 if the lease is lost
   * @throws NotFoundException if it is none of its inputs, or not there
   */
  public Path input(String taskId, String lease, String path) {
    Job job = assigned(taskId, lease).job();
    JobInput input =
        JobInput.of(job).stream()
            .filter(each -> each.path().equals(path))
            .findFirst()
            .orElseThrow(() -> new NotFoundException(path + " is no input of job " + job.id()));
    Path file;
    try {
      file = input.in(folders.of(job.id()), media);
    } catch (UnprocessableMediaException e) {
      throw new NotFoundException(e.getMessage());
    }
    if (!Files.isRegularFile(file)) {
      throw new NotFoundException("the file " + file.getFileName() + " is missing on disk");
    }
    return file;
  }

  /**
   * Holds a task for longer.
   *
   * @param taskId of the queue
   * @param lease under which it was handed out
   * @param longer from now
   * @throws ApiException 409 if the lease is lost
   */
  public void extend(String taskId, String lease, Duration longer) {
    if (!queue.extend(held(taskId, lease), longer)) {
      throw lost(taskId);
    }
  }

  /**
   * Notes how far a task is.
   *
   * @param taskId of the queue
   * @param lease under which it was handed out
   * @param percent 0..99
   * @throws ApiException 409 if the lease is lost, or its job was cancelled
   */
  public void progress(String taskId, String lease, int percent) {
    if (!work.progress(assigned(taskId, lease), percent)) {
      throw lost(taskId);
    }
  }

  /**
   * Takes a result.
   *
   * @param taskId of the queue
   * @param lease under which it was handed out
   * @param result ZIP of what was made in the job's folder; null when the job is completed already
   *     and only its end has to be said
   * @throws ApiException 409 if the lease is lost; 422 if the result cannot be used
   */
  public void result(String taskId, String lease, Spooled result) {
    Assigned assigned = assigned(taskId, lease);
    try {
      if (result != null) {
        unpack(assigned.job(), result);
      }
    } catch (IllegalArgumentException e) {
      throw new ApiException(422, e.getMessage());
    } catch (IOException e) {
      throw new RetryableException("the result cannot be kept: " + e, e);
    }
    work.cameBack(assigned.job());
    work.refused(assigned)
        .ifPresent(
            wrong -> {
              throw new ApiException(422, wrong.reason());
            });
    if (!work.complete(assigned)) {
      throw lost(taskId);
    }
  }

  private void unpack(Job job, Spooled result) throws IOException {
    Path folder = folders.fresh(job.id());
    Path archive = folder.resolve("result.zip");
    result.moveTo(archive);
    try {
      JobArchive.unpack(archive, folder);
    } finally {
      Files.deleteIfExists(archive);
    }
    if (!folders.hasResult(job.id())) {
      throw new IllegalArgumentException("the result holds no result.json");
    }
  }

  /**
   * Takes note that there is no result.
   *
   * @param taskId of the queue
   * @param lease under which it was handed out
   * @param outcome what became of it
   * @param reason in plain words
   * @param details stack trace, or empty
   * @throws ApiException 409 if the lease is lost
   */
  public void failed(String taskId, String lease, Outcome outcome, String reason, String details) {
    Assigned assigned = assigned(taskId, lease);
    TaskQueue.Task task = assigned.task();
    work.cameBack(assigned.job());
    switch (outcome) {
      case RETRYABLE -> work.failed(task, reason, details, true);
      case UNEXPECTED -> work.failed(task, reason, details, false);
      case UNPROCESSABLE -> work.unprocessable(assigned, reason);
      case UNFINISHED -> work.giveBack(task);
      case UNTOUCHED -> work.release(task);
      default -> throw new IllegalStateException("unknown outcome");
    }
  }

  private Assigned assigned(String taskId, String lease) {
    TaskQueue.Task task = held(taskId, lease);
    return new Assigned(task, jobs.find(task.jobId()).orElseThrow(() -> lost(taskId)));
  }

  private TaskQueue.Task held(String taskId, String lease) {
    return queue.held(taskId, lease).orElseThrow(() -> lost(taskId));
  }

  private static ApiException lost(String taskId) {
    return new ApiException(
        409,
        "task "
            + taskId
            + " is not yours: it was given to another worker, or its job was cancelled or deleted");
  }
}
