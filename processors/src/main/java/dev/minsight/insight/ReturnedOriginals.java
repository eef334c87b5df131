package dev.minsight.insight;

import dev.minsight.compute.Job;
import dev.minsight.compute.JobRuns;
import dev.minsight.compute.JobStatus;
import dev.minsight.compute.Jobs;
import dev.minsight.support.MinsightProperties;
import dev.minsight.support.Rows;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Lets photos go on that failed because a file of theirs was missing, or another lay in its place,
 * as soon as the one that was stored is there again. What failed for another reason waits for
 * somebody.
 */
@Component
class ReturnedOriginals {

  private static final Logger LOG = LoggerFactory.getLogger(ReturnedOriginals.class);

  private static final int WINDOW = 500;

  private final JdbcClient jdbc;
  private final Originals originals;
  private final Jobs jobs;
  private final JobRuns runs;
  private final boolean ours;

  ReturnedOriginals(
      JdbcClient jdbc, Originals originals, Jobs jobs, JobRuns runs, MinsightProperties settings) {
    this.jdbc = jdbc;
    this.originals = originals;
    this.jobs = jobs;
    this.runs = runs;
    this.ours = settings.runs(MinsightProperties.Role.INSIGHT);
  }

  private record Photo(long id, int generation, String path, Long size) {}

  /** Never fails; what could not be done is done the next time. */
  @Scheduled(
      fixedDelayString = "${minsight.pipeline.sweep-every}",
      initialDelayString = "${minsight.pipeline.sweep-every}")
  void resume() {
    if (!ours) {
      return;
    }
    try {
      List<Photo> window = failed(0);
      while (!window.isEmpty()) {
        window.stream()
            .filter(photo -> originals.there(photo.path(), photo.size()))
            .forEach(this::resume);
        window = failed(window.get(window.size() - 1).id());
      }
    } catch (RuntimeException e) {
      LOG.warn("Photos whose file came back are looked for again later: {}", e.toString());
    }
  }

  /** Photos with an incident, by id. */
  private List<Photo> failed(long after) {
    return jdbc.sql(
            """
            SELECT e.id, i.generation, e.file_path AS path, e.file_size AS size
            FROM entity_intelligence i JOIN entities e ON e.id = i.entity_id
            WHERE i.overall_status = 'failed' AND i.incident AND NOT e.is_deleted
              AND e.file_path IS NOT NULL AND i.entity_id > :after
            ORDER BY i.entity_id LIMIT :window""")
        .param("after", after)
        .param("window", WINDOW)
        .query(Rows.as(Photo.class))
        .list();
  }

  private boolean hasItsCrops(Job job) {
    return !(job.params().get("faces") instanceof List<?> crops)
        || crops.stream().allMatch(crop -> originals.there(String.valueOf(crop)));
  }

  private void resume(Photo photo) {
    long resumed =
        jobs.ofEntity(photo.id()).stream()
            .filter(job -> Integer.valueOf(photo.generation()).equals(job.generation()))
            .filter(job -> job.status() == JobStatus.FAILED)
            .filter(job -> Originals.wantedIn(job.errorMessage()))
            .filter(this::hasItsCrops)
            .filter(runs::resume)
            .count();
    if (resumed > 0) {
      LOG.info("The file of photo {} is there again; {} steps go on", photo.id(), resumed);
    }
  }
}
