package dev.minsight.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minsight.testing.Contract;
import dev.minsight.testing.TestServer;
import dev.minsight.testing.TestTokens;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which tokens are accepted, and in which words the others are refused. */
class TokenRulesTest {

  private final TestServer server = TestServer.shared();

  private Map<String, Object> claims() {
    Map<String, Object> claims = new HashMap<>();
    claims.put("id", "42");
    claims.put("permissions", List.of("media_store_read", "media_store_write"));
    claims.put("is_admin", true);
    claims.put("exp", System.currentTimeMillis() / 1000 + 60);
    return claims;
  }

  private HttpResponse<String> read(String token) {
    return server.get(server.store("/entities"), token);
  }

  private static void assertRefused(HttpResponse<String> answer, String detail) {
    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.body()).isEqualTo("{\"detail\":\"" + detail + "\"}");
    assertThat(answer.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
  }

  @Test
  @DisplayName("AC-B08 A valid ES256 token of another holder of the key is accepted")
  @Contract({"auth.md 2 accepted", "store.md 1 auth header", "store.md 2 JWT"})
  void validTokenPasses() {
    String token = TestTokens.sign(server.home(), claims());

    assertThat(read(token).statusCode()).isNotEqualTo(401);
    assertThat(server.get(server.store("/admin/pref"), token).statusCode()).isEqualTo(200);
  }

  @Test
  @DisplayName("AC-B09 An expired token is refused, also in guest mode")
  @Contract({"auth.md 2 expired", "store.md 1 401", "store.md 2 401 details"})
  void expiredIsRefused() {
    Map<String, Object> claims = claims();
    claims.put("exp", System.currentTimeMillis() / 1000 - 1);

    assertRefused(read(TestTokens.sign(server.home(), claims)), "JWT token has expired");
  }

  @Test
  @DisplayName("AC-B32 A token without exp is refused")
  @Contract("auth.md 2 accepted")
  void withoutExpIsRefused() {
    Map<String, Object> claims = claims();
    claims.remove("exp");

    assertRefused(read(TestTokens.sign(server.home(), claims)), "JWT payload is invalid");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.b", "nonsense", "eyJhbGciOiJFUzI1NiJ9.eyJpZCI6IjEifQ.", "!.!.!"})
  @DisplayName("AC-B10 Garbage is refused")
  @Contract({"auth.md 2 bad signature", "store.md 2 401 details"})
  void garbageIsRefused(String token) {
    assertRefused(read(token), "Could not validate credentials");
  }

  @Test
  @DisplayName("AC-B11 A token signed by another key is refused")
  @Contract("auth.md 2 bad signature")
  void otherKeyIsRefused() {
    String token = TestTokens.odd(server.home()).wrongKey();

    assertRefused(read(token), "Could not validate credentials");
  }

  @Test
  @DisplayName("A token that claims to need no signature is refused")
  @Contract("auth.md 2 accepted")
  void algNoneIsRefused() {
    String token = TestTokens.odd(server.home()).algNone();

    assertRefused(read(token), "Could not validate credentials");
  }

  @Test
  @DisplayName("A token signed by HMAC with the public key as secret is refused")
  @Contract("auth.md 2 accepted")
  void hmacWithPublicKeyIsRefused() {
    String token = TestTokens.odd(server.home()).hmacWithPublicKey();

    assertRefused(read(token), "Could not validate credentials");
  }

  @Test
  @DisplayName("A signature of zeros (CVE-2022-21449) is refused")
  @Contract("auth.md 2 bad signature")
  void zeroSignatureIsRefused() {
    String content = TestTokens.content(Map.of("alg", "ES256", "typ", "JWT"), claims());
    String zeros = Base64.getUrlEncoder().withoutPadding().encodeToString(new byte[64]);

    assertRefused(read(content + "." + zeros), "Could not validate credentials");
  }

  @Test
  @DisplayName("Claims of the wrong type are refused as an invalid payload")
  @Contract({
    "auth.md 2 history",
    "auth.md 2 payload model",
    "auth.md 2 bad payload shape",
    "store.md 2 JWT",
    "store.md 2 401 details"
  })
  void wrongClaimTypesAreRefused() {
    List<Map.Entry<String, Object>> wrong = new ArrayList<>();
    wrong.add(Map.entry("id", 42));
    wrong.add(Map.entry("is_admin", "true"));
    wrong.add(Map.entry("is_admin", 1));
    wrong.add(Map.entry("permissions", "media_store_read"));
    wrong.add(Map.entry("permissions", Map.of()));
    wrong.add(Map.entry("permissions", List.of(1)));
    wrong.add(Map.entry("exp", "tomorrow"));
    for (Map.Entry<String, Object> claim : wrong) {
      Map<String, Object> claims = claims();
      claims.put(claim.getKey(), claim.getValue());

      assertRefused(read(TestTokens.sign(server.home(), claims)), "JWT payload is invalid");
    }
    Map<String, Object> claims = claims();
    claims.remove("id");
    assertRefused(read(TestTokens.sign(server.home(), claims)), "JWT payload is invalid");
  }

  @Test
  @DisplayName("Permissions and is_admin may be missing; nothing is allowed then")
  @Contract("auth.md 2 payload model")
  void missingRightsAllowNothing() {
    Map<String, Object> claims = claims();
    claims.remove("permissions");
    claims.remove("is_admin");
    String token = TestTokens.sign(server.home(), claims);

    assertThat(read(token).statusCode()).isNotEqualTo(401);
    assertThat(server.form("POST", server.store("/entities"), token, Map.of()).statusCode())
        .isEqualTo(403);
  }

  @Test
  @DisplayName("Claims that we do not know are ignored, and a permission may be there twice")
  @Contract({"auth.md 2 payload model", "store.md 2 JWT"})
  void moreClaims() {
    Map<String, Object> claims = claims();
    claims.put("is_admin", false);
    claims.put("permissions", List.of("media_store_write", "a", "media_store_write"));
    claims.put("sub", 42);
    claims.put("iss", List.of("somebody"));
    claims.put("nbf", "never");

    String token = TestTokens.sign(server.home(), claims);

    assertThat(server.form("POST", server.store("/entities"), token, Map.of()).statusCode())
        .isEqualTo(422);
  }

  @Test
  @DisplayName("Another scheme than Bearer counts as no token")
  @Contract({"auth.md 2 WWW-Authenticate", "store.md 1 auth header"})
  void otherSchemeIsNoToken() {
    HttpResponse<String> answer =
        server.send(
            server
                .request(server.store("/admin/pref"), null)
                .header("Authorization", "Basic YTpi")
                .GET()
                .build());

    assertRefused(answer, "Authentication required");
  }
}
