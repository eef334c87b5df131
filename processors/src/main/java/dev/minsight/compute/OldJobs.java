package dev.minsight.compute;

import dev.minsight.support.Chore;
import dev.minsight.support.MinsightProperties;
import java.time.Duration;
import org.springframework.stereotype.Component;

/** Removes the jobs of the API that were kept for as long as the settings say. */
@Component
class OldJobs implements Chore {

  private final JobRetention retention;
  private final Duration keep;

  OldJobs(JobRetention retention, MinsightProperties settings) {
    this.retention = retention;
    this.keep = settings.compute().keepJobs();
  }

  @Override
  public String name() {
    return "old-jobs";
  }

  @Override
  public long run() {
    return keep.isZero() ? 0 : retention.olderThan(keep).jobs();
  }
}
