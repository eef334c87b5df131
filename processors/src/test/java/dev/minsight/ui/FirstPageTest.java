package dev.minsight.ui;

import static dev.minsight.ui.Browser.testId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import dev.minsight.testing.TestServer;
import dev.minsight.ui.Browser.Place;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;
import org.slf4j.LoggerFactory;

/** The first page as its first user sees it, in a real browser, on a library of their own. */
class FirstPageTest {

  /** A file name that would run a script on a page that took it for markup. */
  private static final String MARKUP = "<img src=x onerror=\"document.title='owned'\">.png";

  private static final Path SHARED = Path.of(System.getProperty("minsight.shared"), "media");
  private static final Path OBAMA = SHARED.resolve("people/obama/obama_1.jpg");
  private static final Path BIDEN = SHARED.resolve("people/biden/biden_1.jpg");
  private static final Path TWO = SHARED.resolve("groups/group_2_cf010.jpg");

  @TempDir private static Path home;
  private static Browser browser;
  private static TestServer server;

  private static final Logger ROOT =
      (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  private static final ListAppender<ILoggingEvent> LOG = new ListAppender<>();

  @BeforeAll
  static void library() {
    browser = Browser.open();
    server = TestServer.start(home.resolve("data"), "minsight.ingest.stable-for=300ms");
    LOG.start();
    ROOT.addAppender(LOG); // once started: a server may set logging up anew
    drop("valley.png", Scenes.png(1));
    drop("valley again.jpg", Scenes.jpeg(1));
    drop("evening.png", Scenes.png(4));
    drop(MARKUP, Scenes.png(2));
    drop("notes.txt", "buy film".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    // A GIF whose header ends in the middle, as the one of shared media's corrupt/.
    drop("holiday.gif", new byte[] {'G', 'I', 'F', '8', '9', 'a', 1, 0, 1, 0});
    if (hasPortraits()) {
      drop("obama.jpg", bytes(OBAMA));
      drop("biden.jpg", bytes(BIDEN));
      drop("obama mirrored.jpg", Scenes.mirrored(OBAMA));
    }
    int photos = hasPortraits() ? 7 : 4;
    browser
        .await(photos + " photos are completed")
        .until(() -> activity().path("counts").path("completed").asInt() == photos);
    browser.await("the broken file is refused").until(() -> activity().get("failed").size() == 1);
  }

  @AfterAll
  static void close() throws IOException {
    if (browser != null) {
      browser.close();
    }
    if (server != null) {
      server.close();
      ROOT.detachAppender(LOG);
      // Pages that were left while they loaded are no error of the server.
      assertThat(LOG.list)
          .filteredOn(event -> event.getLevel().isGreaterOrEqual(Level.ERROR))
          .extracting(ILoggingEvent::getFormattedMessage)
          .isEmpty();
    }
  }

  @BeforeEach
  void atHome() {
    browser.size(1400, 900);
    browser.go(page(""));
    browser.run("sessionStorage.clear()");
    browser.reload();
    browser.see("photo-grid");
    browser.complaints();
  }

  @AfterEach
  void noComplaints() {
    // The browser notes refused sign-ins, and photos without look-alikes (404 by the contract).
    assertThat(browser.complaints())
        .allMatch(line -> line.contains("401") || line.contains("/similar?"));
  }

  @Test
  @DisplayName("The grid shows every photo with its preview, its name and that it is done")
  void grid() {
    browser.see("tile-name", "valley.png");
    browser.seePictures(By.cssSelector("img.tile-img"));

    for (String name : List.of("valley.png", "valley again.jpg", "evening.png")) {
      assertThat(badge(name)).isEqualTo("Done");
    }
    assertThat(browser.see("health-text").getText()).isEqualTo("Server is up");
    assertThat(browser.see("models-summary").getText()).isEqualTo("4 lite models");
    browser.screenshot("photos");
  }

  @Test
  @DisplayName("What came in last is listed with what became of it")
  void justIn() {
    WebElement row = browser.see(By.cssSelector(".ingest-row[data-status='failed']"));

    assertThat(row.getText()).contains("holiday.gif", "Failed", "header is damaged");
  }

  @Test
  @DisplayName("A file name with markup stays text")
  void markupStaysText() {
    browser.see("tile-name", MARKUP).click();

    assertThat(browser.see("photo-title", MARKUP).getText()).isEqualTo(MARKUP);
    browser.seePictures(By.cssSelector("img.full"));
    assertThat(browser.title()).isEqualTo(MARKUP + " · mInsight");
    assertThat(browser.all(By.cssSelector("img[src='x']"))).isEmpty();
    browser.screenshot("markup-in-a-name");
  }

  @Test
  @DisplayName(
      "A photo is shown with its details, its steps with their models, and its look-alikes")
  void photoView() {
    long id = idOf("valley.png");
    browser.see("tile-name", "valley.png").click();

    browser.seePictures(By.cssSelector("img.full"));
    assertThat(browser.see("fact-dimensions").getText()).isEqualTo("960 × 640 pixels");
    assertThat(browser.see("face-summary").getText()).isEqualTo("No faces in this photo.");
    browser.await("steps").until(() -> browser.all("step-state").size() == 3);
    assertThat(browser.all("step-state"))
        .allSatisfy(s -> assertThat(s.getText()).isEqualTo("Done"));
    assertThat(browser.all("step-model").get(0).getText()).contains("(lite model)");

    WebElement first = browser.see("similar-photo");
    assertThat(first.getText()).contains("valley again.jpg").containsPattern("(100|9\\d) % alike");
    browser.seePictures(By.cssSelector("[data-testid='similar-list'] img"));
    browser.screenshot("photo");
    first.click();
    browser.see("photo-title", "valley again.jpg");
    assertThat(browser.address()).doesNotEndWith("#/photo/" + id);
  }

  @Test
  @DisplayName("Face boxes stand where the photo has its faces, at any size of the window")
  void faceBoxes() {
    assumePortraits();
    long id = idOf("obama.jpg");
    JsonNode box = json("/intelligence/entities/" + id + "/faces").get(0).get("bbox");
    for (int width : new int[] {1400, 700}) {
      browser.size(width, 900);
      browser.go(page("#/photo/" + id));
      browser.reload();
      browser.seePictures(By.cssSelector("img.full"));
      browser.see(By.cssSelector("img.full.loaded"));

      Place drawn = browser.place(browser.see(By.cssSelector("[data-testid='face-box'] .line")));
      Place photo = browser.place(browser.see(By.cssSelector("img.full")));

      assertThat(photo.width() / photo.height()).isCloseTo(910 / 1137.0, within(0.01));
      assertThat(drawn.left()).isCloseTo(x(photo, box.get("x1").asDouble()), within(2.0));
      assertThat(drawn.top()).isCloseTo(y(photo, box.get("y1").asDouble()), within(2.0));
      assertThat(drawn.left() + drawn.width())
          .isCloseTo(x(photo, box.get("x2").asDouble()), within(2.0));
      assertThat(drawn.top() + drawn.height())
          .isCloseTo(y(photo, box.get("y2").asDouble()), within(2.0));
    }
    browser.screenshot("photo-with-face-narrow");
  }

  @Test
  @DisplayName("The two labelled noses of a group photo lie each in a box of its own")
  void nosesInBoxes() {
    assumePortraits();
    long id = upload(TWO);
    browser.go(page("#/photo/" + id));
    browser.await("two faces").until(() -> browser.all("face-box").size() == 2);
    browser.see(By.cssSelector("img.full.loaded"));
    Place photo = browser.place(browser.see(By.cssSelector("img.full")));
    List<Place> boxes =
        browser.all(By.cssSelector("[data-testid='face-box'] .line")).stream()
            .map(browser::place)
            .toList();

    assertThat(boxes)
        .filteredOn(box -> box.holds(x(photo, 348 / 800.0), y(photo, 232 / 566.0)))
        .hasSize(1);
    assertThat(boxes)
        .filteredOn(box -> box.holds(x(photo, 506 / 800.0), y(photo, 262 / 566.0)))
        .hasSize(1);
  }

  @Test
  @DisplayName("A person is a row of face crops; the same face in two photos is one person")
  void people() {
    assumePortraits();
    browser.click(testId("nav-people"));

    long person =
        json("/intelligence/entities/" + idOf("obama.jpg") + "/faces")
            .get(0)
            .get("known_person_id")
            .asLong();
    WebElement row =
        browser.see(
            By.cssSelector("[data-testid='people-list'] [data-person-id='" + person + "']"));
    browser.seePictures(By.cssSelector("[data-testid='people-list'] img"));
    assertThat(row.findElements(By.tagName("img"))).hasSize(2);
    assertThat(row.getText()).contains("2 faces");
    browser.screenshot("people");
    row.findElement(testId("person-name")).click();

    assertThat(browser.see("person-summary").getText()).isEqualTo("2 faces in 2 photos");
    browser.seePictures(By.cssSelector("[data-testid='person-photos'] img"));
    browser.screenshot("person");
  }

  @Test
  @DisplayName("Naming a person asks for the login, takes the name, and it stands in the photo")
  void nameAPerson() {
    assumePortraits();
    browser.go(page("#/photo/" + idOf("obama.jpg")));
    browser.click(By.cssSelector("[data-testid='face-chip'] a"));
    browser.click(testId("rename"));
    browser.see("rename-input").sendKeys("Barack Obama");
    browser.see("rename-save").click();

    browser.see("login-username").sendKeys(TestServer.ADMIN);
    browser.see("login-password").sendKeys("wrong");
    browser.see("login-submit").click();
    browser.see("login-error", "User name or password is wrong.");
    browser.screenshot("login");
    browser.see("login-password").clear();
    browser.see("login-password").sendKeys(TestServer.ADMIN_PASSWORD);
    browser.see("login-submit").click();

    browser.see("person-title", "Barack Obama");
    assertThat(browser.see("account").getText()).isEqualTo("Sign out");
    browser.go(page("#/photo/" + idOf("obama.jpg")));
    browser.see("face-label", "Barack Obama");
    browser.size(1400, 1100);
    browser.seePictures(By.cssSelector("img.full"));
    browser.see(By.cssSelector("img.full.loaded"));
    browser.see("similar-photo");
    browser.seePictures(By.cssSelector("[data-testid='similar-list'] img"));
    browser.screenshot("photo-with-face");
  }

  @Test
  @DisplayName("Signing in and out by the button works without photos of people")
  void signInAndOut() {
    browser.see("account").click();
    browser.see("login-username").sendKeys(TestServer.ADMIN);
    browser.see("login-password").sendKeys(TestServer.ADMIN_PASSWORD);
    browser.see("login-submit").click();

    browser.see("account", "Sign out").click();
    browser.see("account", "Sign in");
  }

  @Test
  @DisplayName("Where guests may not look, the page asks for the login and then shows the photos")
  void guestsShutOut() {
    guestMode(false);
    try {
      browser.reload();
      browser.see("login-username").sendKeys(TestServer.ADMIN);
      assertThat(browser.all("photo-tile")).isEmpty();
      browser.see("login-password").sendKeys(TestServer.ADMIN_PASSWORD);
      browser.see("login-submit").click();

      browser.see("tile-name", "valley.png");
      browser.seePictures(By.cssSelector("img.tile-img"));
    } finally {
      guestMode(true);
    }
  }

  @Test
  @DisplayName("A refused file is a problem with a plain reason until it is taken away")
  void problems() throws IOException {
    assertThat(browser.see("nav-problem-count").getText()).isEqualTo("1");
    browser.click(testId("nav-problems"));

    assertThat(browser.see("refused-label").getText()).isEqualTo("holiday.gif");
    assertThat(browser.see("refused-reason").getText())
        .isEqualTo("The file begins like a GIF but its header is damaged");
    Path failed = server.home().resolve("inbox/failed/holiday.gif");
    assertThat(browser.see("refused-item").getText()).contains(failed.toString());
    browser.screenshot("problems");

    Path away = home.resolve("holiday.gif");
    Files.move(failed, away);
    try {
      browser.see("problems-empty");
    } finally {
      Files.move(away, failed);
    }
  }

  @Test
  @DisplayName("A dropped photo appears and becomes done without the page being loaded again")
  void liveUpdate() {
    browser.run("window.sameDocument = true");
    drop("latecomer.png", Scenes.png(7));

    browser.see("tile-name", "latecomer.png");
    browser.await("done").until(() -> badge("latecomer.png").equals("Done"));
    assertThat(browser.run("return window.sameDocument === true")).isEqualTo(true);
  }

  @Test
  @DisplayName("Every page passes the accessibility checks, wide and narrow")
  void accessible() {
    for (String at :
        List.of("#/", "#/photo/" + idOf("valley.png"), "#/people", "#/problems", "#/compute")) {
      browser.go(page(at));
      browser.reload();
      browser.see(By.cssSelector("main h1"));
      browser.await("loaded").until(() -> Accessibility.objections(browser).isEmpty());
      browser.size(390, 844);
      assertThat(Accessibility.objections(browser)).as(at + " narrow").isEmpty();
      assertThat((Boolean) browser.run("return document.body.scrollWidth <= innerWidth"))
          .as("%s fits the narrow window", at)
          .isTrue();
      browser.screenshot("narrow" + at.replaceAll("[^a-z]+", "-").replaceAll("-$", ""));
      browser.size(1400, 900);
    }
  }

  private static boolean hasPortraits() {
    return Files.exists(OBAMA) && Files.exists(BIDEN) && Files.exists(TWO);
  }

  private static void assumePortraits() {
    Assumptions.assumeTrue(hasPortraits(), "skipped: no shared media at " + SHARED);
  }

  private static URI page(String hash) {
    return server.store("/ui/" + hash);
  }

  private static JsonNode json(String path) {
    return TestServer.json(server.get(server.store(path), null));
  }

  private static JsonNode activity() {
    return json("/activity");
  }

  private static long idOf(String label) {
    for (JsonNode entity : json("/entities?page_size=100").get("items")) {
      if (entity.path("label").asText().equals(label)) {
        return entity.get("id").asLong();
      }
    }
    throw new AssertionError("no entity " + label);
  }

  private static long upload(Path photo) {
    return TestServer.json(
            server.multipart(
                "POST",
                server.store("/entities"),
                server.adminToken(),
                Map.of("is_collection", "false", "label", photo.getFileName().toString()),
                "media_file",
                photo))
        .get("id")
        .asLong();
  }

  private static void guestMode(boolean on) {
    server.form(
        "PUT",
        server.store("/admin/pref/guest-mode"),
        server.adminToken(),
        Map.of("guest_mode", Boolean.toString(on)));
  }

  private static String badge(String label) {
    return Browser.text(
        browser.see(By.cssSelector("[data-entity-id='" + idOf(label) + "'] .badge")));
  }

  private static double x(Place photo, double share) {
    return photo.left() + share * photo.width();
  }

  private static double y(Place photo, double share) {
    return photo.top() + share * photo.height();
  }

  /** Puts a whole file into the inbox in one step, as a move does. */
  private static void drop(String name, byte[] bytes) {
    try {
      Path draft = Files.write(home.resolve("draft"), bytes);
      Files.move(
          draft, server.home().resolve("inbox").resolve(name), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
