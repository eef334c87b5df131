package dev.minsight.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.boot.context.logging.LoggingApplicationListener;
import org.springframework.boot.logging.LogFile;
import org.springframework.context.ApplicationListener;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Makes the folder of the log file before logging begins. Where that cannot be, there is no log
 * file: {@link Preflight} says in one line why, and not logging before it in fifty.
 */
final class LogFolder implements ApplicationListener<ApplicationEnvironmentPreparedEvent>, Ordered {

  @Override
  public int getOrder() {
    return LoggingApplicationListener.DEFAULT_ORDER - 1;
  }

  @Override
  public void onApplicationEvent(ApplicationEnvironmentPreparedEvent event) {
    ConfigurableEnvironment environment = event.getEnvironment();
    String file = environment.getProperty(LogFile.FILE_NAME_PROPERTY, "");
    try {
      Path folder = Path.of(file).toAbsolutePath().getParent();
      if (!Files.isDirectory(folder)) {
        Files.createDirectories(folder);
      }
    } catch (IOException | InvalidPathException e) {
      environment
          .getPropertySources()
          .addFirst(new MapPropertySource("no-log-file", Map.of(LogFile.FILE_NAME_PROPERTY, "")));
    }
  }
}
