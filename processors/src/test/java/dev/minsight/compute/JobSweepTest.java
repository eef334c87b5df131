package dev.minsight.compute;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minsight.testing.TestServer;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs of the API and their processes are made to agree, without hurting what is under way. */
class JobSweepTest {

  @TempDir Path home;

  @Test
  @DisplayName(
      "A sweep leaves the process of a job alone that was handed in, begun or went on a moment ago,"
          + " and ends those of cancelled and deleted ones")
  void sweep() {
    try (TestServer server = TestServer.start(home, "minsight.roles=auth,store,compute,insight")) {
      JobDesk desk = server.bean(JobDesk.class);
      Jobs jobs = server.bean(Jobs.class);
      JobRuns runs = server.bean(JobRuns.class);
      JobSweep sweep = server.bean(JobSweep.class);
      String queued = submit(desk);
      String begun = submit(desk);
      String cancelled = submit(desk);
      String deleted = submit(desk);
      jobs.started(java.util.List.of(begun), "tester");
      jobs.progress(jobs.find(begun).orElseThrow(), 40);
      // as a crash leaves them between the two databases
      jobs.cancelled(cancelled, "cancelled by the test");
      jobs.delete(deleted);

      sweep.reattach();

      assertThat(runs.running()).containsExactlyInAnyOrder(queued, begun);
    }
  }

  private static String submit(JobDesk desk) {
    return desk.submit(new JobSubmission("hash", 5, Map.of(), null, null, null)).id();
  }
}
