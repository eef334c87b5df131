package dev.minsight.ui;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Assumptions;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.NoSuchElementException;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/**
 * A headless Chromium, of this machine's own {@code chromium} and {@code chromedriver}; nothing is
 * ever downloaded. Elements of our pages are found by their {@code data-testid}.
 */
final class Browser implements AutoCloseable {

  /** Generous: the machine may be busy with a build. */
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private static final Path SCREENSHOTS = Path.of("target", "screenshots");

  /** Warns that this Chromium is newer than Selenium; held, or its level would be forgotten. */
  private static final Logger SELENIUM = Logger.getLogger("org.openqa.selenium");

  private final ChromeDriver driver;

  private Browser(ChromeDriver driver) {
    this.driver = driver;
  }

  /** Starts a browser; the calling test is skipped where none is installed. */
  static Browser open() {
    Optional<File> browser = command("chromium", "chromium-browser", "google-chrome");
    Optional<File> remote = command("chromedriver");
    Assumptions.assumeTrue(
        browser.isPresent() && remote.isPresent(),
        "skipped: no chromium and chromedriver on the PATH (Debian: apt install chromium-driver)");
    SELENIUM.setLevel(Level.SEVERE);
    ChromeOptions options = new ChromeOptions();
    options.setBinary(browser.get());
    options.addArguments(
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--lang=en-GB",
        "--force-color-profile=srgb",
        "--hide-scrollbars");
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    options.setCapability("goog:loggingPrefs", logs);
    // With the driver named, Selenium does not look for one to download.
    ChromeDriverService service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(remote.get())
            .usingAnyFreePort()
            .build();
    ChromeDriver driver = new ChromeDriver(service, options);
    driver.manage().timeouts().scriptTimeout(PATIENCE).pageLoadTimeout(PATIENCE);
    Browser opened = new Browser(driver);
    opened.size(1400, 900);
    return opened;
  }

  private static Optional<File> command(String... names) {
    List<String> folders =
        Arrays.asList(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator));
    return Stream.of(names)
        .flatMap(name -> folders.stream().map(folder -> new File(folder, name)))
        .filter(File::canExecute)
        .findFirst();
  }

  void go(Object address) {
    driver.get(address.toString());
  }

  /** Loads the page anew; going to another hash alone would keep the document. */
  void reload() {
    driver.navigate().refresh();
  }

  void size(int width, int height) {
    driver.manage().window().setSize(new Dimension(width, height));
  }

  String title() {
    return driver.getTitle();
  }

  String address() {
    return driver.getCurrentUrl();
  }

  Object run(String script, Object... args) {
    return driver.executeScript(script, args);
  }

  static By testId(String id) {
    return By.cssSelector("[data-testid='" + id + "']");
  }

  /** Waits until the element is there and can be seen. */
  WebElement see(By by) {
    await("see " + by).until(() -> all(by).stream().anyMatch(Browser::shown));
    return all(by).stream().filter(Browser::shown).findFirst().orElseThrow();
  }

  WebElement see(String testId) {
    return see(testId(testId));
  }

  /** Waits until an element of that text can be seen. */
  WebElement see(String testId, String text) {
    By by = testId(testId);
    await("see '" + text + "' as " + testId)
        .until(() -> all(by).stream().anyMatch(one -> shown(one) && text(one).equals(text)));
    return all(by).stream()
        .filter(one -> text(one).equals(text))
        .findFirst()
        .orElseThrow(() -> new NoSuchElementException(text));
  }

  /** Waits until an element can be seen, and clicks it; a poll may replace it in between. */
  void click(By by) {
    see(by);
    await("click " + by)
        .ignoreExceptions()
        .until(
            () -> {
              see(by).click();
              return true;
            });
  }

  List<WebElement> all(By by) {
    return driver.findElements(by);
  }

  List<WebElement> all(String testId) {
    return all(testId(testId));
  }

  private static boolean shown(WebElement element) {
    try {
      return element.isDisplayed();
    } catch (StaleElementReferenceException e) {
      return false;
    }
  }

  /** Its text as far as it can be seen; empty when it has just gone. */
  static String text(WebElement element) {
    try {
      return element.getText();
    } catch (StaleElementReferenceException e) {
      return "";
    }
  }

  /** Waits until every picture below the element has been loaded and can be shown. */
  void seePictures(By by) {
    await("pictures of " + by)
        .until(
            () ->
                Boolean.TRUE.equals(
                    run(
                        """
                        const all = [...document.querySelectorAll(arguments[0])];
                        return all.length > 0 && all.every((i) => i.complete && i.naturalWidth > 0);
                        """,
                        css(by))));
  }

  private static String css(By by) {
    return by.toString().replaceFirst("^By.cssSelector: ", "");
  }

  /**
   * Where an element stands on the screen.
   *
   * @return left, top, width and height in CSS pixels
   */
  Place place(WebElement element) {
    @SuppressWarnings("unchecked")
    Map<String, Number> box =
        (Map<String, Number>) run("return arguments[0].getBoundingClientRect().toJSON()", element);
    return new Place(
        box.get("left").doubleValue(),
        box.get("top").doubleValue(),
        box.get("width").doubleValue(),
        box.get("height").doubleValue());
  }

  /** A rectangle on the screen, CSS pixels. */
  record Place(double left, double top, double width, double height) {

    boolean holds(double x, double y) {
      return x >= left && x <= left + width && y >= top && y <= top + height;
    }
  }

  ConditionFactory await(String what) {
    return Awaitility.await(what).atMost(PATIENCE).pollInterval(Duration.ofMillis(50));
  }

  /** Whether something comes true so soon that there is no need to begin anew. */
  boolean becomes(Callable<Boolean> condition, Duration soon) {
    try {
      Awaitility.await().atMost(soon).pollInterval(Duration.ofMillis(50)).until(condition);
      return true;
    } catch (ConditionTimeoutException e) {
      return false;
    }
  }

  /** What the browser complained about since the last call: scripts, policies, failed requests. */
  List<String> complaints() {
    return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
        .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
        .map(LogEntry::getMessage)
        .toList();
  }

  /** Keeps what is on the screen as {@code target/screenshots/<name>.png}. */
  Path screenshot(String name) {
    try {
      Files.createDirectories(SCREENSHOTS);
      return Files.write(
          SCREENSHOTS.resolve(name + ".png"), driver.getScreenshotAs(OutputType.BYTES));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    driver.quit();
  }
}
