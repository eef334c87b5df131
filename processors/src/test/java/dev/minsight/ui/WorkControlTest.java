package dev.minsight.ui;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minsight.insight.PhotoServer;
import dev.minsight.testing.Pictures;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.WebElement;

/** Holding new work back and processing again, in a real browser. */
class WorkControlTest {

  private static Browser browser;
  private static PhotoServer photos;

  @BeforeAll
  static void open(@TempDir Path home) {
    browser = Browser.open();
    photos = PhotoServer.start(home);
  }

  @AfterAll
  static void close() {
    if (photos != null) {
      photos.close();
    }
    if (browser != null) {
      browser.close();
    }
  }

  @Test
  @DisplayName("A pause is shown on every page with owner and reason, and ended by a click")
  void pauses() {
    browser.go(photos.http().store("/ui/#/problems"));
    browser.see("pause-reason").sendKeys("the disk is moved");
    browser.click(Browser.testId("pause"));

    browser
        .await("the banner tells")
        .until(() -> Browser.text(browser.see("pause-banner")).contains("the disk is moved"));
    long id = photos.upload("held.png", Pictures.noise("png", 32, 32, 1));
    photos.awaitStatus(id, "queued");
    browser.screenshot("paused");

    browser.click(Browser.testId("resume"));

    photos.awaitStatus(id, "completed");
    browser
        .await("the banner goes")
        .until(() -> browser.all("pause-banner").stream().noneMatch(WebElement::isDisplayed));

    browser.go(photos.http().store("/ui/#/photo/" + id));
    browser.click(Browser.testId("again"));

    browser.await("it is done twice").until(() -> photos.row(id).generation() == 2);
    photos.awaitStatus(id, "completed");
    browser.screenshot("processed-again");
    // The contract has 404 for a photo that nothing looks like, and the browser notes that.
    assertThat(browser.complaints()).allMatch(complaint -> complaint.contains("/similar?"));
  }
}
