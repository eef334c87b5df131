package dev.minsight.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minsight.auth.NewUser;
import dev.minsight.auth.User;
import dev.minsight.auth.Users;
import dev.minsight.testing.Contract;
import dev.minsight.testing.TestServer;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server of its own, because other tests make admins. */
class LastAdminTest {

  private static TestServer server;

  @BeforeAll
  static void start(@TempDir Path home) {
    server = TestServer.start(home);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private HttpResponse<String> put(long id, String token, String field, String value) {
    return server.form("PUT", server.auth("/users/" + id), token, Map.of(field, value));
  }

  @Test
  @DisplayName("auth.md last admin: neither deleted nor switched off nor made a non-admin, 400")
  @Contract("auth.md 4 self-delete")
  void lastAdminStays() {
    String admin = server.adminToken();
    server
        .bean(Users.class)
        .create(new NewUser("sleeping-admin", "secret", true, false, List.of()));

    for (HttpResponse<String> answer :
        List.of(
            server.delete(server.auth("/users/1"), admin),
            put(1, admin, "is_active", "false"),
            put(1, admin, "is_admin", "0"))) {
      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(answer.body())
          .isEqualTo("{\"detail\":\"admin is the last active admin; make another one first\"}");
    }
    assertThat(put(1, admin, "permissions", "x").statusCode()).isEqualTo(200);
    assertThat(server.get(server.auth("/users/me"), admin).statusCode()).isEqualTo(200);
  }

  @Test
  @DisplayName("auth.md self-delete: allowed while another admin is there; the own token ends")
  @Contract("auth.md 4 self-delete")
  void selfDelete() {
    User other =
        server.bean(Users.class).create(new NewUser("leaving", "secret", true, true, List.of()));
    String token = server.login("leaving", "secret");

    assertThat(server.delete(server.auth("/users/" + other.id()), token).statusCode())
        .isEqualTo(204);
    assertThat(server.get(server.auth("/users/me"), token).statusCode()).isEqualTo(401);
  }

  @Test
  @DisplayName("Two admins who remove each other at the same time leave one")
  void mutualRemoval() throws Exception {
    ExecutorService duel = Executors.newFixedThreadPool(2);
    try {
      for (int round = 0; round < 10; round++) {
        User rival =
            server
                .bean(Users.class)
                .create(new NewUser("rival" + round, "secret", true, true, List.of()));
        String first = server.adminToken();
        String second = server.login(rival.username(), "secret");
        Callable<Integer> removesRival =
            () -> put(rival.id(), first, "is_admin", "no").statusCode();
        Callable<Integer> removesAdmin = () -> put(1, second, "is_admin", "no").statusCode();

        List<Future<Integer>> answers = duel.invokeAll(List.of(removesRival, removesAdmin));

        List<User> left = server.bean(Users.class).active().stream().filter(User::isAdmin).toList();
        assertThat(left).hasSize(1);
        assertThat(answers.get(0).get()).isIn(200, 400, 403);
        assertThat(answers.get(1).get()).isIn(200, 400, 403);
        // for the next round: the first admin again, alone
        String remaining = left.get(0).id() == 1 ? first : second;
        put(1, remaining, "is_admin", "yes");
        put(rival.id(), first, "is_admin", "no");
      }
    } finally {
      duel.shutdownNow();
    }
  }
}
