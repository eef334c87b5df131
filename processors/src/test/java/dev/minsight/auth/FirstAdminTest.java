package dev.minsight.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minsight.testing.Contract;
import dev.minsight.testing.TestServer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FirstAdminTest {

  private static final Pattern LINE =
      Pattern.compile("First admin: user (\\S+), password (\\S{20})  \\(shown only now\\)");

  @TempDir Path home;

  private record Run(TestServer server, String output) {}

  private Run start(String... properties) {
    PrintStream terminal = System.out;
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    System.setOut(new PrintStream(output, true, StandardCharsets.UTF_8));
    try {
      return new Run(TestServer.start(home, properties), output.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(terminal);
    }
  }

  @Test
  @DisplayName("The first start prints a random admin password, once and not into the log")
  @Contract("auth.md 1 bootstrap default admin")
  void printsPasswordOnce() throws Exception {
    String password;
    Run first = start("minsight.auth.admin-password=", "minsight.auth.admin-username=root");
    try (TestServer server = first.server()) {
      Matcher line = LINE.matcher(first.output());
      assertThat(line.find()).as(first.output()).isTrue();
      assertThat(line.group(1)).isEqualTo("root");
      password = line.group(2);
      assertThat(server.login("root", password)).isNotBlank();
      assertThat(first.output()).containsOnlyOnce(password);
      // Logging is set up once a JVM: when other tests ran before, the file is elsewhere.
      Path log = home.resolve("logs/minsight.log");
      if (Files.exists(log)) {
        assertThat(log).content().doesNotContain(password);
      }
    }

    Run second = start("minsight.auth.admin-password=other", "minsight.auth.admin-username=root");
    try (TestServer server = second.server()) {
      assertThat(second.output()).doesNotContain("First admin");
      assertThat(server.login("root", password)).isNotBlank();
      assertThat(
              server
                  .form(
                      "POST",
                      server.auth("/auth/token"),
                      null,
                      Map.of("username", "root", "password", "other"))
                  .statusCode())
          .isEqualTo(401);
      assertThat(Files.exists(home.resolve("keys/private_key.pem"))).isTrue();
    }
  }
}
