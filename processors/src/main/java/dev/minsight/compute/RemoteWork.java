package dev.minsight.compute;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.minsight.compute.WorkerDesk.Outcome;
import dev.minsight.support.MinsightProperties;
import dev.minsight.support.NotFoundException;
import dev.minsight.support.RetryableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Work of a server elsewhere: inputs come over HTTP, results go back the same way. While the server
 * is away the worker keeps what it has and tells it when the server is there again; whether that
 * still counts, the lease decides.
 */
class RemoteWork implements WorkSource {

  private static final Logger LOG = LoggerFactory.getLogger(RemoteWork.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

  /** Form fields are short. */
  private static final int LONGEST_DETAILS = 50_000;

  private static final long FIRST_WAIT_MILLIS = 200;
  private static final long LONGEST_WAIT_MILLIS = 5000;

  /** By then the lease is long lost, and another has done it. */
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private final RemoteServer server;
  private final String worker;
  private final JobFolders folders;
  private final RemoteMedia media;

  RemoteWork(RemoteServer server, MinsightProperties settings) {
    this.server = server;
    this.worker = settings.worker().id();
    Path root = settings.home().resolve("workers").resolve(worker);
    this.folders = new JobFolders(root.resolve("jobs"));
    this.media = new RemoteMedia(root.resolve("media"));
  }

  @Override
  public void open() {
    folders.sweep(Set.of(), Long.MAX_VALUE);
    media.clear();
  }

  @Override
  public List<Assigned> fetch(
      String worker, Collection<String> taskTypes, int max, Duration lease) {
    try {
      JsonNode answer =
          server
              .call(
                  "POST",
                  "/workers/" + worker + "/tasks",
                  Map.of(
                      "tasks",
                      String.join(",", taskTypes),
                      "max",
                      Integer.toString(max),
                      "lease_seconds",
                      Long.toString(lease.toSeconds())))
              .orElseThrow();
      List<Assigned> tasks = new ArrayList<>();
      answer.get("tasks").forEach(order -> tasks.add(assigned(order)));
      return tasks;
    } catch (RemoteServer.AwayException e) {
      return List.of(); // said once, when it went
    }
  }

  private static Assigned assigned(JsonNode order) {
    JsonNode job = order.get("job");
    String type = job.get("task_type").asText();
    String id = job.get("job_id").asText();
    return new Assigned(
        new TaskQueue.Task(
            order.get("id").asText(),
            id,
            type,
            order.get("group").asText(),
            order.get("lease").asText()),
        new Job(
            id,
            type,
            job.get("entity_id").isNull() ? null : job.get("entity_id").asLong(),
            null,
            JobStatus.of(job.get("status").asText()),
            job.get("progress").asInt(),
            job.get("priority").asInt(),
            JSON.convertValue(job.get("params"), OBJECT),
            null,
            null,
            null,
            job.get("attempt").asInt(),
            null,
            job.get("created_at").asLong(),
            job.get("updated_at").asLong(),
            null,
            null,
            null,
            null));
  }

  private Optional<JsonNode> tell(TaskQueue.Task task, String act, Map<String, String> more) {
    Map<String, String> form = new LinkedHashMap<>(more);
    form.put("lease", task.holder());
    return server.call("POST", path(task, act), form);
  }

  private String path(TaskQueue.Task task, String act) {
    return "/workers/" + worker + "/tasks/" + task.id() + "/" + act;
  }

  @Override
  public boolean extend(TaskQueue.Task task, Duration lease) {
    try {
      return tell(task, "lease", Map.of("lease_seconds", Long.toString(lease.toSeconds())))
          .isPresent();
    } catch (RemoteServer.AwayException e) {
      return true; // nobody else can get it either
    }
  }

  @Override
  public void release(TaskQueue.Task task) {
    try {
      report(task, Outcome.UNTOUCHED, "", "");
    } catch (RemoteServer.AwayException e) {
      LOG.debug("Task {} is free when its lease runs out", task.id());
    }
  }

  @Override
  public Workplace begin(Assigned assigned) throws IOException {
    TaskQueue.Task task = assigned.task();
    Job job = assigned.job();
    int deaths =
        tell(task, "begin", Map.of())
            .orElseThrow(() -> new JobGoneException(job.id()))
            .get("deaths")
            .asInt();
    folders.delete(job.id());
    Path folder = folders.fresh(job.id());
    for (JobInput input : JobInput.of(job)) {
      Path target = input.in(folder, media.root());
      RemoteMedia.Fetch fetch = file -> download(task, input.path(), file);
      if (input.ofMedia()) {
        media.need(job.id(), target, fetch);
      } else {
        fetch.to(target);
      }
    }
    return new Workplace(folder, media.root(), deaths);
  }

  private void download(TaskQueue.Task task, String path, Path target) throws IOException {
    try {
      if (!server.download(
          path(task, "input"), Map.of("lease", task.holder(), "path", path), target)) {
        throw new JobGoneException(task.jobId());
      }
    } catch (NotFoundException e) {
      throw new MissingFileException(Path.of(path), e);
    }
  }

  @Override
  public void cameBack(Job job) {
    // The server hears it with the report.
  }

  @Override
  public boolean progress(Assigned assigned, int percent) {
    try {
      return tell(assigned.task(), "lease", Map.of("progress", Integer.toString(percent)))
          .isPresent();
    } catch (RemoteServer.AwayException e) {
      return true;
    }
  }

  @Override
  public void keep(Job job, JobResult result) throws IOException {
    folders.writeResult(job.id(), result);
  }

  @Override
  public boolean complete(Assigned assigned) {
    Job job = assigned.job();
    Path archive = folders.of(job.id()).resolveSibling(job.id() + ".zip");
    try {
      boolean counts = sendResult(assigned, archive);
      if (!counts) {
        LOG.info("Job {} is not ours any more; its result counts for nothing", job.id());
      }
      return counts;
    } catch (IOException e) {
      throw new UncheckedIOException("the result of job " + job.id() + " cannot be packed", e);
    } finally {
      forget(job);
    }
  }

  private boolean sendResult(Assigned assigned, Path archive) throws IOException {
    String path = path(assigned.task(), "result");
    Map<String, String> form = Map.of("lease", assigned.task().holder());
    if (!folders.hasResult(assigned.job().id())) {
      return insisting(() -> server.call("POST", path, form).isPresent());
    }
    try {
      JobArchive.pack(folders.of(assigned.job().id()), archive);
      return insisting(
          () -> {
            try {
              return server.send(path, form, archive).isPresent();
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    } finally {
      Files.deleteIfExists(archive);
    }
  }

  @Override
  public boolean reportsTogether() {
    return false;
  }

  @Override
  public boolean completeTogether(List<Assigned> done) {
    return false; // the files of each go by themselves
  }

  @Override
  public void unprocessable(Assigned assigned, String reason) {
    insisting(() -> report(assigned.task(), Outcome.UNPROCESSABLE, reason, ""));
    forget(assigned.job());
  }

  @Override
  public void failed(TaskQueue.Task task, String reason, String details, boolean mayPass) {
    Outcome outcome = mayPass ? Outcome.RETRYABLE : Outcome.UNEXPECTED;
    insisting(() -> report(task, outcome, reason, details));
    forget(task.jobId());
  }

  @Override
  public void giveBack(TaskQueue.Task task) {
    insisting(() -> report(task, Outcome.UNFINISHED, "", ""));
    forget(task.jobId());
  }

  @Override
  public void leave(Assigned assigned) {
    release(assigned.task());
    forget(assigned.job());
  }

  private boolean report(TaskQueue.Task task, Outcome outcome, String reason, String details) {
    return tell(
            task,
            "failure",
            Map.of(
                "outcome",
                outcome.name().toLowerCase(Locale.ROOT),
                "reason",
                reason,
                "details",
                details.substring(0, Math.min(details.length(), LONGEST_DETAILS))))
        .isPresent();
  }

  private void forget(Job job) {
    forget(job.id());
  }

  private void forget(String jobId) {
    folders.discard(jobId);
    try {
      media.release(jobId);
    } catch (IOException e) {
      LOG.warn("The input of job {} stays behind: {}", jobId, e.toString());
    }
  }

  /** What was worked out is not thrown away because the server is started anew. */
  private static boolean insisting(Supplier<Boolean> report) {
    long limit = System.nanoTime() + PATIENCE.toNanos();
    for (long wait = FIRST_WAIT_MILLIS; ; wait = Math.min(2 * wait, LONGEST_WAIT_MILLIS)) {
      try {
        return report.get();
      } catch (RemoteServer.AwayException e) {
        if (Thread.currentThread().isInterrupted() || System.nanoTime() > limit) {
          throw e;
        }
      }
      try {
        TimeUnit.MILLISECONDS.sleep(wait);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new RetryableException("stopped before the server was there again", e);
      }
    }
  }
}
