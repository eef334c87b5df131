package dev.minsight.insight;

import dev.minsight.compute.Job;
import dev.minsight.compute.JobDesk;
import dev.minsight.compute.JobStatus;
import dev.minsight.compute.JobSubmission;
import dev.minsight.compute.Jobs;
import dev.minsight.compute.TaskTypes;
import dev.minsight.store.StreamMaker;
import java.util.Map;
import java.util.Optional;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/** Streams of the store's videos, made by jobs like those of the API. */
@Component
class StreamJobs implements StreamMaker {

  /** Somebody sits before a screen and waits; store.md section 8. */
  private static final int PRIORITY = 1;

  private final Jobs jobs;
  private final ObjectProvider<JobDesk> desk;

  StreamJobs(Jobs jobs, ObjectProvider<JobDesk> desk) {
    this.jobs = jobs;
    this.desk = desk;
  }

  @Override
  public String begin(Order order) {
    Map<String, Object> params =
        Map.of(
            "input_path",
            "",
            "output_path",
            "",
            "input_absolute_path",
            order.video().toString(),
            "output_absolute_path",
            order.folder().toString(),
            "include_original",
            true);
    return desk.getObject()
        .submit(new JobSubmission(TaskTypes.HLS_STREAMING, PRIORITY, params, null, null, null))
        .id();
  }

  @Override
  public Optional<Progress> progress(String jobId) {
    return jobs.find(jobId).map(StreamJobs::progress);
  }

  private static Progress progress(Job job) {
    boolean failed = job.status() == JobStatus.FAILED;
    return new Progress(
        job.progress() > 0, job.status().terminal(), failed ? job.errorMessage() : null);
  }

  @Override
  public void withdraw(String jobId) {
    desk.getObject().withdraw(jobId);
  }
}
