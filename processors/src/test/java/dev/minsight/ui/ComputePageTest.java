package dev.minsight.ui;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minsight.testing.OpenServer;
import dev.minsight.testing.Pictures;
import dev.minsight.testing.TestServer;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;

/** The page about compute, in a real browser. */
class ComputePageTest {

  @TempDir private static Path folder;
  private static Browser browser;
  private static TestServer server;

  @BeforeAll
  static void open() {
    browser = Browser.open();
    server = OpenServer.shared();
  }

  @AfterAll
  static void close() {
    if (browser != null) {
      browser.close();
    }
  }

  private static void submit(String name, byte[] bytes) {
    Path file = folder.resolve(name);
    Pictures.write(file, bytes);
    assertThat(
            server
                .multipart(
                    "POST", server.compute("/jobs/clip_embedding"), null, Map.of(), "file", file)
                .statusCode())
        .isEqualTo(200);
  }

  @Test
  @DisplayName("The page shows workers, failures by reason with their retry, and the storage")
  void overview() {
    submit("one.jpg", "no picture".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    submit("two.jpg", "no picture either".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    submit("good.png", Pictures.noise("png", 16, 16, 1));

    browser.go(server.store("/ui/#/compute"));
    browser.reload();

    By failure = By.cssSelector("[data-testid=job-failure][data-task=clip_embedding]");
    browser
        .await("both failures are shown as one")
        .until(() -> Browser.text(browser.see(failure)).contains("· 2"));
    assertThat(Browser.text(browser.see("job-failure-reason"))).contains("no picture");
    browser
        .await("the workers have announced themselves")
        .until(() -> !browser.all("worker").isEmpty());
    assertThat(Browser.text(browser.see("workers"))).contains("Understand the picture", "free");
    assertThat(Browser.text(browser.see("job-storage"))).contains("jobs with");
    assertThat(Browser.text(browser.see("memory"))).contains("of Java objects");
    assertThat(Browser.text(browser.see("models-in-memory"))).contains("clip-embedding");
    browser.screenshot("compute-page");

    browser.click(By.cssSelector("[data-testid=job-failure] [data-testid=retry-all]"));

    WebElement said = browser.see("retry-said");
    browser
        .await("the page says how many go on")
        .until(() -> Browser.text(said).contains("2 jobs"));
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  @DisplayName("Without work the page says so, and the header leads to it")
  void quiet() {
    browser.go(server.store("/ui/"));
    browser.reload();
    browser.click(Browser.testId("nav-compute"));

    browser
        .await("the queue is empty")
        .until(() -> Browser.text(browser.see("queue-empty")).equals("Nothing is queued."));
    assertThat(browser.title()).isEqualTo("Compute · mInsight");
    assertThat(browser.complaints()).isEmpty();
  }
}
