package dev.minsight.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.minsight.auth.NewUser;
import dev.minsight.auth.PasswordCheck;
import dev.minsight.auth.TooManyLoginsException;
import dev.minsight.auth.UserChange;
import dev.minsight.auth.Users;
import dev.minsight.testing.TestServer;
import java.net.CookieManager;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.camunda.bpm.engine.AuthorizationService;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.authorization.Permissions;
import org.camunda.bpm.engine.authorization.Resources;
import org.camunda.bpm.engine.identity.Group;
import org.camunda.bpm.engine.identity.User;
import org.camunda.bpm.engine.identity.UserQuery;
import org.camunda.bpm.engine.impl.identity.Authentication;
import org.camunda.bpm.model.bpmn.Bpmn;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

/** The engine knows our accounts by what they may do, and keeps none of its own. */
class EngineIdentityTest {

  private static TestServer server;

  private IdentityService identity;

  /** A server of its own: the engine's web apps are one a JVM, the last that was started. */
  @BeforeAll
  static void start(@TempDir Path home) {
    server = TestServer.start(home);
    Users users = server.bean(Users.class);
    users.create(new NewUser("engine-admin", "secret", true, true, List.of()));
    users.create(new NewUser("engine-reader", "secret", false, true, List.of("*")));
    users.create(new NewUser("engine-retired", "secret", true, false, List.of()));
    users.create(
        new NewUser("engine-reviewer", "secret", false, true, List.of("media_store_write")));
    users.create(
        new NewUser("engine-operator", "secret", false, true, List.of("process_operation")));
    users.create(
        new NewUser("engine-ex-reviewer", "secret", false, false, List.of("media_store_write")));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void findIdentity() {
    identity = server.bean(IdentityService.class);
  }

  /** A browser: keeps cookies and sends back the token against forged requests. */
  private static final class Browser {

    private final CookieManager cookies = new CookieManager();
    private final HttpClient http = HttpClient.newBuilder().cookieHandler(cookies).build();

    HttpResponse<String> get(String path) throws Exception {
      return http.send(
          HttpRequest.newBuilder(server.store(path)).GET().build(), BodyHandlers.ofString());
    }

    HttpResponse<String> login(String username, String password) throws Exception {
      return login(username, password, "cockpit");
    }

    HttpResponse<String> login(String username, String password, String app) throws Exception {
      get("/camunda/app/cockpit/default/");
      String form =
          "username="
              + URLEncoder.encode(username, StandardCharsets.UTF_8)
              + "&password="
              + URLEncoder.encode(password, StandardCharsets.UTF_8);
      return http.send(
          HttpRequest.newBuilder(server.store("/camunda/api/admin/auth/user/default/login/" + app))
              .header("Content-Type", "application/x-www-form-urlencoded")
              .header("X-XSRF-TOKEN", xsrfToken())
              .POST(BodyPublishers.ofString(form))
              .build(),
          BodyHandlers.ofString());
    }

    private String xsrfToken() {
      return cookies.getCookieStore().getCookies().stream()
          .filter(cookie -> cookie.getName().equals("XSRF-TOKEN"))
          .findFirst()
          .orElseThrow()
          .getValue();
    }
  }

  @Test
  @DisplayName("An admin logs in to Cockpit with the account's own password and works there")
  void adminLogsIn() throws Exception {
    Browser browser = new Browser();

    HttpResponse<String> login = browser.login(TestServer.ADMIN, TestServer.ADMIN_PASSWORD);

    assertThat(login.statusCode()).as(login.body()).isEqualTo(200);
    assertThat(login.body()).contains("cockpit").contains("tasklist").contains("admin");
    assertThat(browser.get("/camunda/api/engine/engine/default/process-definition").statusCode())
        .isEqualTo(200);
    assertThat(
            browser
                .get("/camunda/api/cockpit/plugin/base/default/process-definition/statistics")
                .statusCode())
        .isEqualTo(200);
    assertThat(browser.get("/camunda/app/cockpit/default/").body()).contains("<base href");
  }

  @Test
  @DisplayName(
      "A wrong password, a user without any of the permissions and retired ones stay outside")
  void othersStayOutside() throws Exception {
    for (String[] who :
        new String[][] {
          {TestServer.ADMIN, "wrong"},
          {"engine-reader", "secret"},
          {"engine-retired", "secret"},
          {"engine-ex-reviewer", "secret"},
          {"nobody", "secret"}
        }) {
      Browser browser = new Browser();
      assertThat(browser.login(who[0], who[1]).statusCode()).as(who[0]).isEqualTo(401);
      assertThat(browser.get("/camunda/api/engine/engine/default/process-definition").statusCode())
          .isIn(401, 403);
    }
  }

  @Test
  @DisplayName("Who guesses a password at Cockpit has to wait as everywhere, at that address only")
  void guessingIsSlowedDown() throws Exception {
    server.bean(Users.class).create(new NewUser("engine-guessed", "secret", true, true, List.of()));
    for (int i = 0; i < 5; i++) {
      assertThat(new Browser().login("engine-guessed", "wrong").statusCode()).isEqualTo(401);
    }
    PasswordCheck check = server.bean(PasswordCheck.class);

    assertThatThrownBy(() -> check.login("engine-guessed", "secret", "127.0.0.1"))
        .isInstanceOf(TooManyLoginsException.class);
    assertThat(check.login("engine-guessed", "secret", "127.0.0.2")).isPresent();
  }

  @Test
  @DisplayName("Without a login the web apps' API and engine-rest are closed")
  void closedWithoutLogin() throws Exception {
    Browser browser = new Browser();

    assertThat(browser.get("/camunda/api/engine/engine/default/task").statusCode()).isIn(401, 403);
    assertThat(browser.get("/camunda/api/admin/auth/user/default").statusCode()).isIn(401, 404);
    assertThat(browser.get("/engine-rest/process-definition").statusCode()).isEqualTo(401);
  }

  @Test
  @DisplayName("There is no page to set up a first user, although the engine has none")
  void noSetupPage() throws Exception {
    HttpResponse<String> page = new Browser().get("/camunda/app/admin/default/setup/");

    assertThat(page.statusCode() == 200 && page.body().contains("setup")).isFalse();
    assertThat(identity.isReadOnly()).isTrue();
  }

  @Test
  @DisplayName("The engine's own pages keep their own protection")
  void cockpitKeepsItsHeaders() throws Exception {
    HttpResponse<String> page = new Browser().get("/camunda/app/cockpit/default/");

    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.headers().firstValue("Content-Security-Policy")).isPresent();
    assertThat(page.headers().allValues("X-Content-Type-Options")).containsExactly("nosniff");
    assertThat(page.headers().allValues("X-Frame-Options")).hasSizeLessThan(2);
  }

