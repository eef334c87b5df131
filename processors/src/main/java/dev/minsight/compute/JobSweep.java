package dev.minsight.compute;

import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Makes the jobs of the API and their processes agree again after a crash between the two
 * databases, and removes what has been kept long enough.
 */
@Component
class JobSweep {

  private static final Logger LOG = LoggerFactory.getLogger(JobSweep.class);

  private final Jobs jobs;
  private final JobRuns runs;
  private final JobRetention retention;

  JobSweep(Jobs jobs, JobRuns runs, JobRetention retention) {
    this.jobs = jobs;
    this.runs = runs;
    this.retention = retention;
  }

  /** Never fails; what could not be done is done the next time. */
  @Scheduled(fixedDelayString = "${minsight.pipeline.sweep-every}", initialDelayString = "PT5S")
  void sweep() {
    try {
      reattach();
      retention.run();
    } catch (RuntimeException e) {
      LOG.warn("Jobs could not be looked after and are the next time: {}", e.toString(), e);
    }
  }

  void reattach() {
    // Processes first: a job that is submitted in between has a row by the time its process shows.
    Set<String> running = runs.running();
    List<Job> open = jobs.openOfApi();
    Set<String> known = Set.copyOf(open.stream().map(Job::id).toList());
    for (Job job : open) {
      if (!running.contains(job.id())) {
        LOG.info("Job {} had lost its process and starts again", job.id());
        runs.start(job);
      }
    }
    for (String id : running) {
      // One that gave up keeps its process: its incident waits for somebody.
      Job job = known.contains(id) ? null : jobs.find(id).orElse(null);
      boolean waitsForSomebody =
          job != null && job.status() == JobStatus.FAILED && job.cancelledAt() == null;
      if (!known.contains(id) && !waitsForSomebody) {
        runs.cancel(id);
      }
    }
  }
}
