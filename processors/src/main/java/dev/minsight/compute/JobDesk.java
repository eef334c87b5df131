package dev.minsight.compute;

import dev.minsight.support.ApiException;
import dev.minsight.support.NotFoundException;
import dev.minsight.support.RetryableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Service;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Where jobs are handed in, called off and done again. The files of a job are there before its row,
 * and its row before its process; {@link JobSweep} mends what a crash leaves between them.
 */
@Service
public class JobDesk {

  private static final Logger LOG = LoggerFactory.getLogger(JobDesk.class);

  private final Jobs jobs;
  private final JobFolders folders;
  private final JobRuns runs;
  private final JobOverview overview;
  private final TransactionTemplate write;

  JobDesk(
      Jobs jobs,
      JobFolders folders,
      JobRuns runs,
      JobOverview overview,
      TransactionTemplate write) {
    this.jobs = jobs;
    this.folders = folders;
    this.runs = runs;
    this.overview = overview;
    this.write = write;
  }

  /**
   * Takes a job in. It is kept from here on: after a crash it is done all the same.
   *
   * @param submission what is to be done
   * @return the job, queued
   * @throws RetryableException if its file cannot be stored now
   */
  public Job submit(JobSubmission submission) {
    String id = UUID.randomUUID().toString();
    Job job;
    try {
      Map<String, Object> params = new LinkedHashMap<>(submission.params());
      if (submission.file() != null) {
        params.put("input_path", receive(id, submission.file()));
      }
      NewJob wanted =
          new NewJob(
              submission.taskType(),
              null,
              null,
              submission.priority(),
              params,
              submission.createdBy(),
              submission.callbackUrl());
      job = Objects.requireNonNull(write.execute(tx -> jobs.create(id, wanted)));
    } catch (RuntimeException e) {
      folders.discard(id);
      throw e;
    }
    start(job);
    return job;
  }

  private String receive(String id, JobSubmission.UploadedFile file) {
    String path = JobFolders.INPUT + "/" + file.name();
    try {
      Path target = folders.of(id).resolve(path);
      Files.createDirectories(target.getParent());
      file.spooled().moveTo(target);
      return path;
    } catch (IOException e) {
      throw new RetryableException("the uploaded file cannot be stored: " + e.getMessage(), e);
    }
  }

  private void start(Job job) {
    try {
      runs.start(job);
    } catch (RuntimeException e) {
      LOG.warn("Job {} is stored and starts later: {}", job.id(), e.toString());
    }
  }

  /**
   * @param id of a job
   * @return the job
   * @throws NotFoundException if there is none
   */
  public Job find(String id) {
    return jobs.find(id).orElseThrow(() -> new NotFoundException("Job " + id + " not found"));
  }

  /**
   * Removes a job in any state, with its files; a worker that is busy with it stops.
   *
   * @param id of a job of the API
   * @throws NotFoundException if there is none
   * @throws ApiException 409 for a step of a photo
   */
  public void delete(String id) {
    requireOwn(find(id), "deleted");
    if (!jobs.delete(id)) {
      throw new NotFoundException("Job " + id + " not found");
    }
    runs.cancel(id);
    folders.discard(id);
  }

  /**
   * Removes a job with the caller's transaction; none is no error. A worker that is busy with it
   * stops at its next progress, and {@link JobSweep} ends its process.
   *
   * @param id of a job of the API
   */
  public void withdraw(String id) {
    jobs.delete(id);
  }

  /**
   * Calls a job off; it fails, and its files stay until it is deleted.
   *
   * @param id of a job of the API
   * @param by who wants it, in words
   * @return the job as it is then
   * @throws NotFoundException if there is none
   * @throws ApiException 409 if it has ended already, or is a step of a photo
   */
  public Job cancel(String id, String by) {
    Job job = find(id);
    requireOwn(job, "cancelled");
    if (!jobs.cancelled(id, "cancelled by " + by)) {
      throw new ApiException(409, "the job has already ended: it is " + find(id).status().word());
    }
    runs.cancel(id);
    return find(id);
  }

  /**
   * Does a failed job once more, with the same input.
   *
   * @param id of a job
   * @return the job, queued
   * @throws NotFoundException if there is none
   * @throws ApiException 409 if it has not failed, or is a step of a photo that ended with it
   */
  public Job retry(String id) {
    Job job = find(id);
    if (job.status() != JobStatus.FAILED) {
      throw new ApiException(
          409, "only a failed job can be done again; this one is " + job.status().word());
    }
    if (job.ofPipeline()) {
      if (!runs.resume(job)) {
        throw new ApiException(
            409,
            "the job was a step of entity "
                + job.entityId()
                + ", whose processing ended with it; have the entity processed again");
      }
      return find(id);
    }
    if (!jobs.again(id)) {
      throw new ApiException(409, "the job is not failed any more");
    }
    folders.forgetRuns(id);
    Job queued = find(id);
    if (!runs.resume(queued)) {
      start(queued);
    }
    return queued;
  }

  /**
   * @param query which, and from where
   * @return what fits, and where it goes on
   */
  public JobPage list(JobQuery query) {
    List<Job> found = jobs.list(query);
    if (found.size() <= query.limit()) {
      return new JobPage(found, null);
    }
    List<Job> items = found.subList(0, query.limit());
    Job last = items.get(items.size() - 1);
    return new JobPage(items, new JobQuery.Place(last.createdAt(), last.id()));
  }

  /**
   * @param id of a job
   * @param path of one of its files, relative to its folder
   * @return the file
   * @throws NotFoundException if the job or the file is not there
   * @throws ApiException 403 if the path leaves the folder, 400 if it is none or no file
   */
  public Path file(String id, String path) {
    return folders.file(find(id).id(), path);
  }

  /**
   * Does all jobs once more that failed for one reason.
   *
   * @param taskType their plugin
   * @param reason as {@link JobOverview.Failures} has it
   * @return how many go on; a step of a photo that ended with its process does not
   */
  public int retryAll(String taskType, String reason) {
    int count = 0;
    for (String id : overview.failed(taskType, reason)) {
      try {
        retry(id);
        count++;
      } catch (ApiException | NotFoundException e) {
        LOG.debug("Job {} is not done again: {}", id, e.getMessage());
      }
    }
    return count;
  }

  private static void requireOwn(Job job, String what) {
    if (job.ofPipeline()) {
      throw new ApiException(
          409,
          "the job is a step of entity "
              + job.entityId()
              + " and cannot be "
              + what
              + " by itself; delete or replace the entity");
    }
  }
}