  @Test
  @DisplayName("A bearer token of an admin opens engine-rest, in the admin's name")
  void engineRestByToken() {
    String token = server.login("engine-admin", "secret");

    HttpResponse<String> answer = server.get(server.store("/engine-rest/user/count"), token);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(server.get(server.store("/engine-rest/user"), token).body())
        .contains("engine-admin")
        .doesNotContain("engine-reader")
        .doesNotContain("engine-retired");
  }

  @Test
  @DisplayName("The engine is told who calls engine-rest, for as long as the call takes")
  void engineKnowsTheCaller() throws Exception {
    EngineCallerFilter filter = new EngineCallerFilter(identity, server.bean(EngineCallers.class));
    MockHttpServletRequest request = new MockHttpServletRequest();
    request.setUserPrincipal(() -> "1");
    AtomicReference<Authentication> during = new AtomicReference<>();

    filter.doFilter(
        request,
        new MockHttpServletResponse(),
        (in, out) -> during.set(identity.getCurrentAuthentication()));

    assertThat(during.get().getUserId()).isEqualTo(TestServer.ADMIN);
    assertThat(during.get().getGroupIds()).containsExactly("camunda-admin");
    assertThat(identity.getCurrentAuthentication()).isNull();
  }

  @Test
  @DisplayName("A call that comes to the engine without a caller is refused")
  void engineRefusesNobody() throws Exception {
    MockHttpServletResponse response = new MockHttpServletResponse();

    new EngineCallerFilter(identity, server.bean(EngineCallers.class))
        .doFilter(
            new MockHttpServletRequest(),
            response,
            (in, out) -> {
              throw new AssertionError("passed");
            });

    assertThat(response.getStatus()).isEqualTo(401);
  }

