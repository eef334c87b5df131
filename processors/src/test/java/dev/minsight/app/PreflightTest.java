package dev.minsight.app;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.minsight.support.ConfigurationException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is found out before anything is started. */
class PreflightTest {

  @TempDir Path home;

  private void start(String... args) {
    String[] all = new String[args.length + 1];
    all[0] = "--minsight.home=" + home;
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
