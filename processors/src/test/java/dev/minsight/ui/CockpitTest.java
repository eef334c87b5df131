package dev.minsight.ui;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.minsight.compute.LocalWorkers;
import dev.minsight.testing.Pictures;
import dev.minsight.testing.TestServer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;

/**
 * The operator's half: Camunda's Cockpit in a real browser, on a photo whose steps fail because its
 * media file is away, until somebody puts it back and retries.
 */
class CockpitTest {

  private static final String COCKPIT = "/camunda/app/cockpit/default/";

  /** The retry button of a row in the list of incidents. */
  private static final By RETRY =
      By.cssSelector(".incidents-tab a[ng-click^='openExternalTaskRetryDialog']");

  private static final List<String> PROCESSES =
      List.of("media-insight", "reconcile", "compute-job", "housekeeping");

  @TempDir private static Path home;
  private static Browser browser;
  private static TestServer server;

  @BeforeAll
  static void start() {
    browser = Browser.open();
    server =
        TestServer.start(
            home.resolve("data"),
            "minsight.pipeline.retry=100ms",
            // So long nothing goes on by itself: somebody retries it here.
            "minsight.pipeline.sweep-every=10m");
  }

  @AfterAll
  static void close() {
    if (browser != null) {
      browser.close();
    }
    if (server != null) {
      server.close();
    }
  }

  @BeforeEach
  void logIn() {
    browser.size(1400, 1050);
    browser.go(server.store(COCKPIT));
    By login = By.cssSelector("input[type=password]");
    browser
        .await("Cockpit or its login")
        .until(
            () ->
                !browser.all(login).isEmpty() || !browser.all(By.linkText("Processes")).isEmpty());
    if (!browser.all(login).isEmpty()) {
      browser.see(By.cssSelector("input[type=text]")).sendKeys(TestServer.ADMIN);
      browser.see(login).sendKeys(TestServer.ADMIN_PASSWORD);
      browser.see(By.cssSelector("button[type=submit]")).click();
    }
    browser.see(By.linkText("Processes"));
  }

  @Test
  @DisplayName("The admin login opens Cockpit, which lists all processes")
  void processes() {
    browser.go(server.store(COCKPIT + "#/processes"));

    for (String process : PROCESSES) {
      browser.see(By.linkText(process));
    }
    browser.screenshot("cockpit-processes");
  }

  @Test
  @DisplayName("The diagram of each process is drawn with its steps")
  void diagrams() {
    for (String process : PROCESSES) {
      browser.go(server.store(COCKPIT + "#/processes"));
      browser.click(By.linkText(process));

      browser.see(By.cssSelector("g.djs-shape"));
      browser
          .await("diagram of " + process)
          .until(() -> browser.all(By.cssSelector("g.djs-shape")).size() > 3);
      assertThat(drawnSteps()).isEqualTo(modelledSteps(process));
      browser.screenshot("cockpit-" + process);
    }
  }

