package dev.minsight.ui;

import static dev.minsight.ui.Browser.testId;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.minsight.testing.OpenServer;
import dev.minsight.testing.Pictures;
import dev.minsight.testing.TestServer;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** The search page and the review of near-duplicates, in a real browser. */
class SearchPageTest {

  /** Scenes that the other pages' tests do not use: contents are stored once. */
  private static final int SCENE = 21;

  @TempDir private static Path folder;
  private static Browser browser;
  private static TestServer server;
  private static long collection;
  private static long valley;
  private static long again;

  @BeforeAll
  static void library() {
    browser = Browser.open();
    server = OpenServer.shared();
    collection =
        TestServer.json(
                server.form(
                    "POST",
                    server.store("/entities"),
                    null,
                    Map.of("is_collection", "true", "label", "to be searched")))
            .get("id")
            .asLong();
    valley = upload("valley.png", Scenes.png(SCENE));
    again = upload("valley again.jpg", Scenes.jpeg(SCENE));
    upload("evening.png", Scenes.png(SCENE + 3));
    browser
        .await("the pair is found")
        .until(
            () ->
                json("/intelligence/duplicates?parent_id=" + collection).get("results").size()
                    == 1);
  }

  @AfterAll
  static void close() {
    if (browser != null) {
      browser.close();
    }
  }

  @AfterEach
  void noComplaints() {
    // The browser notes the answer that asks for a model, and photos without look-alikes.
    assertThat(browser.complaints())
        .allMatch(line -> line.contains("409") || line.contains("/similar?"));
  }

  private static long upload(String name, byte[] bytes) {
    return TestServer.json(
            server.multipart(
                "POST",
                server.store("/entities"),
                null,
                Map.of("is_collection", "false", "label", name, "parent_id", "" + collection),
                "media_file",
                Pictures.write(folder.resolve(name), bytes)))
        .get("id")
        .asLong();
  }

  private static JsonNode json(String path) {
    return TestServer.json(server.get(server.store(path), null));
  }

  private static URI page(String hash) {
    return server.store("/ui/" + hash);
  }

  private static void open(String hash) {
    browser.go(page(hash));
    browser.reload();
  }

  private static By result(long id) {
    return By.cssSelector("[data-testid='result'][data-entity-id='" + id + "']");
  }

  @Test
  @DisplayName("The page says what can be asked; without the text model it says what gets it")
  void wordsWithoutModel() {
    open("#/");
    browser.click(testId("nav-search"));
    assertThat(browser.see("search-empty").getText()).contains("What are you looking for?");
    browser.screenshot("search-start");

    browser.see("search-words").sendKeys("a dog on the beach" + Keys.ENTER);

    assertThat(browser.see("search-why").getText())
        .contains("Words cannot be searched yet")
        .contains("./minsight models pull clip_embedding clip_text");
    assertThat(browser.address()).endsWith("#/search?q=a+dog+on+the+beach");
    browser.screenshot("search-without-model");
  }

  @Test
  @DisplayName("From a photo's page one gets to more like it; the score shows to who looks closer")
  void moreLikeThis() {
    open("#/photo/" + valley);
    browser.click(testId("more-like"));

    assertThat(browser.see("search-like").getText()).contains("More like valley.png");
    WebElement hit = browser.see(result(again));
    browser.seePictures(By.cssSelector("[data-testid='search-results'] img"));
    assertThat(browser.all(result(valley))).as("the photo itself").isEmpty();
    WebElement score = hit.findElement(testId("result-score"));
    assertThat(score.getCssValue("opacity")).isEqualTo("0");
    assertThat(score.getAttribute("textContent")).matches("(9\\d|100) % near");
    browser.run("arguments[0].focus({focusVisible: true})", hit);
    browser.await("the score").until(() -> score.getCssValue("opacity").equals("1"));
    browser.screenshot("search-like");
    browser.click(result(again));
    browser.see("photo-title", "valley again.jpg");
  }

  @Test
  @DisplayName("A time alone finds what was taken then, newest first, and stands in the address")
  void byTime() {
    open("#/search?from=2001-01-01&type=image");

    browser.see(result(valley));
    assertThat(browser.see("search-state").getText()).contains("result");
    browser.run(
        "const to = arguments[0]; to.value = '1999-12-31';"
            + "to.dispatchEvent(new Event('change', {bubbles: true}))",
        browser.see("search-to"));
    browser.run(
        "const from = arguments[0]; from.value = '';"
            + "from.dispatchEvent(new Event('change', {bubbles: true}))",
        browser.see("search-from"));

    assertThat(browser.see("search-empty").getText()).contains("Nothing fits");
    assertThat(browser.address()).endsWith("#/search?to=1999-12-31&type=image");
  }

  @Test
  @DisplayName("A pair stands side by side; a key puts one into the trash, a button takes it back")
  void review() {
    open("#/duplicates?parent_id=" + collection);
    browser.await("both sides").until(() -> browser.all("pair-side").size() == 2);
    browser.seePictures(By.cssSelector("img.pair-img"));
    assertThat(browser.see("pair").getText()).contains("valley.png", "valley again.jpg");
    assertThat(browser.see("pair-score").getText()).contains("% alike");
    browser.screenshot("duplicates");

    assertThat(browser.all("pair-trash")).hasSize(2);
    browser.see(By.cssSelector("main h1")).sendKeys("2");
    assertThat(browser.see("pair-said").getText()).contains("valley again.jpg is in the trash");
    assertThat(json("/entities/" + again).get("is_deleted").asBoolean()).isTrue();
    browser.see("duplicates-empty");

    browser.click(testId("pair-undo"));
    browser
        .await("it is back")
        .until(() -> !json("/entities/" + again).get("is_deleted").asBoolean());
    browser.await("said").until(() -> browser.see("pair-said").getText().contains("It is back"));
    browser.screenshot("duplicates-undone");
    assertThat(json("/intelligence/duplicates?parent_id=" + collection).get("results")).isEmpty();
  }

  @Test
  @DisplayName("Both pages pass the accessibility checks, wide and narrow")
  void accessible() {
    for (String at : new String[] {"#/search?from=2001-01-01", "#/search", "#/duplicates"}) {
      open(at);
      browser.see(By.cssSelector("main h1"));
      browser.await("loaded").until(() -> Accessibility.objections(browser).isEmpty());
      browser.size(390, 844);
      assertThat(Accessibility.objections(browser)).as(at + " narrow").isEmpty();
      assertThat((Boolean) browser.run("return document.body.scrollWidth <= innerWidth"))
          .as("%s fits the narrow window", at)
          .isTrue();
      browser.screenshot("narrow" + at.replaceAll("[^a-z]+", "-"));
      browser.size(1400, 900);
    }
  }
}
