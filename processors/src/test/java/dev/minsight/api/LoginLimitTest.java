package dev.minsight.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minsight.auth.NewUser;
import dev.minsight.auth.Users;
import dev.minsight.testing.TestServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Failed logins over HTTP, from addresses of loopback that no other test uses. */
class LoginLimitTest {

  private final TestServer server = TestServer.shared();
  private final String name = "limited-" + UUID.randomUUID();

  @BeforeEach
  void makeUser() {
    Assumptions.assumeTrue(
        System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("linux"),
        "only Linux has all of 127.0.0.0/8");
    server.bean(Users.class).create(new NewUser(name, "secret", false, true, List.of()));
  }

  /** The whole answer; our usual client cannot choose the address it comes from. */
  private String login(String from, String username, String password, String... headers) {
    String body = "username=" + username + "&password=" + password;
    String request =
        "POST /auth/token HTTP/1.1\r\nHost: test\r\nConnection: close\r\n"
            + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: "
            + body.length()
            + "\r\n"
            + String.join("", headers)
            + "\r\n"
            + body;
    try (Socket socket = new Socket()) {
      socket.bind(new InetSocketAddress(InetAddress.getByName(from), 0));
      socket.connect(new InetSocketAddress("127.0.0.1", server.settings().ports().auth()));
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static int status(String answer) {
    return Integer.parseInt(answer.substring(9, 12));
  }

  @Test
  @DisplayName("After five failures 429 with Retry-After, for existing and other names alike")
  void lockedOut() {
    String nobody = "nobody-" + name;
    for (int i = 0; i < 4; i++) {
      assertThat(status(login("127.0.7.1", name, "wrong"))).isEqualTo(401);
      assertThat(status(login("127.0.7.1", nobody, "wrong"))).isEqualTo(401);
    }
    String fifthKnown = login("127.0.7.1", name, "wrong");
    String known = login("127.0.7.1", name, "secret");
    String fifthUnknown = login("127.0.7.1", nobody, "wrong");
    String unknown = login("127.0.7.1", nobody, "secret");

    assertThat(List.of(status(fifthKnown), status(fifthUnknown))).containsOnly(401);
    for (String answer : List.of(known, unknown)) {
      assertThat(status(answer)).isEqualTo(429);
      Matcher wait = Pattern.compile("(?i)\r\nRetry-After: (\\d+)\r\n").matcher(answer);
      assertThat(wait.find()).as(answer).isTrue();
      assertThat(Integer.parseInt(wait.group(1))).isBetween(1, 600);
      assertThat(answer)
          .contains(
              "{\"detail\":\"Too many failed logins; try again in " + wait.group(1) + " s\"}");
    }
  }

  @Test
  @DisplayName("The victim of such guessing logs in from another address")
  void victimLogsIn() {
    for (int i = 0; i < 5; i++) {
      login("127.0.7.2", name, "wrong");
    }

    assertThat(status(login("127.0.7.3", name, "secret"))).isEqualTo(200);
  }

  @Test
  @DisplayName("A forged X-Forwarded-For is no other address")
  void forgedAddress() {
    for (int i = 0; i < 5; i++) {
      login("127.0.7.4", name, "wrong", "X-Forwarded-For: 203.0.113." + i + "\r\n");
    }

    assertThat(status(login("127.0.7.4", name, "secret", "X-Forwarded-For: 203.0.113.99\r\n")))
        .isEqualTo(429);
  }
}