  @Test
  @DisplayName(
      "A step whose tries are used up is an incident in Cockpit; retried there, the photo completes")
  void incident() throws IOException {
    server.bean(LocalWorkers.class).stop();
    JsonNode photo = upload(home.resolve("holiday.png"));
    long id = photo.get("id").asLong();
    Path media = server.home().resolve("media").resolve(photo.get("file_path").asText());
    Path saved = Files.move(media, home.resolve("saved"));
    Files.createDirectory(media);
    browser
        .await("a process waits for the workers")
        .until(() -> entity(id).path("cockpit_url").isTextual());
    server.bean(LocalWorkers.class).start();
    String instance = instance(id);
    browser.await("tries are used up").until(() -> incidents(instance) == 3);

    JsonNode failed = entity(id);
    assertThat(failed.at("/intelligence_data/overall_status").asText()).isEqualTo("failed");
    assertThat(failed.at("/intelligence_data/error_message").asText())
        .contains("is missing on disk")
        .hasSizeLessThan(120);

    // Found by its business key, as an operator does who has the number of the photo.
    browser.go(server.store(COCKPIT + "#/processes"));
    browser.click(By.linkText("media-insight"));
    browser.click(By.linkText(instance));
    browser.see(By.xpath("//*[normalize-space(text())='entity-" + id + "-1']"));

    seeIncidents(failed, 3);
    browser.see(By.cssSelector("g.djs-shape[data-element-id='find-faces']"));
    assertThat(browser.see(By.cssSelector(".incidents-tab tbody")).getText())
        .contains("is missing on disk");
    browser.screenshot("cockpit-incident");
    assertThat(browser.see(By.cssSelector("a.minsight-page")).getDomAttribute("href"))
        .isEqualTo("/ui/#/photo/" + id);
    browser.click(By.cssSelector("a.minsight-page"));
    browser.see("photo-view");
    assertThat(browser.see("cockpit-link").getDomAttribute("href"))
        .contains("/process-instance/" + instance)
        .endsWith("incidents-tab");
    seeIncidents(failed, 3);

    Files.delete(media);
    Files.move(saved, media);
    for (int left = 3; left > 0; left--) {
      int before = left;
      browser.see(RETRY).click();
      WebElement retry = browser.see(By.cssSelector(".modal-footer .btn-primary:not(.ng-hide)"));
      browser.screenshot("cockpit-retry");
      retry.click();
      browser.click(By.cssSelector(".modal-footer .btn:not(.ng-hide):not([disabled])"));
      browser.await("one incident less").until(() -> incidents(instance) < before);
      browser.reload();
    }
    browser
        .await("the photo completes")
        .until(
            () -> entity(id).at("/intelligence_data/overall_status").asText().equals("completed"));
    assertThat(entity(id).get("cockpit_url").isNull()).isTrue();
    timeline(id);
    assertThat(entity(id).at("/intelligence_data/error_message").isNull()).isTrue();
  }

  /** Opens the list of incidents, again where Cockpit has lost its way to it. */
  private void seeIncidents(JsonNode photo, int count) {
    browser
        .await(count + " incidents")
        .until(
            () -> {
              browser.go(server.store(photo.get("cockpit_url").asText()));
              browser.reload();
              return browser.becomes(
                  () -> browser.all(RETRY).size() == count, Duration.ofSeconds(10));
            });
  }

  /** The page tells the whole story, from where it was opened on. */
  private static void timeline(long id) {
    browser.size(1400, 1600);
    browser.go(server.store("/ui/#/photo/" + id));
    browser.click(By.cssSelector("[data-testid='timeline-box'] > summary"));
    browser.see("timeline-title", "Find faces: its tries are used up, somebody has to look");
    browser.see("timeline-title", "Find faces: retried");
    List<String> titles = browser.all("timeline-title").stream().map(WebElement::getText).toList();
    assertThat(titles).startsWith("Added as “Holiday”").contains("Photo done");
    browser.screenshot("photo-timeline");
  }

  private static List<Object> drawnSteps() {
    @SuppressWarnings("unchecked")
    List<Object> ids =
        (List<Object>)
            browser.run(
                """
                return [...document.querySelectorAll('g.djs-shape')]
                  .map((g) => g.dataset.elementId).filter((id) => !id.endsWith('_label')).sort();
                """);
    return ids;
  }

  /** The flow nodes of a process as the engine knows them. */
  private static List<Object> modelledSteps(String process) {
    URI xml = server.store("/engine-rest/process-definition/key/" + process + "/xml");
    String bpmn = TestServer.json(server.get(xml, server.adminToken())).get("bpmn20Xml").asText();
    return java.util.regex.Pattern.compile("<bpmndi:BPMNShape [^>]*bpmnElement=\"([^\"]+)\"")
        .matcher(bpmn)
        .results()
        .map(match -> (Object) match.group(1))
        .sorted()
        .toList();
  }

  private static JsonNode upload(Path file) {
    Pictures.write(file, Scenes.png(3));
    return TestServer.json(
        server.multipart(
            "POST",
            server.store("/entities"),
            server.adminToken(),
            Map.of("is_collection", "false", "label", "Holiday"),
            "media_file",
            file));
  }

  private static JsonNode entity(long id) {
    return TestServer.json(server.get(server.store("/entities/" + id), null));
  }

  private static JsonNode engine(String path) {
    return TestServer.json(server.get(server.store("/engine-rest" + path), server.adminToken()));
  }

  private static String instance(long id) {
    return engine("/process-instance?businessKey=entity-" + id + "-1").get(0).get("id").asText();
  }

  private static int incidents(String instance) {
    return engine("/incident?processInstanceId=" + instance).size();
  }
}
