package dev.minsight.testing;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Tests await conditions, and how long that takes is the machine's affair: only what never comes
 * true is a failure, so the limit is far above any honest wait.
 */
public final class GenerousWaits implements LauncherSessionListener {

  @Override
  public void launcherSessionOpened(LauncherSession session) {
    Awaitility.setDefaultTimeout(Duration.ofSeconds(90));
  }
}
