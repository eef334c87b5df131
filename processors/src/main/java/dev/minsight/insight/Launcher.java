package dev.minsight.insight;

import dev.minsight.compute.Jobs;
import dev.minsight.compute.NewJob;
import dev.minsight.support.MinsightProperties;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Starts the processes of queued photos, as many as may be in work at once; the rest wait as rows.
 * Also finds rows whose process is gone (a crash between the two databases) and lets them start
 * again.
 */
@Component
public class Launcher {

  private static final Logger LOG = LoggerFactory.getLogger(Launcher.class);

  private static final int PAGE = 500;

  private final IntelligenceTable table;
  private final Jobs jobs;
  private final JdbcClient jdbc;
  private final Qualification qualification;
  private final Pauses pauses;
  private final PhotoAnnouncer announcer;
  private final Checkpoints checkpoints;
  private final TransactionTemplate write;
  private final int maxInFlight;
  private final boolean newestFirst;

  Launcher(
      IntelligenceTable table,
      Jobs jobs,
      JdbcClient jdbc,
      Qualification qualification,
      Pauses pauses,
      PhotoAnnouncer announcer,
      Checkpoints checkpoints,
      PlatformTransactionManager transactions,
      MinsightProperties settings) {
    this.table = table;
    this.jobs = jobs;
    this.jdbc = jdbc;
    this.qualification = qualification;
    this.pauses = pauses;
    this.announcer = announcer;
    this.checkpoints = checkpoints;
    this.write = new TransactionTemplate(transactions);
    this.maxInFlight = settings.pipeline().maxInFlight();
    this.newestFirst = settings.pipeline().order() == MinsightProperties.Order.NEWEST;
  }

  /** A photo and the jobs of its first steps. */
  private record Ready(Intelligence photo, Map<String, String> jobIds) {}

  /**
   * Starts waiting photos while there are free places, unless somebody paused that.
   *
   * @param pipeline where to start them
   * @return how many were started
   */
  public synchronized int launch(Pipeline pipeline) {
    int places = maxInFlight - table.inFlight();
    if (places <= 0 || pauses.current().isPresent()) {
      return 0;
    }
    List<Intelligence> waiting = table.waiting(newestFirst, places);
    if (waiting.isEmpty()) {
      return 0;
    }
    List<Ready> ready = Objects.requireNonNull(write.execute(tx -> prepare(waiting)));
    Map<Long, String> processes = new LinkedHashMap<>();
    for (Ready photo : ready) {
      Intelligence row = photo.photo();
      checkpoints.reached(Checkpoints.Point.JOBS_CREATED, row.entityId());
      processes.put(
          row.entityId(),
          pipeline.start(row.entityId(), row.generation(), row.priority(), photo.jobIds()));
      checkpoints.reached(Checkpoints.Point.PROCESS_STARTED, row.entityId());
    }
    write.executeWithoutResult(tx -> processes.forEach(table::process));
    return ready.size();
  }

  private List<Ready> prepare(List<Intelligence> waiting) {
    List<Ready> ready = new ArrayList<>();
    Map<Long, Intelligence> held =
        table.hold(waiting.stream().map(Intelligence::entityId).toList());
    for (Intelligence seen : waiting) {
      Intelligence photo = held.get(seen.entityId());
      if (photo == null || photo.launchedAt() != null) {
        continue; // gone since, or another node was faster
      }
      Map<String, Object> params =
          jdbc.sql("SELECT type, file_path FROM entities WHERE id = :id")
              .param("id", photo.entityId())
              .query(
                  (row, n) -> qualification.params(row.getString(1), row.getString(2), List.of()))
              .single();
      Map<String, String> ids = new LinkedHashMap<>();
      for (Step step : Step.values()) {
        ids.put(
            step.taskType(),
            jobs.create(
                new NewJob(
                    step.taskType(),
                    photo.entityId(),
                    photo.generation(),
                    photo.priority(),
                    params,
                    null)));
      }
      table.launched(photo.entityId());
      announcer.tell(photo.entityId()); // not earlier: the broker keeps a message for each
      ready.add(new Ready(photo, ids));
    }
    return ready;
  }

  /**
   * Makes rows and processes agree again after a crash between the two databases: photos that count
   * as in work but have no process are queued again, and processes of a content that is gone, or in
   * the trash, are ended.
   *
   * @param pipeline where the processes are
   * @return how many photos were queued again
   */
  public synchronized int sweep(Pipeline pipeline) {
    endStrays(pipeline);
    List<Intelligence> launched = table.launched();
    Map<Long, Pipeline.Run> running =
        pipeline.running(launched).stream()
            .collect(Collectors.toMap(Pipeline.Run::entityId, Function.identity()));
    int found = 0;
    for (Intelligence row : launched) {
      Pipeline.Run run = running.get(row.entityId());
      if (run == null) {
        write.executeWithoutResult(tx -> startAgain(row));
        found++;
      } else if (row.processId() == null) {
        write.executeWithoutResult(tx -> table.process(row.entityId(), run.processId()));
      }
    }
    if (found > 0) {
      LOG.info("{} photos had lost their process and start again", found);
    }
    return found;
  }

  /**
   * Ends processes of a content that is gone, or in the trash. Those that wait for a retry may be
   * many, so they are read in pages; what a page misses because others ended, the next sweep finds.
   */
  private void endStrays(Pipeline pipeline) {
    List<Pipeline.Run> page = pipeline.running(0, PAGE);
    for (int read = PAGE; !page.isEmpty(); read += PAGE) {
      Map<Long, Intelligence> rows = table.find(page.stream().map(Pipeline.Run::entityId).toList());
      for (Pipeline.Run run : page) {
        Intelligence row = rows.get(run.entityId());
        if (row == null || row.generation() != run.generation() || row.launchedAt() == null) {
          cancel(pipeline, run);
        }
      }
      page = pipeline.running(read, PAGE);
    }
  }

  private static void cancel(Pipeline pipeline, Pipeline.Run run) {
    try {
      pipeline.cancel(run.entityId(), run.generation());
    } catch (RuntimeException e) {
      LOG.warn("Process {} of content that is gone could not be ended", run.processId(), e);
    }
  }

  private void startAgain(Intelligence photo) {
    if (table.hold(photo.entityId(), photo.generation()).isEmpty()) {
      return; // its content was replaced meanwhile
    }
    jdbc.sql(
            """
            DELETE FROM jobs WHERE entity_id = :id AND generation = :generation
              AND status IN ('queued', 'processing')""")
        .param("id", photo.entityId())
        .param("generation", photo.generation())
        .update();
    table.relaunch(photo.entityId());
  }
}
