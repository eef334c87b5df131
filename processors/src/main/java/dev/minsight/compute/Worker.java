package dev.minsight.compute;

import dev.minsight.media.ImageDecoder;
import dev.minsight.support.MinsightProperties;
import dev.minsight.support.RetryableException;
import dev.minsight.support.UnprocessableMediaException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Does the tasks of one group, one after the other, and reports how each ended. */
@Component
class Worker {

  private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

  private static final Pattern DIGEST = Pattern.compile("\\b(\\p{XDigit}{12})\\p{XDigit}{20,}");

  private final TaskQueue queue;
  private final Jobs jobs;
  private final JobFolders folders;
  private final ImageDecoder decoder;
  private final List<Gate> gates;
  private final Plugins plugins;
  private final Path media;
  private final int maxDeaths;
  private final Clock clock;

  Worker(
      TaskQueue queue,
      Jobs jobs,
      JobFolders folders,
      ImageDecoder decoder,
      List<Gate> gates,
      Plugins plugins,
      MinsightProperties settings,
      Clock clock) {
    this.queue = queue;
    this.jobs = jobs;
    this.folders = folders;
    this.decoder = decoder;
    this.gates = gates;
    this.plugins = plugins;
    this.media = settings.home().resolve("media");
    this.maxDeaths = settings.compute().maxDeaths();
    this.clock = clock;
  }

  /** Before the first task: what a killed process left in the folders of its jobs is nobody's. */
  void begin() {
    folders.sweep(jobs.keepingFiles(), ManagementFactory.getRuntimeMXBean().getStartTime());
  }

  /**
   * Results are reported together once the group has run dry: the tasks of a photo follow each
   * other within a moment, and one report costs little more than another.
   */
  void doAll(TaskGroup group, Consumer<TaskQueue.Task> ended) {
    GroupPictures pictures = new GroupPictures(decoder);
    List<TaskGroup.Assigned> inHand = new ArrayList<>();
    try {
      for (Optional<TaskGroup.Assigned> next = group.next();
          next.isPresent();
          next = group.next()) {
        if (Thread.currentThread().isInterrupted()) {
          return; // shutting down: what is left stays held and is given back
        }
        TaskGroup.Assigned assigned = next.get();
        inHand.add(assigned);
        if (!reporting(assigned.task(), () -> doOne(assigned, pictures))) {
          inHand.remove(assigned);
          ended.accept(assigned.task());
        }
      }
      conclude(inHand, ended);
    } catch (Error e) {
      // Not reported, and nobody will: their leases must run out.
      inHand.forEach(assigned -> ended.accept(assigned.task()));
      throw e;
    }
  }

  private static boolean reporting(TaskQueue.Task task, BooleanSupplier report) {
    try {
      return report.getAsBoolean();
    } catch (RuntimeException e) {
      LOG.warn("How job {} ended could not be reported: {}", task.jobId(), e.toString(), e);
      return false;
    }
  }

  /** Whether there is a result; what else became of the task has been reported. */
  private boolean doOne(TaskGroup.Assigned assigned, GroupPictures pictures) {
    TaskQueue.Task task = assigned.task();
    Job job = assigned.job();
    if (job == null) {
      queue.unprocessable(task, "its job was deleted");
      return false;
    }
    if (job.cancelledAt() != null) {
      queue.unprocessable(task, "its job was cancelled");
      return false;
    }
    if (job.status() == JobStatus.COMPLETED) {
      return true; // the report got lost on its way to the engine; the result is there
    }
    try {
      Plugin<?, ?> plugin = plugins.find(task.taskType()).orElseThrow();
      JobResult result = run(plugin, job, pictures);
      folders.writeResult(job.id(), result);
      return true;
    } catch (JobGoneException e) {
      LOG.info("{}", e.getMessage());
      queue.release(task); // a no-op where the lease is lost
      if (jobs.find(job.id()).isEmpty()) {
        folders.discard(job.id());
      }
    } catch (UnprocessableMediaException e) {
      unprocessable(task, job, e);
    } catch (RetryableException | IOException | UncheckedIOException e) {
      failed(task, e, true);
    } catch (RuntimeException | Error e) {
      LOG.error("Job {} ({}) failed unexpectedly", job.id(), job.taskType(), e);
      failed(task, e, false);
    }
    return false;
  }