  private List<String> groupsOf(String username) {
    return identity.createGroupQuery().groupMember(username).list().stream()
        .map(Group::getId)
        .toList();
  }

  private List<String> users(UserQuery query) {
    return query.list().stream().map(User::getId).toList();
  }

  @Test
  @DisplayName(
      "Groups follow from permissions; the engine's users are the active ones in any group")
  void queries() {
    assertThat(groupsOf("engine-admin"))
        .containsExactlyInAnyOrder("camunda-admin", "reviewers", "operators");
    assertThat(groupsOf("engine-reviewer")).containsExactly("reviewers");
    assertThat(groupsOf("engine-operator")).containsExactly("operators");
    for (String outside :
        List.of("engine-reader", "engine-retired", "engine-ex-reviewer", "nobody")) {
      assertThat(groupsOf(outside)).as(outside).isEmpty();
      assertThat(identity.createUserQuery().userId(outside).count()).as(outside).isZero();
    }
    assertThat(users(identity.createUserQuery().memberOfGroup("camunda-admin")))
        .contains(TestServer.ADMIN, "engine-admin")
        .doesNotContain("engine-reviewer", "engine-retired");
    assertThat(users(identity.createUserQuery().memberOfGroup("reviewers")))
        .contains("engine-reviewer", "engine-admin")
        .doesNotContain("engine-operator", "engine-ex-reviewer");
    assertThat(identity.createUserQuery().memberOfGroup("other").count()).isZero();
    assertThat(users(identity.createUserQuery().userFirstNameLike("engine-op%")))
        .containsExactly("engine-operator");
    assertThat(users(identity.createUserQuery().orderByUserId().desc()).get(0))
        .isEqualTo("engine-reviewer");
    assertThat(identity.createUserQuery().listPage(0, 1)).hasSize(1);
    assertThat(identity.createUserQuery().listPage(1, 2)).hasSize(2);
    assertThat(identity.createGroupQuery().groupId("reviewers").singleResult().getName())
        .isEqualTo("Reviewers");
    assertThat(identity.createTenantQuery().list()).isEmpty();
    assertThat(identity.checkPassword("engine-admin", "secret")).isTrue();
    assertThat(identity.checkPassword("engine-reader", "secret")).isFalse();
    assertThat(identity.checkPassword("engine-retired", "secret")).isFalse();
  }

  private static String task(String candidateGroup) {
    RepositoryService repository = server.bean(RepositoryService.class);
    String key = "task-for-" + candidateGroup;
    repository
        .createDeployment()
        .addModelInstance(
            key + ".bpmn",
            Bpmn.createExecutableProcess(key)
                .camundaHistoryTimeToLive(1)
                .startEvent()
                .userTask()
                .name("Look at this")
                .camundaCandidateGroups(candidateGroup)
                .endEvent()
                .done())
        .deploy();
    return server.bean(RuntimeService.class).startProcessInstanceByKey(key).getId();
  }

