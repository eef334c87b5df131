package dev.minsight.app;

import dev.minsight.support.ConfigurationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringApplication.AbandonedRunException;
import org.springframework.boot.web.server.PortInUseException;

/** Says in one line why the server did not start, and with which exit code it ends. */
final class StartFailure {

  private static final Logger LOG = LoggerFactory.getLogger(StartFailure.class);

  private StartFailure() {}

  /** Exit code: 0 the context was only tried out, 1 failed, 2 configuration. */
  static int report(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof AbandonedRunException) {
        return 0;
      }
      if (t instanceof ConfigurationException) {
        System.err.println("error: " + t.getMessage());
        return 2;
      }
      if (t instanceof PortInUseException port) {
        System.err.println("error: port " + port.getPort() + " is taken by another program");
        return 2;
      }
    }
    LOG.error("mInsight could not start", failure);
    System.err.println("error: mInsight could not start: " + root(failure).getMessage());
    return 1;
  }

  private static Throwable root(Throwable failure) {
    Throwable t = failure;
    while (t.getCause() != null) {
      t = t.getCause();
    }
    return t;
  }
}