  private <P extends Record> JobResult run(Plugin<P, ?> plugin, Job job, GroupPictures pictures)
      throws IOException {
    P parameters = Parameters.of(plugin.parameters()).read(job.params());
    Path folder = folders.fresh(job.id());
    int deaths = folders.begun(job.id());
    if (deaths >= maxDeaths) {
      throw new IllegalStateException(
          deaths
              + " workers died while they were busy with it (minsight.compute.max-deaths); it is"
              + " not tried again by itself");
    }
    String name =
        job.params().get("input_path") instanceof String path
            ? Path.of(path).getFileName().toString()
            : "";
    JobWork work =
        new JobWork(
            job,
            folder,
            media,
            plugin.outputPath(parameters, name),
            pictures,
            new Progress(jobs, job, clock));
    try {
      Plugin.Result<?> result = plugin.run(parameters, work);
      return new JobResult(Parameters.write(result.output()), result.modelId());
    } finally {
      folders.forgetRuns(job.id());
    }
  }

  private void conclude(List<TaskGroup.Assigned> done, Consumer<TaskQueue.Task> ended) {
    boolean together =
        done.size() > 1
            && queue.completeTogether(done.stream().map(TaskGroup.Assigned::task).toList());
    for (TaskGroup.Assigned assigned : done) {
      reporting(
          assigned.task(),
          () -> {
            if (together) {
              forget(assigned.job());
            } else {
              conclude(assigned.task(), assigned.job());
            }
            return true;
          });
      ended.accept(assigned.task());
    }
  }

  private void unprocessable(TaskQueue.Task task, Job job, UnprocessableMediaException why) {
    if (waits(task)) {
      giveBack(task); // a file of a folder that is away is not a missing file
    } else {
      queue.unprocessable(task, readable(why.getMessage()));
      forget(job);
    }
  }

  private void conclude(TaskQueue.Task task, Job job) {
    try {
      if (queue.complete(task)) {
        forget(job);
      } else {
        LOG.info("Job {} is not ours any more; its result counts for nothing", job.id());
        if (jobs.find(job.id()).filter(now -> !now.status().terminal()).isEmpty()) {
          folders.discard(job.id()); // nobody else works in it
        }
      }
    } catch (RuntimeException e) {
      LOG.warn("The result of job {} could not be saved; it is tried again", job.id(), e);
      failed(task, e, true);
    }
  }

  /** What a photo's step found has been saved elsewhere; only jobs of the API keep their files. */
  private void forget(Job job) {
    if (job.ofPipeline()) {
      folders.discard(job.id());
    }
  }

  private void failed(TaskQueue.Task task, Throwable failure, boolean mayPass) {
    if (mayPass && waits(task)) {
      giveBack(task); // what it needs is away: waiting is not failing
      return;
    }
    String reason = readable(mayPass ? words(failure) : "unexpected failure: " + failure);
    switch (queue.fail(task, reason, trace(failure), mayPass)) {
      case RETRY -> jobs.requeued(task.jobId(), reason);
      case INCIDENT -> jobs.gaveUp(task.jobId(), reason);
      case LOST -> LOG.info("Job {} is not ours any more", task.jobId());
      default -> throw new IllegalStateException("unknown outcome");
    }
  }

  private boolean waits(TaskQueue.Task task) {
    return gates.stream().anyMatch(gate -> gate.closed(task.taskType()).isPresent());
  }

  private void giveBack(TaskQueue.Task task) {
    jobs.requeued(task.jobId(), null);
    queue.release(task);
  }

  private static String words(Throwable failure) {
    return failure instanceof RetryableException ? failure.getMessage() : failure.toString();
  }

  /** Media files are named by their digest, which fills lines and says nothing to a reader. */
  private static String readable(String reason) {
    return DIGEST.matcher(reason).replaceAll("$1…");
  }

  private static String trace(Throwable failure) {
    StringWriter text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text));
    return text.toString();
  }
}