  @Test
  @DisplayName(
      "A reviewer works in Tasklist with the account's password, on the reviewers' tasks only")
  void reviewer() throws Exception {
    String theirs = task("reviewers");
    String others = task("operators");
    Browser browser = new Browser();

    HttpResponse<String> login = browser.login("engine-reviewer", "secret", "tasklist");

    assertThat(login.statusCode()).as(login.body()).isEqualTo(200);
    JsonNode apps = TestServer.json(login).get("authorizedApps");
    assertThat(apps).extracting(JsonNode::asText).contains("tasklist");
    assertThat(apps).extracting(JsonNode::asText).doesNotContain("cockpit", "admin");
    assertThat(browser.get("/camunda/api/engine/engine/default/task").body())
        .contains(theirs)
        .doesNotContain(others);
    assertThat(browser.get("/camunda/api/engine/engine/default/filter").body())
        .contains("All tasks");
  }

  @Test
  @DisplayName("An operator works in Cockpit, sees processes and may retry, but not administrate")
  void operator() throws Exception {
    Browser browser = new Browser();

    HttpResponse<String> login = browser.login("engine-operator", "secret");

    assertThat(login.statusCode()).as(login.body()).isEqualTo(200);
    JsonNode apps = TestServer.json(login).get("authorizedApps");
    assertThat(apps).extracting(JsonNode::asText).contains("cockpit");
    assertThat(apps).extracting(JsonNode::asText).doesNotContain("tasklist", "admin");
    assertThat(browser.get("/camunda/api/engine/engine/default/process-definition").body())
        .contains("media-insight");
    assertThat(browser.get("/camunda/api/engine/engine/default/authorization").body())
        .isEqualTo("[]");
  }

  @Test
  @DisplayName("Neither gets into the other's web app, nor into Admin, nor to engine-rest")
  void doorsStayShut() throws Exception {
    for (String[] who :
        new String[][] {
          {"engine-reviewer", "cockpit"},
          {"engine-reviewer", "admin"},
          {"engine-operator", "tasklist"},
          {"engine-operator", "admin"}
        }) {
      assertThat(new Browser().login(who[0], "secret", who[1]).statusCode())
          .as(who[0] + " in " + who[1])
          .isEqualTo(403);
    }
    String token = server.login("engine-operator", "secret");
    assertThat(server.get(server.store("/engine-rest/process-definition"), token).statusCode())
        .isEqualTo(403);
  }

  @Test
  @DisplayName("Who loses the permission, or the account, loses the group at once")
  void rightsCountAtOnce() {
    Users users = server.bean(Users.class);
    long id =
        users
            .create(new NewUser("engine-was", "secret", false, true, List.of("media_store_write")))
            .id();
    assertThat(groupsOf("engine-was")).containsExactly("reviewers");

    users.change(id, new UserChange(null, List.of("media_store_read"), null, null));
    assertThat(groupsOf("engine-was")).isEmpty();

    users.delete(id);
    assertThat(identity.checkPassword("engine-was", "secret")).isFalse();
  }

  @Test
  @DisplayName("Grants are given once, however often a server starts")
  void grantsOnce() {
    AuthorizationService authorizations = server.bean(AuthorizationService.class);
    long before = authorizations.createAuthorizationQuery().count();

    new EngineGrants().postProcessEngineBuild(server.bean(ProcessEngine.class));

    assertThat(authorizations.createAuthorizationQuery().count()).isEqualTo(before);
    assertThat(authorizations.createAuthorizationQuery().groupIdIn("reviewers").count())
        .isPositive();
  }

  @Test
  @DisplayName("The admin group may do everything from the first start on")
  void grantsAreThere() {
    AuthorizationService authorizations = server.bean(AuthorizationService.class);

    for (Resources resource :
        List.of(
            Resources.APPLICATION,
            Resources.PROCESS_DEFINITION,
            Resources.PROCESS_INSTANCE,
            Resources.TASK,
            Resources.BATCH,
            Resources.DEPLOYMENT,
            Resources.SYSTEM)) {
      assertThat(
              authorizations.isUserAuthorized(
                  "engine-admin", List.of("camunda-admin"), Permissions.ALL, resource))
          .as(resource.resourceName())
          .isTrue();
    }
  }
}
