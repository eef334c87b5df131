package dev.minsight.app;

import dev.minsight.compute.RemoteWorker;
import dev.minsight.support.ConfigurationException;
import dev.minsight.support.MinsightProperties;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * {@code minsight worker}: workers in a process of their own, which needs of a server nothing but
 * HTTP. Models, tools and plugin jars are those of its home, where it works in a folder of its own.
 */
final class WorkerCommand {

  private static final Map<String, String> FLAGS =
      Map.of(
          "--server", "minsight.worker.server",
          "--tasks", "minsight.worker.tasks",
          "--worker-id", "minsight.worker.id",
          "--threads", "minsight.worker.threads",
          "--home", "minsight.home");

  private WorkerCommand() {}

  /** What such a process consists of. */
  @EnableConfigurationProperties(MinsightProperties.class)
  @Import({MediaTools.class, ModelTools.class, RemoteWorker.class, WorkerReadyMessage.class})
  static class Parts {}

  static ConfigurableApplicationContext start(String... args) {
    SpringApplication application = new SpringApplication(Parts.class);
    application.setWebApplicationType(WebApplicationType.NONE);
    application.setKeepAlive(true);
    application.addListeners(new LogFolder(), new Place());
    return application.run(toProperties(args));
  }

  static String[] toProperties(String... args) {
    List<String> properties = new ArrayList<>();
    // Flags of the user come after these, and win.
    properties.add("--minsight.roles=worker");
    properties.add("--logging.file.name=${minsight.home}/logs/worker-${minsight.worker.id}.log");
    // What ends the start is said in one line; see StartFailure.
    properties.add("--logging.level.org.springframework.context=error");
    boolean named = System.getenv("MINSIGHT_WORKER_ID") != null;
    for (Flag flag : Flag.parse(FLAGS.keySet(), Set.of(), args)) {
      named |= Set.of("--worker-id", "--minsight.worker.id").contains(flag.name());
      properties.add(ServerFlags.toProperty(flag, FLAGS));
    }
    if (!named) {
      properties.add("--minsight.worker.id=worker-" + hostName());
    }
    return properties.toArray(String[]::new);
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName().replaceAll("[^A-Za-z0-9._-]", "-");
    } catch (UnknownHostException e) {
      return "default";
    }
  }

  /** Makes and locks the worker's folder once the settings are known, and before anything else. */
  private static final class Place
      implements ApplicationListener<ApplicationEnvironmentPreparedEvent>, Ordered {

    @Override
    public int getOrder() {
      return Ordered.LOWEST_PRECEDENCE; // after the configuration files were read
    }

    @Override
    public void onApplicationEvent(ApplicationEnvironmentPreparedEvent event) {
      ConfigurableEnvironment environment = event.getEnvironment();
      MinsightProperties settings = Preflight.bind(environment);
      Path home = settings.home().toAbsolutePath().normalize();
      Path own = home.resolve("workers").resolve(settings.worker().id());
      Preflight.makeFolder(own);
      try {
        event.getSpringApplication().addListeners(HomeLock.take(own));
      } catch (ConfigurationException e) {
        throw new ConfigurationException(
            "a worker "
                + settings.worker().id()
                + " is running in "
                + home
                + " already; choose another --worker-id",
            e);
      }
      Preflight.unpackNativeLibrariesInto(home.resolve("tools/javacpp"));
      environment
          .getPropertySources()
          .addFirst(
              new MapPropertySource("minsight-worker", Map.of("minsight.home", home.toString())));
    }
  }
}
