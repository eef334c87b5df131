package dev.minsight.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minsight.auth.NewUser;
import dev.minsight.auth.Users;
import dev.minsight.testing.Contract;
import dev.minsight.testing.TestServer;
import dev.minsight.testing.TestTokens;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** New keys while the server runs; ours.md and issue 3 point 1. */
class KeyRotationTest {

  private static final String ROTATE = "/auth/keys/rotate";

  private static int me(TestServer server, String token) {
    return server.get(server.auth("/users/me"), token).statusCode();
  }

  private static String publicKey(TestServer server) {
    return TestServer.json(server.get(server.auth("/auth/public-key"), null))
        .get("public_key")
        .asText();
  }

  @Test
  @DisplayName("POST /auth/keys/rotate: the new public key, and tokens of both keys are accepted")
  void rotate() throws IOException {
    TestServer server = TestServer.shared();
    String before = publicKey(server);
    String old = server.login(TestServer.ADMIN, TestServer.ADMIN_PASSWORD);

    HttpResponse<String> answer = server.form("POST", server.auth(ROTATE), old, Map.of());

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    String after = TestServer.json(answer).get("public_key").asText();
    assertThat(TestServer.json(answer).get("algorithm").asText()).isEqualTo("ES256");
    assertThat(after)
        .isNotEqualTo(before)
        .isEqualTo(publicKey(server))
        .isEqualTo(Files.readString(server.home().resolve("keys/public_key.pem")));
    assertThat(me(server, old)).isEqualTo(200);
    String fresh = server.login(TestServer.ADMIN, TestServer.ADMIN_PASSWORD);
    assertThat(me(server, fresh)).isEqualTo(200);
    String refreshed =
        TestServer.json(server.form("POST", server.auth("/auth/token/refresh"), old, Map.of()))
            .get("access_token")
            .asText();
    assertThat(me(server, refreshed)).isEqualTo(200);
  }

  @Test
  @DisplayName("Only admins rotate keys")
  void forAdmins() {
    TestServer server = TestServer.shared();
    server
        .bean(Users.class)
        .create(new NewUser("no-rotator", "secret", false, true, List.of("admin")));
    String before = publicKey(server);

    assertThat(server.form("POST", server.auth(ROTATE), null, Map.of()).statusCode())
        .isEqualTo(401);
    assertThat(
            server
                .form("POST", server.auth(ROTATE), server.login("no-rotator", "secret"), Map.of())
                .statusCode())
        .isEqualTo(403);
    assertThat(publicKey(server)).isEqualTo(before);
  }

  @Test
  @DisplayName("Keys replaced by hand are taken up; old tokens live on, also over a restart")
  @Contract("auth.md 2 key source")
  void replacedByHand(@TempDir Path home) throws Exception {
    String old;
    String fresh;
    try (TestServer server = TestServer.start(home)) {
      old = server.adminToken();
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(256);
      KeyPair pair = generator.generateKeyPair();
      replace(home, "private_key.pem", "PRIVATE KEY", pair.getPrivate().getEncoded());
      replace(home, "public_key.pem", "PUBLIC KEY", pair.getPublic().getEncoded());

      assertThat(me(server, old)).isEqualTo(200);
      fresh = server.login(TestServer.ADMIN, TestServer.ADMIN_PASSWORD);
      assertThat(me(server, fresh)).isEqualTo(200);
      assertThat(
              server
                  .get(
                      server.store("/admin/pref"),
                      TestTokens.sign(
                          pair.getPrivate(),
                          Map.of(
                              "id",
                              "5",
                              "is_admin",
                              true,
                              "exp",
                              System.currentTimeMillis() / 1000 + 60)))
                  .statusCode())
          .as("signed with the operator's own key")
          .isEqualTo(200);
    }
    try (TestServer server = TestServer.start(home)) {
      assertThat(me(server, old)).isEqualTo(200);
      assertThat(me(server, fresh)).isEqualTo(200);
    }
  }

  /** As {@code openssl} and {@code mv} do. */
  private static void replace(Path home, String name, String label, byte[] der) throws IOException {
    Path fresh = home.resolve(name);
    Files.writeString(
        fresh,
        "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n"
            .formatted(label, Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)));
    Files.setLastModifiedTime(fresh, FileTime.fromMillis(1_000_000));
    Files.move(fresh, home.resolve("keys").resolve(name), StandardCopyOption.REPLACE_EXISTING);
  }
}
