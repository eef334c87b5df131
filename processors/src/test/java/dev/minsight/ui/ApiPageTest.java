package dev.minsight.ui;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minsight.testing.OpenServer;
import dev.minsight.testing.TestServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.By;

/** The page of the API, in a real browser. */
class ApiPageTest {

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

  @Test
  @DisplayName("The first page leads to the API's page, which shows its groups and operations")
  void operations() {
    browser.go(server.store("/ui/"));
    browser.click(Browser.testId("api-link"));

    browser.see(By.cssSelector("#operations-Entities-entity-create"));
    assertThat(browser.address()).contains("/ui/api/");
    assertThat(browser.title()).isEqualTo("API · mInsight");
    assertThat(browser.see(By.cssSelector("#api .title")).getText()).startsWith("CoLAN Store");
    assertThat(browser.all(By.cssSelector("#api .opblock-tag"))).hasSizeGreaterThan(5);
    assertThat(browser.all(By.cssSelector("#api .opblock"))).hasSizeGreaterThan(40);
    browser.screenshot("api-page");
    assertThat(browser.complaints()).isEmpty();
  }

  /** Anew: going to another hash alone would keep what is open. */
  private static void go(String page) {
    browser.go(server.store(page));
    browser.reload();
  }

  @Test
  @DisplayName("An operation can be tried on the page")
  void tryIt() {
    go("/ui/api/#/Service/root");
    browser.see(By.cssSelector("#operations-Service-root .execute"));
    browser.click(By.cssSelector("#operations-Service-root .execute"));

    browser
        .await("the answer is shown")
        .until(
            () ->
                Browser.text(
                        browser.see(
                            By.cssSelector("#operations-Service-root .live-responses-table")))
                    .contains("CoLAN Store Server"));
    browser.screenshot("api-page-try-it");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  @DisplayName("An upload shows a field for the file, and a token can be given")
  void uploadForm() {
    go("/ui/api/#/Entities/entity-create");
    browser.see(
        By.cssSelector(
            "#operations-Entities-entity-create select[aria-label='Request content type']"));
    browser.run(
        """
        const select = document.querySelector("#operations-Entities-entity-create select[aria-label='Request content type']");
        const set = Object.getOwnPropertyDescriptor(HTMLSelectElement.prototype, 'value').set;
        set.call(select, 'multipart/form-data');
        select.dispatchEvent(new Event('change', {bubbles: true}));
        """);

    browser.see(By.cssSelector("#operations-Entities-entity-create input[type=file]"));
    browser.click(By.cssSelector("#api .btn.authorize"));
    browser.see(By.cssSelector("#api .dialog-ux input"));
    browser.screenshot("api-page-authorize");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  @DisplayName("The page asks no other server for anything")
  void offline() {
    go("/ui/api/");
    browser.see(By.cssSelector("#operations-Entities-entity-create"));

    assertThat(
            browser.run(
                """
                    return performance.getEntriesByType('resource')
                      .filter((r) => r.name.startsWith('http') && new URL(r.name).origin !== location.origin).length;
                    """))
        .isEqualTo(0L);
  }
}
