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
    entries.add(draft(job, job.createdAt(), "queued").by(job.createdBy()).entry());
    if (job.startedAt() != null) {
      entries.add(draft(job, job.startedAt(), "processing").tried(worker, job.attempt()).entry());
    }
    if (job.status() == JobStatus.QUEUED && job.errorMessage() != null) {
      entries.add(
          draft(job, job.updatedAt(), "retrying").stands("retrying", job.errorMessage()).entry());
    }
    if (job.status().terminal() && job.completedAt() != null) {
      entries.add(ended(job, worker));
    }
  }

  private static TimelineEntry ended(Job job, String worker) {
    String status = job.status().word();
    TimelineEntry.Draft ended =
        draft(job, job.completedAt(), status)
            .stands(status, job.errorMessage())
            .model(job.modelId());
    if (job.startedAt() != null) {
      ended.tried(worker, job.attempt()).took(job.completedAt() - job.startedAt());
    }
    return ended.entry();
  }

  private static TimelineEntry.Draft draft(Job job, long at, String status) {
    return TimelineEntry.draft(
            "job-" + job.id() + "-" + phase(status),
            at,
            Kind.JOB,
            TaskNames.of(job.taskType()) + words(status, job))
        .ofJob(job.taskType(), job.id())
        .stands(status, null);
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
