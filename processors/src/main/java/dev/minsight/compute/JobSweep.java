package dev.minsight.compute;

import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Makes the jobs of the API and their processes agree again after a crash between the two
 * databases.
 */
@Component
class JobSweep {

  private static final Logger LOG = LoggerFactory.getLogger(JobSweep.class);

  private final Jobs jobs;
  private final JobRuns runs;

  JobSweep(Jobs jobs, JobRuns runs) {
    this.jobs = jobs;
    this.runs = runs;
  }

  /** Never fails; what could not be done is done the next time. */
  @Scheduled(fixedDelayString = "${minsight.pipeline.sweep-every}", initialDelayString = "PT5S")
  void sweep() {
    try {
      reattach();
    } catch (RuntimeException e) {
      LOG.warn("Jobs could not be looked after and are the next time: {}", e.toString(), e);
    }
  }

  void reattach() {
    // Processes first: a job that is submitted in between has a row by the time its process shows.
    Set<String> running = runs.running();
    for (Job job : jobs.openOfApi()) {
      if (!running.contains(job.id())) {
        LOG.info("Job {} had lost its process and starts again", job.id());
        runs.start(job);
      }
    }
    // A job that gave up keeps its process, whose incident waits for somebody; and the process of
    // one that has its result ends as soon as the engine hears of it.
    for (String id : running) {
      if (jobs.find(id).filter(job -> job.cancelledAt() == null).isEmpty()) {
        runs.cancel(id);
      }
    }
  }
}
