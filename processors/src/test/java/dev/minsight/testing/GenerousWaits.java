package dev.minsight.testing;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Tests await conditions, and how long that takes is the machine's affair: only what never comes
 * true is a failure, so the limit is far above any honest wait. Conditions are looked at soon and
 * often at first, because most come true within milliseconds, and then ten times a second.
 */
public final class GenerousWaits implements LauncherSessionListener {

  /** 5, 10, 20, 40, 80, 100, 100, … ms. */
  private static Duration pause(int poll, Duration before) {
    return Duration.ofMillis(Math.min(100, 5L << Math.min(poll - 1, 5)));
  }

  @Override
  public void launcherSessionOpened(LauncherSession session) {
    Awaitility.setDefaultTimeout(Duration.ofSeconds(90));
    Awaitility.setDefaultPollInterval(GenerousWaits::pause);
  }
}
