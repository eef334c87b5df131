package dev.minsight.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minsight.api.ApiDocument.Operation;
import dev.minsight.auth.NewUser;
import dev.minsight.auth.Users;
import dev.minsight.testing.Contract;
import dev.minsight.testing.OpenServer;
import dev.minsight.testing.TestServer;
import dev.minsight.testing.TestTokens;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Every operation of the document is tried by everybody, good and bad, in every mode. Who should
 * get in stands here, written from the contract's tables and not from {@link AccessTable}, so that
 * a wrong line there is found.
 */
class PermissionWalkTest {

  /** The contract's classes (store.md section 2, auth.md section 4, compute.md section 2), ours. */
  private enum Class {
    PUBLIC,
    READ,
    WRITE,
    COMPUTE,
    WORKER,
    ADMIN,
    ACCOUNT,
    ACCOUNTS
  }

  private enum Mode {
    NO_AUTH,
    GUESTS,
    NO_GUESTS
  }

  /** A new operation needs its line here, and one that goes takes its line along. */
  private static final String TABLE =
      """
      root                     PUBLIC
      auth-login               PUBLIC
      auth-public-key          PUBLIC
      auth-refresh             ACCOUNT
      users-me                 ACCOUNT
      auth-link-token          ACCOUNT
      auth-keys-rotate         ACCOUNTS
      auth-audit               ACCOUNTS
      api-key-create           ACCOUNT
      api-key-list             ACCOUNT
      api-key-delete           ACCOUNT
      user-create              ACCOUNTS
      user-list                ACCOUNTS
      user-get                 ACCOUNTS
      user-change              ACCOUNTS
      user-patch               ACCOUNTS
      user-delete              ACCOUNTS
      entity-list              READ
      entity-lookup            READ
      entity-get               READ
      entity-versions          READ
      entity-timeline          READ
      media-get                READ
      media-head               READ
      preview-get              READ
      preview-head             READ
      stream-manifest          READ
      stream-manifest-head     READ
      stream-file              READ
      stream-file-head         READ
      activity                 READ
      intelligence             READ
      entity-faces             READ
      entity-jobs              READ
      clip-embedding           READ
      dino-embedding           READ
      entity-similar           READ
      entity-duplicates        READ
      face                     READ
      face-image               READ
      face-embedding           READ
      face-similar             READ
      face-matches             READ
      persons                  READ
      person                   READ
      person-faces             READ
      search-text              READ
      search-persons           READ
      duplicate-pairs          READ
      duplicate-groups         READ
      duplicate-decide         WRITE
      entity-create            WRITE
      entity-put               WRITE
      entity-patch             WRITE
      entity-delete            WRITE
      entity-restore           WRITE
      stream-delete            WRITE
      face-delete              WRITE
      person-rename            WRITE
      pref-show                ADMIN
      pref-show-guest-mode     ADMIN
      pref-choose              ADMIN
      config-choose-read-auth  ADMIN
      m-insight-status         ADMIN
      system-audit             ADMIN
      system-clear             ADMIN
      pipeline-pause           ADMIN
      pipeline-resume          ADMIN
      reprocess-list           READ
      reprocess-many           ADMIN
      reprocess-one            WRITE
      system-vectors           ADMIN
      system-vectors-rebuild   ADMIN
      capabilities             PUBLIC
      plugins                  PUBLIC
      job-submit               COMPUTE
      job-list                 COMPUTE
      job-get                  COMPUTE
      job-events               COMPUTE
      job-file                 COMPUTE
      job-file-head            COMPUTE
      job-overview             COMPUTE
      job-cancel               COMPUTE
      job-retry-all            COMPUTE
      job-retry                COMPUTE
      job-delete               COMPUTE
      job-storage              ADMIN
      job-cleanup              ADMIN
      worker-announce          WORKER
      worker-leave             WORKER
      worker-fetch             WORKER
      worker-begin             WORKER
      worker-input             WORKER
      worker-lease             WORKER
      worker-result            WORKER
      worker-failure           WORKER
      """;

  private static final Map<String, Class> CLASSES =
      TABLE
          .lines()
          .map(line -> line.split(" +"))
          .collect(
              Collectors.toMap(
                  line -> line[0], line -> Class.valueOf(line[1]), (a, b) -> a, TreeMap::new));

  private static final String EXPIRED = "JWT token has expired";
  private static final String WRONG_SHAPE = "JWT payload is invalid";
  private static final String NOT_VALID = "Could not validate credentials";

