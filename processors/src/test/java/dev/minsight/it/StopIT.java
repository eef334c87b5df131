package dev.minsight.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.minsight.it.ServerProcess.Ports;
import dev.minsight.testing.Pictures;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.IntStream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The ends that a server comes to in good order: told to stop, or unable to start. */
class StopIT {

  private static final int PHOTOS = 120;

  /** 128 + 15: what a JVM that was told to stop by SIGTERM says; 0 would be as good. */
  private static final int TERMINATED = 143;

  private final Ports ports = Ports.free();

  @Test
  @DisplayName("Stopped at work, the server ends what it has in hand, and the next goes on")
  void stopAtWork() throws IOException {
    Path home = ServerProcess.workFolder("stop").resolve("home");
    Databases data = new Databases(home);
    drop(home);
    try (ServerProcess server = ServerProcess.start(home, ports).awaitReady()) {
      assertThat(home.resolve("minsight.pid")).hasContent(Long.toString(server.pid()));
      soon().until(() -> data.count("jobs WHERE status = 'completed'") > 10);

      assertThat(server.stop()).isIn(0, TERMINATED);
      assertThat(server.output()).doesNotContain("ERROR", "Exception");
    }
    assertThat(home.resolve("minsight.pid")).doesNotExist();
    assertThat(data.count("jobs WHERE status IN ('queued', 'processing')"))
        .as("work that is left, or this test would prove nothing")
        .isPositive();
    assertThat(
            data.engine()
                .queryForList(
                    "SELECT TOPIC_NAME_ FROM ACT_RU_EXT_TASK"
                        + " WHERE WORKER_ID_ IS NOT NULL AND LOCK_EXP_TIME_ > CURRENT_TIMESTAMP"))
        .as("tasks that were not given back")
        .isEmpty();

    try (ServerProcess server = ServerProcess.start(home, ports).awaitReady()) {
      soon()
          .untilAsserted(
              () ->
                  assertThat(data.count("entity_intelligence WHERE overall_status = 'completed'"))
                      .isEqualTo(PHOTOS));
      assertThat(server.stop()).isIn(0, TERMINATED);
    }
    assertThat(Receipts.count(home.resolve("inbox"))).isEqualTo(PHOTOS);
    assertThat(data.count("jobs WHERE status IN ('queued', 'processing')")).isZero();
  }

  private static void drop(Path home) {
    IntStream.range(0, PHOTOS)
        .forEach(
            i ->
                Pictures.write(
                    home.resolve("inbox/photo-" + i + ".png"),
                    Pictures.noise("png", 160, 120, 8000 + i)));
  }

  @Test
  @DisplayName("A file that a killed server left with its process id does not hinder the next")
  void stalePid() throws IOException {
    Path home = ServerProcess.workFolder("stale-pid").resolve("home");
    Pictures.write(home.resolve("minsight.pid"), "1".getBytes());
    try (ServerProcess server = ServerProcess.start(home, ports).awaitReady()) {
      assertThat(home.resolve("minsight.pid")).hasContent(Long.toString(server.pid()));
      try (ServerProcess second = ServerProcess.start(home, Ports.free())) {
        assertRefused(second, "another mInsight server is running on " + home);
      }
      assertThat(home.resolve("minsight.pid")).hasContent(Long.toString(server.pid()));
      server.stop();
    }
    assertThat(home.resolve("minsight.pid")).doesNotExist();
  }

  @Test
  @DisplayName("A taken port ends the start with one line and exit code 2")
  void takenPort() throws IOException {
    Path home = ServerProcess.workFolder("taken-port").resolve("home");
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
        ServerProcess server =
            ServerProcess.start(home, ports, "--compute-port=" + taken.getLocalPort())) {
      assertRefused(server, "port " + taken.getLocalPort() + " on 127.0.0.1");
    }
    assertThat(home.resolve("minsight.pid")).doesNotExist();
  }

  @Test
  @DisplayName("A bad value ends the start with one line and exit code 2")
  void badValue() throws IOException {
    Path home = ServerProcess.workFolder("bad-value").resolve("home");
    try (ServerProcess server =
        ServerProcess.start(home, ports, "--minsight.ingest.stable-for=soon")) {
      assertRefused(server, "minsight.ingest.stable-for = soon");
    }
    try (ServerProcess server = ServerProcess.start(home, ports, "--mqtt-port=99999")) {
      assertRefused(server, "99999");
    }
    try (ServerProcess server = ServerProcess.start(home, ports, "--speed=high")) {
      assertRefused(server, "unknown flag --speed=high");
    }
    assertThat(Files.exists(home.resolve("minsight.pid"))).isFalse();
  }

  @Test
  @DisplayName("AC-A06 A home that cannot be made ends the start with one line and exit code 2")
  void homeCannotBeMade() throws IOException {
    Path folder = ServerProcess.workFolder("no-home");
    Path file = Files.writeString(folder.resolve("file"), "in the way");
    try (ServerProcess server =
        ServerProcess.start(folder, ports, "--home=" + file.resolve("below"))) {
      assertRefused(server, file.resolve("below") + "/db cannot be made");
    }
  }

  private static void assertRefused(ServerProcess server, String reason) {
    assertThat(server.awaitExit()).isEqualTo(2);
    assertThat(server.output().lines())
        .singleElement()
        .asString()
        .startsWith("error: ")
        .contains(reason);
  }

  private static ConditionFactory soon() {
    return await().atMost(Duration.ofMinutes(5)).pollInterval(Duration.ofMillis(200));
  }
}
