package dev.minsight.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.minsight.it.ServerProcess.Ports;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * {@code kill -9} at random moments. The seed is printed; {@code -Dminsight.it.seed=} repeats it,
 * as far as the machine's own timing lets it.
 */
class KillNineIT {

  private static final int KILLS = 10;
  private static final long LATEST_KILL_AFTER_READY_MILLIS = 6_000;

  private final long seed = Long.getLong("minsight.it.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final Ports ports = Ports.free();

  @Test
  @DisplayName(
      "Killed ten times during a drop of 500 files, the server loses none, takes none twice and"
          + " leaves nothing behind")
  void tenKillsDuringADrop() throws Exception {
    Path home = ServerProcess.workFolder("kill-nine").resolve("home");
    say("seed " + seed);
    Drop drop = new Drop(home.resolve("inbox"), seed);

    for (int kill = 1; kill <= KILLS; kill++) {
      drop.more(Drop.FILES / KILLS);
      try (ServerProcess server = ServerProcess.start(home, ports)) {
        long began = System.nanoTime();
        boolean early = random.nextInt(3) == 0;
        if (!early) {
          server.awaitReady();
        }
        TimeUnit.MILLISECONDS.sleep(moment(early));
        say(
            "kill %d after %d ms, %s, %d of %d files put away"
                .formatted(
                    kill,
                    TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began),
                    server.isReady() ? "at work" : "while starting",
                    Receipts.count(home.resolve("inbox")),
                    Drop.FILES));
        assertThat(server.isAlive()).as("the server runs until it is killed").isTrue();
        server.kill();
      }
    }

    drop.awaitAllCopied();
    Aftermath after = new Aftermath(home, drop.files());
    try (ServerProcess server = ServerProcess.start(home, ports).awaitReady()) {
      long began = System.nanoTime();
      await("all work done")
          .atMost(Duration.ofMinutes(10))
          .pollInterval(Duration.ofSeconds(1))
          .untilAsserted(after::assertSettled);
      say("settled %d s after the last start".formatted(seconds(began)));
      assertThat(server.health().at("/status").asText()).isEqualTo("UP");
      assertThat(server.stop()).isEqualTo(143);
    }
    after.assertEveryFileHasItsReceipt();
    after.assertOneEntityForEachContent();
    after.assertEveryPictureCompleted();
    after.assertNothingLeftBehind();
    after.assertEngineEmpty();
    after.assertIndexesTrue();
  }

  private long moment(boolean early) {
    return early
        ? 200 + random.nextInt(8_000)
        : (long) (random.nextDouble() * LATEST_KILL_AFTER_READY_MILLIS);
  }

  private static long seconds(long since) {
    return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - since);
  }

  private static void say(String line) {
    System.out.println("KillNineIT: " + line);
  }
}
