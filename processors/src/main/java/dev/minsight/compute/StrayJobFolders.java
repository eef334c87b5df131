package dev.minsight.compute;

import dev.minsight.support.Chore;
import java.time.Clock;
import java.time.Duration;
import org.springframework.stereotype.Component;

/** Removes the folders that belong to no job. */
@Component
class StrayJobFolders implements Chore {

  /** No photo's step takes this long, and no upload waits this long for its row. */
  private static final Duration NOBODYS = Duration.ofHours(6);

  private final Jobs jobs;
  private final JobFolders folders;
  private final Clock clock;

  StrayJobFolders(Jobs jobs, JobFolders folders, Clock clock) {
    this.jobs = jobs;
    this.folders = folders;
    this.clock = clock;
  }

  @Override
  public String name() {
    return "stray-job-folders";
  }

  @Override
  public long run() {
    return folders.removeStray(jobs.keepingFiles(), clock.millis() - NOBODYS.toMillis());
  }
}
