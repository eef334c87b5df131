package dev.minsight.compute;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.springframework.stereotype.Service;

/** What the files of jobs take, and the end of those that nobody fetches any more. */
@Service
public class JobRetention {

  private static final Duration RECENT = Duration.ofMinutes(1);

  private final Jobs jobs;
  private final JobFolders folders;
  private final Clock clock;
  private volatile JobFolders.Usage measured;
  private volatile long measuredAt;

  JobRetention(Jobs jobs, JobFolders folders, Clock clock) {
    this.jobs = jobs;
    this.folders = folders;
    this.clock = clock;
  }

  /**
   * What was removed.
   *
   * @param jobs how many
   * @param bytes of their files
   */
  public record Removed(int jobs, long bytes) {}

  /**
   * Removes the jobs of the API that ended long enough ago, with their files.
   *
   * @param age since they ended
   * @return how many
   */
  public Removed olderThan(Duration age) {
    List<String> ids = jobs.endedBefore(clock.millis() - age.toMillis());
    long bytes = 0;
    int count = 0;
    for (String id : ids) {
      long size = folders.size(id);
      if (jobs.delete(id)) {
        folders.discard(id);
        bytes += size;
        count++;
      }
    }
    return new Removed(count, bytes);
  }

  /**
   * @return the folders of jobs and what they take, measured now: every file is looked at
   */
  public JobFolders.Usage usage() {
    JobFolders.Usage now = folders.usage();
    measured = now;
    measuredAt = clock.millis();
    return now;
  }

  /**
   * @return the same as of a minute ago at most, for pages that ask all the time
   */
  public JobFolders.Usage recentUsage() {
    JobFolders.Usage last = measured;
    return last == null || clock.millis() - measuredAt > RECENT.toMillis() ? usage() : last;
  }
}
