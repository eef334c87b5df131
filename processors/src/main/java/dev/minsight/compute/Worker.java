package dev.minsight.compute;

import dev.minsight.media.ImageDecoder;
import dev.minsight.media.KeyFrames;
import dev.minsight.support.MinsightProperties;
import dev.minsight.support.RetryableException;
import dev.minsight.support.UnprocessableMediaException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
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

  private final WorkSource source;
  private final ImageDecoder decoder;
  private final KeyFrames keyFrames;
  private final List<Gate> gates;
  private final Plugins plugins;
  private final int maxDeaths;
  private final Clock clock;

  Worker(
      WorkSource source,
      ImageDecoder decoder,
      KeyFrames keyFrames,
      List<Gate> gates,
      Plugins plugins,
      MinsightProperties settings,
      Clock clock) {
    this.source = source;
    this.decoder = decoder;
    this.keyFrames = keyFrames;
    this.gates = gates;
    this.plugins = plugins;
    this.maxDeaths = settings.compute().maxDeaths();
    this.clock = clock;
  }

  /**
   * Results are reported together once the group has run dry: the tasks of a photo follow each
   * other within a moment, and one report costs little more than another.
   *
   * @param ended told of each task that is done with
   * @param alone takes the result of a job of the API, to report it with others
   */
  void doAll(TaskGroup group, Consumer<TaskQueue.Task> ended, Consumer<Assigned> alone) {
    GroupPictures pictures = new GroupPictures(decoder, keyFrames);
    List<Assigned> inHand = new ArrayList<>();
    try {
      for (Optional<Assigned> next = group.next(); next.isPresent(); next = group.next()) {
        if (Thread.currentThread().isInterrupted()) {
          return; // shutting down: what is left stays held and is given back
        }
        Assigned assigned = next.get();
        inHand.add(assigned);
        if (!reporting(assigned.task(), () -> doOne(assigned, pictures))) {
          inHand.remove(assigned);
          ended.accept(assigned.task());
        }
      }
      if (inHand.size() == 1 && !inHand.get(0).job().ofPipeline() && source.reportsTogether()) {
        alone.accept(inHand.get(0));
      } else {
        conclude(inHand, ended);
      }
    } catch (Error e) {
      // Not reported, and nobody will: their leases must run out.
      inHand.forEach(assigned -> ended.accept(assigned.task()));
      throw e;
    }
  }

  /** Reports results of jobs of the API. */
  void report(List<Assigned> done, Consumer<TaskQueue.Task> ended) {
    try {
      conclude(done, ended);
    } catch (Error e) {
      LOG.error("{} results could not be reported", done.size(), e);
      done.forEach(assigned -> ended.accept(assigned.task())); // their leases must run out
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
  private boolean doOne(Assigned assigned, GroupPictures pictures) {
    TaskQueue.Task task = assigned.task();
    Job job = assigned.job();
    if (job == null) {
      source.unprocessable(assigned, "its job was deleted");
      return false;
    }
    if (job.cancelledAt() != null) {
      source.unprocessable(assigned, "its job was cancelled");
      return false;
    }
    if (job.status() == JobStatus.COMPLETED) {
      return true; // the report got lost on its way to the engine; the result is there
    }
    if (job.status() == JobStatus.FAILED) {
      source.unprocessable(assigned, job.errorMessage()); // the same
      return false;
    }
    try {
      Plugin<?, ?> plugin = plugins.find(task.taskType()).orElseThrow();
      source.keep(job, run(plugin, assigned, pictures));
      return true;
    } catch (JobGoneException e) {
      LOG.info("{}", e.getMessage());
      source.leave(assigned);
    } catch (UnprocessableMediaException e) {
      unprocessable(assigned, e);
    } catch (RetryableException | IOException | UncheckedIOException e) {
      failed(task, e, true);
    } catch (RuntimeException | Error e) {
      LOG.error("Job {} ({}) failed unexpectedly", job.id(), job.taskType(), e);
      failed(task, e, false);
    }
    return false;
  }

  private <P extends Record> JobResult run(
      Plugin<P, ?> plugin, Assigned assigned, GroupPictures pictures) throws IOException {
    Job job = assigned.job();
    P parameters = Parameters.of(plugin.parameters()).read(job.params());
    WorkSource.Workplace place = source.begin(assigned);
    if (place.deaths() >= maxDeaths) {
      throw new IllegalStateException(
          place.deaths()
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
            place.folder(),
            place.media(),
            plugin.outputPath(parameters, name),
            pictures,
            new Progress(source, assigned, clock));
    try {
      Plugin.Result<?> result = plugin.run(parameters, work);
      return new JobResult(Parameters.write(result.output()), result.modelId());
    } finally {
      source.cameBack(job);
    }
  }

  private void conclude(List<Assigned> done, Consumer<TaskQueue.Task> ended) {
    boolean together = done.size() > 1 && source.completeTogether(done);
    for (Assigned assigned : done) {
      if (!together) {
        reporting(
            assigned.task(),
            () -> {
              conclude(assigned);
              return true;
            });
      }
      ended.accept(assigned.task());
    }
  }

  private void conclude(Assigned assigned) {
    try {
      source.complete(assigned);
    } catch (RuntimeException e) {
      LOG.warn(
          "The result of job {} could not be saved; it is tried again", assigned.job().id(), e);
      failed(assigned.task(), e, true);
    }
  }

  private void unprocessable(Assigned assigned, UnprocessableMediaException why) {
    if (waits(assigned.task())) {
      source.giveBack(assigned.task()); // a file of a folder that is away is not a missing file
    } else {
      source.unprocessable(assigned, readable(why.getMessage()));
    }
  }

  private void failed(TaskQueue.Task task, Throwable failure, boolean mayPass) {
    if (mayPass && waits(task)) {
      source.giveBack(task); // what it needs is away: waiting is not failing
      return;
    }
    String reason = readable(mayPass ? words(failure) : "unexpected failure: " + failure);
    source.failed(task, reason, trace(failure), mayPass);
  }

  private boolean waits(TaskQueue.Task task) {
    return gates.stream().anyMatch(gate -> gate.closed(task.taskType()).isPresent());
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