  /**
   * Somebody who calls.
   *
   * @param token what is sent, null for nothing
   * @param refusal why store and compute do not accept it; null when they do
   * @param permission the only one it has, null for none
   */
  private record Caller(
      String name, String token, String refusal, String permission, boolean admin) {}

  /**
   * What must come of it.
   *
   * @param detail null where the caller gets in
   */
  private record Outcome(int status, String detail) {

    static final Outcome IN = new Outcome(0, null);

    static Outcome unauthorized(String detail) {
      return new Outcome(401, detail);
    }

    static Outcome forbidden(String detail) {
      return new Outcome(403, detail);
    }
  }

  @AfterEach
  void guestsAgain() {
    guestMode(true);
  }

  private static void guestMode(boolean on) {
    TestServer server = TestServer.shared();
    HttpResponse<String> answer =
        server.form(
            "PUT",
            server.store("/admin/pref/guest-mode"),
            server.adminToken(),
            Map.of("guest_mode", Boolean.toString(on)));
    assertThat(answer.statusCode()).isEqualTo(200);
  }

  @Test
  @DisplayName("The walk knows every operation of the document, and none that is not there")
  void knowsEveryOperation() {
    assertThat(ApiDocument.of(TestServer.shared()).operations())
        .extracting(Operation::id)
        .containsExactlyInAnyOrderElementsOf(CLASSES.keySet());
  }

  @Test
  @DisplayName("With guest mode on, each operation lets in whom the contract lets in")
  @Contract({
    "auth.md 2 WWW-Authenticate",
    "auth.md 3 admin",
    "auth.md 4 401 bad token",
    "auth.md 4 POST /auth/token/refresh",
    "compute.md 2 guest mode on",
    "compute.md 2 admin routes need an admin",
    "store.md 2 PUBLIC",
    "store.md 2 READ",
    "store.md 2 WRITE",
    "store.md 2 ADMIN",
    "store.md 3 #20"
  })
  void guestsWelcome() {
    walk(TestServer.shared(), Mode.GUESTS);
  }

  @Test
  @DisplayName("With guest mode off, each operation lets in whom the contract lets in")
  @Contract({
    "auth.md 2 no token",
    "auth.md 3 media_store_read",
    "auth.md 3 is_admin bypasses",
    "compute.md 2 guest mode off",
    "store.md 1 401",
    "store.md 1 order of checks",
    "store.md 2 permission names",
    "store.md 2 PUBLIC",
    "store.md 2 READ",
    "store.md 2 WRITE",
    "store.md 2 ADMIN",
    "store.md 3 #1",
    "store.md 3 #2",
    "store.md 3 #3",
    "store.md 3 #4",
    "store.md 3 #5",
    "store.md 3 #6",
    "store.md 3 #7",
    "store.md 3 #8",
    "store.md 3 #9",
    "store.md 3 #14",
    "store.md 3 #15",
    "store.md 3 #21",
    "intelligence.md 1 401, 403"
  })
  void guestsUnwelcome() {
    guestMode(false);
    walk(TestServer.shared(), Mode.NO_GUESTS);
  }

  @Test
  @DisplayName("Without accounts everything is open, but for the accounts themselves")
  @Contract({
    "compute.md 2 --no-auth",
    "store.md 2 PUBLIC",
    "store.md 2 READ",
    "store.md 2 WRITE",
    "store.md 2 ADMIN"
  })
  void noAuth() {
    walk(OpenServer.shared(), Mode.NO_AUTH);
  }

  private void walk(TestServer server, Mode mode) {
    List<Caller> callers = callers(server);
    // Side by side: none of the 1,500 requests of a mode changes what another finds.
    assertThat(
            ApiDocument.of(server).operations().parallelStream()
                .flatMap(operation -> objections(server, mode, operation, callers)))
        .isEmpty();
  }

  private static Stream<String> objections(
      TestServer server, Mode mode, Operation operation, List<Caller> callers) {
    List<String> wrong = new ArrayList<>();
    for (Caller caller : callers) {
      Outcome expected = expected(CLASSES.get(operation.id()), mode, caller);
      String objection = objection(send(server, operation, caller), operation, expected);
      if (objection != null) {
        wrong.add(operation + " by " + caller.name() + ": " + objection);
      }
    }
    return wrong.stream();
  }

  private static Outcome expected(Class is, Mode mode, Caller caller) {
    return switch (is) {
      case PUBLIC -> Outcome.IN;
      case ACCOUNT, ACCOUNTS -> account(is, caller);
      default -> mode == Mode.NO_AUTH ? Outcome.IN : service(is, mode, caller);
    };
  }

