package dev.minsight.insight;

import dev.minsight.compute.Job;
import dev.minsight.compute.JobStatus;
import dev.minsight.compute.Jobs;
import dev.minsight.insight.TimelineEntry.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** When the jobs of an entity were queued, begun and ended, by which model and which worker. */
@Component
class JobTimeline implements TimelineSource {

  private final Jobs jobs;

  JobTimeline(Jobs jobs) {
    this.jobs = jobs;
  }

  @Override
  @Transactional(readOnly = true)
  public List<TimelineEntry> of(long entityId) {
    List<TimelineEntry> entries = new ArrayList<>();
    Map<String, String> workers = jobs.workersOfEntity(entityId);
    for (Job job : jobs.ofEntity(entityId)) {
      tell(job, workers.get(job.id()), entries);
    }
    return entries;
  }

  private static void tell(Job job, String worker, List<TimelineEntry> entries) {
    entries.add(entry(job, null, job.createdAt(), "queued"));
    if (job.startedAt() != null) {
      entries.add(entry(job, worker, job.startedAt(), "processing"));
    }
    if (job.status() == JobStatus.QUEUED && job.errorMessage() != null) {
      entries.add(entry(job, worker, job.updatedAt(), "retrying"));
    }
    if (job.status().terminal() && job.completedAt() != null) {
      entries.add(entry(job, worker, job.completedAt(), job.status().word()));
    }
  }

  private static TimelineEntry entry(Job job, String worker, long at, String status) {
    boolean ended = status.equals(job.status().word()) && job.status().terminal();
    boolean begun = ended || status.equals("processing");
    return new TimelineEntry(
        "job-" + job.id() + "-" + phase(status),
        at,
        Kind.JOB,
        TaskNames.of(job.taskType()) + words(status, job),
        status.equals("queued") ? job.createdBy() : null,
        job.taskType(),
        ended ? job.modelId() : null,
        ended && job.startedAt() != null ? at - job.startedAt() : null,
        status,
        ended || status.equals("retrying") ? job.errorMessage() : null,
        null,
        job.id(),
        begun ? job.attempt() : null,
        worker);
  }

  /** Sorts the moments of one millisecond. */
  private static int phase(String status) {
    return switch (status) {
      case "queued" -> 1;
      case "processing" -> 2;
      default -> 3;
    };
  }

  private static String words(String status, Job job) {
    return switch (status) {
      case "queued" -> ": in line";
      case "processing" -> job.attempt() > 1 ? ": begun, try " + job.attempt() : ": begun";
      case "retrying" -> ": a try failed, another follows";
      case "completed" -> ": done";
      default -> job.cancelledAt() == null ? ": failed" : ": cancelled";
    };
  }
}
