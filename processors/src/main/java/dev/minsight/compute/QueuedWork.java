package dev.minsight.compute;

import dev.minsight.ml.ModelTask;
import dev.minsight.support.MinsightProperties;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Work out of this server's own queue, its table of jobs and their folders. */
@Component
class QueuedWork implements WorkSource {

  private static final Logger LOG = LoggerFactory.getLogger(QueuedWork.class);

  /** A result that cannot be used is asked for so often. */
  private static final int TRIES_OF_RESULT = 2;

  private final TaskQueue queue;
  private final Jobs jobs;
  private final JobFolders folders;
  private final Plugins plugins;
  private final List<ResultCheck> checks;
  private final Path media;

  QueuedWork(
      TaskQueue queue,
      Jobs jobs,
      JobFolders folders,
      Plugins plugins,
      List<ResultCheck> checks,
      MinsightProperties settings) {
    this.queue = queue;
    this.jobs = jobs;
    this.folders = folders;
    this.plugins = plugins;
    this.checks = checks;
    this.media = settings.home().resolve("media");
  }

  @Override
  public void open() {
    folders.sweep(jobs.keepingFiles(), ManagementFactory.getRuntimeMXBean().getStartTime());
  }

  @Override
  public List<Assigned> fetch(
      String worker, Collection<String> taskTypes, int max, Duration lease) {
    List<String> topics = new ArrayList<>(taskTypes);
    // Only what needs no uploaded file may name one of the media folder instead; what a model
    // upgrade does anew is left to the models of this server.
    plugins.all().stream()
        .filter(plugin -> taskTypes.contains(plugin.taskType()))
        .filter(plugin -> !plugin.needsFile() || ModelTask.VISION.contains(plugin.taskType()))
        .forEach(plugin -> topics.add(TaskQueue.onServer(plugin.taskType())));
    return begun(worker, queue.fetch(max, topics, lease));
  }

  /** Like {@link #fetch}, but only tasks that can be done anywhere. */
  List<Assigned> fetchPortable(
      String worker, Collection<String> taskTypes, int max, Duration lease) {
    return begun(worker, queue.fetch(max, taskTypes, lease));
  }

  private List<Assigned> begun(String worker, List<TaskQueue.Task> tasks) {
    if (tasks.isEmpty()) {
      return List.of();
    }
    try {
      Map<String, Job> known =
          jobs.started(tasks.stream().map(TaskQueue.Task::jobId).toList(), worker).stream()
              .collect(Collectors.toMap(Job::id, Function.identity()));
      return tasks.stream().map(task -> new Assigned(task, known.get(task.jobId()))).toList();
    } catch (RuntimeException e) {
      tasks.forEach(queue::release); // or they would be held for a while by nobody
      throw e;
    }
  }

  @Override
  public boolean extend(TaskQueue.Task task, Duration lease) {
    return queue.extend(task, lease);
  }

  @Override
  public void release(TaskQueue.Task task) {
    queue.release(task);
  }

  @Override
  public Workplace begin(Assigned assigned) throws IOException {
    String id = assigned.job().id();
    return new Workplace(folders.fresh(id), media, folders.begun(id));
  }

  @Override
  public void cameBack(Job job) {
    folders.forgetRuns(job.id());
  }

  @Override
  public boolean progress(Assigned assigned, int percent) {
    return jobs.progress(assigned.job(), percent);
  }

  @Override
  public void keep(Job job, JobResult result) throws IOException {
    folders.writeResult(job.id(), result);
  }

  @Override
  public boolean complete(Assigned assigned) {
    Job job = assigned.job();
    if (refused(assigned).isPresent()) {
      return true;
    }
    if (queue.complete(assigned.task())) {
      forget(job);
      return true;
    }
    LOG.info("Job {} is not ours any more; its result counts for nothing", job.id());
    lost(job.id());
    return false;
  }

  /** A job that was cancelled or deleted while we were in its folder. */
  private void lost(String jobId) {
    Optional<Job> now = jobs.find(jobId);
    if (now.isEmpty()
        || now.get().status() == JobStatus.FAILED
        || now.get().ofPipeline() && now.get().status().terminal()) {
      folders.discard(jobId); // nobody else works in it
    }
  }

  /**
   * Looks at a result, and reports the task as failed if it cannot be used. Another worker may do
   * better, so it is tried once more; then the step fails for good, with the reason.
   *
   * @return what is wrong with the result
   */
  Optional<ResultCheck.Wrong> refused(Assigned assigned) {
    Job job = assigned.job();
    Optional<ResultCheck.Wrong> wrong = wrong(job);
    wrong.ifPresent(
        what -> {
          String reason = what.reason();
          LOG.warn("Job {} ({}), try {}: {}", job.id(), job.taskType(), job.attempt(), reason);
          if (what.mayPass() || job.attempt() < TRIES_OF_RESULT) {
            failed(assigned.task(), reason, reason, true);
          } else {
            unprocessable(assigned, reason);
          }
        });
    return wrong;
  }

  private Optional<ResultCheck.Wrong> wrong(Job job) {
    return checks.stream().flatMap(check -> check.wrong(job).stream()).findFirst();
  }

  @Override
  public boolean reportsTogether() {
    return true;
  }

  @Override
  public boolean completeTogether(List<Assigned> done) {
    if (done.stream().anyMatch(assigned -> wrong(assigned.job()).isPresent())
        || !queue.completeTogether(done.stream().map(Assigned::task).toList())) {
      return false;
    }
    done.forEach(assigned -> forget(assigned.job()));
    return true;
  }

  @Override
  public void unprocessable(Assigned assigned, String reason) {
    queue.unprocessable(assigned.task(), reason);
    if (assigned.job() != null) {
      forget(assigned.job());
    }
  }

  /** What a photo's step found has been saved elsewhere; only jobs of the API keep their files. */
  private void forget(Job job) {
    if (job.ofPipeline()) {
      folders.discard(job.id());
    }
  }

  @Override
  public void failed(TaskQueue.Task task, String reason, String details, boolean mayPass) {
    switch (queue.fail(task, reason, details, mayPass)) {
      case RETRY -> jobs.requeued(task.jobId(), reason);
      case INCIDENT -> jobs.gaveUp(task.jobId(), reason);
      case LOST -> {
        LOG.info("Job {} is not ours any more", task.jobId());
        lost(task.jobId());
      }
      default -> throw new IllegalStateException("unknown outcome");
    }
  }

  @Override
  public void giveBack(TaskQueue.Task task) {
    jobs.requeued(task.jobId(), null);
    queue.release(task);
  }

  @Override
  public void leave(Assigned assigned) {
    queue.release(assigned.task()); // a no-op where the lease is lost
    if (jobs.find(assigned.job().id()).isEmpty()) {
      folders.discard(assigned.job().id());
    }
  }
}