  /** The auth service knows neither guests nor a mode without accounts. */
  private static Outcome account(Class is, Caller caller) {
    if (caller.token() == null) {
      return Outcome.unauthorized("Not authenticated");
    }
    if (caller.refusal() != null) {
      return Outcome.unauthorized(NOT_VALID);
    }
    return is == Class.ACCOUNTS && !caller.admin()
        ? Outcome.forbidden("The user doesn't have enough privileges")
        : Outcome.IN;
  }

  private static Outcome service(Class is, Mode mode, Caller caller) {
    boolean guests = mode == Mode.GUESTS;
    if (caller.refusal() != null) {
      return is == Class.COMPUTE && guests ? Outcome.IN : Outcome.unauthorized(caller.refusal());
    }
    if (caller.token() == null) {
      return guests && (is == Class.READ || is == Class.COMPUTE)
          ? Outcome.IN
          : Outcome.unauthorized("Authentication required");
    }
    if (caller.admin() || guests && is == Class.READ) {
      return Outcome.IN;
    }
    String needed =
        switch (is) {
          case READ -> "media_store_read";
          case WRITE -> "media_store_write";
          case COMPUTE -> "ai_inference_support";
          case WORKER -> "compute_worker";
          default -> null;
        };
    if (needed == null) {
      return Outcome.forbidden("Insufficient permissions. Admin access required");
    }
    return needed.equals(caller.permission())
        ? Outcome.IN
        : Outcome.forbidden("Insufficient permissions. Required: " + needed);
  }

  /** Asks for what does not exist, with values that do not fit: whoever gets in changes nothing. */
  private static HttpResponse<String> send(TestServer server, Operation operation, Caller caller) {
    String query =
        operation.names("query").stream()
            .filter(name -> !name.equals("token")) // would be who calls
            .map(name -> name + "=no-such-value")
            .collect(Collectors.joining("&", "?", ""));
    HttpRequest.Builder request =
        server
            .request(server.store(operation.path("no-number", "no.file") + query), caller.token())
            .method(operation.method(), BodyPublishers.noBody());
    return server.send(request.build());
  }

  private static String objection(
      HttpResponse<String> answer, Operation operation, Outcome expected) {
    if (expected.detail() == null) {
      return answer.statusCode() == 401 || answer.statusCode() == 403
          ? "should get in, but " + answer.statusCode() + " " + answer.body()
          : null;
    }
    boolean bearer = answer.headers().firstValue("WWW-Authenticate").orElse("").equals("Bearer");
    String body =
        operation.method().equals("HEAD") ? "" : "{\"detail\":\"" + expected.detail() + "\"}";
    return answer.statusCode() == expected.status()
            && answer.body().equals(body)
            && bearer == (expected.status() == 401)
        ? null
        : "should be " + expected + ", but " + answer.statusCode() + " " + answer.body();
  }

  private static List<Caller> callers(TestServer server) {
    TestTokens.Odd odd = TestTokens.odd(server.home());
    List<Caller> callers = new ArrayList<>();
    callers.add(new Caller("nobody", null, null, null, false));
    callers.add(new Caller("garbage", "garbage", NOT_VALID, null, false));
    callers.add(new Caller("a wrong key", odd.wrongKey(), NOT_VALID, null, false));
    callers.add(new Caller("alg none", odd.algNone(), NOT_VALID, null, false));
    callers.add(
        new Caller("HS256 with the public key", odd.hmacWithPublicKey(), NOT_VALID, null, false));
    callers.add(new Caller("an expired token", odd.with("exp", 1), EXPIRED, null, false));
    Map<String, Object> wrongShapes = new LinkedHashMap<>();
    wrongShapes.put("id", 1);
    wrongShapes.put("is_admin", "true");
    wrongShapes.put("permissions", "media_store_write");
    wrongShapes.put("exp", null);
    wrongShapes.forEach(
        (claim, value) ->
            callers.add(
                new Caller(
                    claim + " is " + value, odd.with(claim, value), WRONG_SHAPE, null, false)));
    Users users = server.bean(Users.class);
    for (String permission :
        List.of(
            "media_store_read",
            "media_store_write",
            "ai_inference_support",
            "compute_worker",
            "admin",
            "*")) {
      String name = "walker-" + UUID.randomUUID();
      users.create(new NewUser(name, "walks", false, true, List.of(permission)));
      callers.add(
          new Caller("only " + permission, server.login(name, "walks"), null, permission, false));
    }
    callers.add(new Caller("an admin", server.adminToken(), null, null, true));
    return callers;
  }
}
