package dev.minsight.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.minsight.support.ConfigurationException;
import dev.minsight.testing.Contract;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is found out before anything is started. */
class PreflightTest {

  @TempDir Path home;

  private void start(String... args) {
    start(home, args);
  }

  private static void start(Path at, String... args) {
    String[] all = new String[args.length + 1];
    all[0] = "--minsight.home=" + at;
    System.arraycopy(args, 0, all, 1, args.length);
    TestApplication.create().run(all).close();
  }

  @Test
  @DisplayName("A wrong value that came through a variable is shown as it is")
  void valueOfVariable() {
    assertThatThrownBy(
            () -> start("--STORE_PORT=eight", "--minsight.ports.store=${STORE_PORT:8001}"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage(
            "bad setting: minsight.ports.store = eight is not a valid int; see"
                + " config/application.yaml");
  }

  @Test
  @DisplayName("AC-A06 A home that cannot be made ends the start with one line and exit code 2")
  @Contract({"auth.md 1 required env", "store.md 11 CL_SERVER_DIR"})
  void homeCannotBeMade() throws IOException {
    Path file = Files.writeString(home.resolve("file"), "in the way");

    assertThatThrownBy(() -> start(file.resolve("below")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(file.resolve("below").toString())
        .hasMessageContaining("cannot be made")
        .hasMessageContaining("MINSIGHT_HOME")
        .satisfies(failure -> assertThat(failure.getMessage().lines()).hasSize(1))
        .satisfies(failure -> assertThat(StartFailure.report(failure)).isEqualTo(2));
  }

  @Test
  @DisplayName("A taken port is named with what wants it and how to choose another")
  void takenPort() throws IOException {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      assertThatThrownBy(() -> start("--minsight.ports.auth=" + other.getLocalPort()))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("port " + other.getLocalPort())
          .hasMessageContaining("auth (MINSIGHT_AUTH_PORT, --auth-port) is not free");
    }
  }
}
