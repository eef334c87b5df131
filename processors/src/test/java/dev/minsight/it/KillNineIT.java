package dev.minsight.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.minsight.it.ServerProcess.Ports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessException;

/**
 * {@code kill -9} at random moments. The seed is printed; {@code -Dminsight.it.seed=} repeats it,
 * as far as the machine's own timing lets it. Moments are measured in progress rather than in
 * seconds, so a slow machine is killed at work too.
 */
class KillNineIT {

  private static final int KILLS = 10;

  /** About what a tenth of the drop amounts to: receipts, and three or four steps a picture. */
  private static final int MOST_PROGRESS = 200;

  /** A little more than H2's own bookkeeping: the engine's first tables are there. */
  private static final long EMPTY_DATABASE_BYTES = 24_000;

  private final long seed = Long.getLong("minsight.it.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final Ports ports = Ports.free();
  private long startMillis = 15_000;

  @Test
  @DisplayName(
      "Killed ten times during a drop of 500 files, the server loses none, takes none twice and"
          + " leaves nothing behind")
  void tenKillsDuringADrop() throws Exception {
    Path home = ServerProcess.workFolder("kill-nine").resolve("home");
    say("seed " + seed);
    Drop drop = new Drop(home.resolve("inbox"), seed);
    Databases data = new Databases(home);

    for (int kill = 1; kill <= KILLS; kill++) {
      drop.more(Drop.FILES / KILLS);
      try (ServerProcess server = ServerProcess.start(home, ports)) {
        if (random.nextInt(3) == 0) {
          TimeUnit.MILLISECONDS.sleep((long) (random.nextDouble() * startMillis));
        } else {
          work(server, data);
        }
        assertThat(server.isAlive()).as("the server runs until it is killed").isTrue();
        say(
            "kill %d %s, %d files put away, %d steps done"
                .formatted(
                    kill,
                    server.isReady() ? "at work" : "while starting",
                    Receipts.count(home.resolve("inbox")),
                    count(data, "jobs WHERE status = 'completed'")));
        server.kill();
      }
    }

    drop.awaitAllCopied();
    Aftermath after = new Aftermath(home, drop.files());
    try (ServerProcess server = ServerProcess.start(home, ports).awaitReady()) {
      long began = System.nanoTime();
      await("all work done")
          .atMost(Duration.ofMinutes(20))
          .pollInterval(Duration.ofSeconds(1))
          .untilAsserted(after::assertSettled);
      say(
          "settled %d s after the last start"
              .formatted(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began)));
      assertThat(server.health().at("/status").asText()).isEqualTo("UP");
      server.stop();
    }
    after.assertEveryFileHasItsReceipt();
    after.assertOneEntityForEachContent();
    after.assertEveryPictureCompleted();
    after.assertNothingLeftBehind();
    after.assertEngineEmpty();
    after.assertIndexesTrue();
  }

  /** Lets a server work until it came on by a random amount, or has nothing to do for a while. */
  private void work(ServerProcess server, Databases data) {
    long began = System.nanoTime();
    server.awaitReady();
    startMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
    long enough = progress(data) + random.nextInt(MOST_PROGRESS);
    try {
      await()
          .atMost(Duration.ofSeconds(45))
          .pollInterval(Duration.ofMillis(20))
          .until(() -> progress(data) >= enough);
    } catch (ConditionTimeoutException e) {
      return; // leases of the killed one have yet to end, or all is done that was dropped so far
    }
  }

  private static long progress(Databases data) {
    return count(data, "ingest_claims WHERE state IN ('done', 'known', 'failed')")
        + count(data, "jobs WHERE status = 'completed'");
  }

  /** 0 while there is no such table yet. */
  private static long count(Databases data, String what) {
    try {
      return data.count(what);
    } catch (DataAccessException e) {
      return 0;
    }
  }

  @Test
  @DisplayName("A server that was killed while it made its databases starts on the next try")
  void killedAtItsFirstStart() throws Exception {
    Path folder = ServerProcess.workFolder("kill-first");
    say("seed " + seed);
    for (int kill = 1; kill <= 3; kill++) {
      Path home = folder.resolve("home-" + kill);
      try (ServerProcess server = ServerProcess.start(home, ports)) {
        Path file = home.resolve("engine/engine.mv.db");
        await()
            .atMost(ServerProcess.START_LIMIT)
            .pollInterval(Duration.ofMillis(10))
            .until(() -> Files.exists(file) && Files.size(file) > EMPTY_DATABASE_BYTES);
        TimeUnit.MILLISECONDS.sleep(random.nextInt(800)); // H2 writes twice a second
        say("killed at the first start, engine.mv.db of %d bytes".formatted(Files.size(file)));
        server.kill();
      }
      try (ServerProcess server = ServerProcess.start(home, ports).awaitReady()) {
        await("healthy")
            .atMost(Duration.ofSeconds(60))
            .untilAsserted(
                () -> assertThat(server.health().at("/status").asText()).isEqualTo("UP"));
      }
    }
  }

  private static void say(String line) {
    System.out.println("KillNineIT: " + line);
  }
}
