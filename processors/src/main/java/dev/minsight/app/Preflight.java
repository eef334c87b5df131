package dev.minsight.app;

import dev.minsight.support.ConfigurationException;
import dev.minsight.support.MinsightProperties;
import dev.minsight.support.VectorSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.validation.BindValidationException;
import org.springframework.boot.context.properties.bind.validation.ValidationBindHandler;
import org.springframework.context.ApplicationListener;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.util.FileSystemUtils;
import org.springframework.validation.FieldError;
import org.springframework.validation.beanvalidation.LocalValidatorFactoryBean;

/**
 * Looks at the settings before anything is started: all wrong values at once, folders that cannot
 * be written, ports that are taken, a database that is not there. Everything found ends the start
 * with one line and exit code 2.
 */
final class Preflight implements ApplicationListener<ApplicationEnvironmentPreparedEvent>, Ordered {

  private static final String JAVACPP_FOLDER = "org.bytedeco.javacpp.cachedir";

  @Override
  public int getOrder() {
    return Ordered.LOWEST_PRECEDENCE; // after the configuration files were read
  }

  @Override
  public void onApplicationEvent(ApplicationEnvironmentPreparedEvent event) {
    ConfigurableEnvironment environment = event.getEnvironment();
    MinsightProperties settings = bind(environment);
    bind(environment, VectorSettings.class);
    AppDatabase.check(environment);
    makeFolders(settings);
    HomeLock lock = HomeLock.take(settings.home().toAbsolutePath());
    try {
      removeUploads(settings.home().resolve("tmp"));
      checkPorts(settings);
    } catch (ConfigurationException e) {
      lock.release(); // it hears of no event yet
      throw e;
    }
    event.getSpringApplication().addListeners(lock);
    unpackNativeLibrariesInto(settings.home().toAbsolutePath().resolve("tools/javacpp"));
    Map<String, Object> resources = new LinkedHashMap<>();
    // Absolute, so that no library resolves it against another folder.
    resources.put("minsight.home", settings.home().toAbsolutePath().normalize().toString());
    resources.put("minsight.resources.routes", WorkingFolder.list("routes", ".camel.yaml"));
    resources.put("minsight.resources.bpmn", WorkingFolder.list("bpmn", ".bpmn"));
    environment
        .getPropertySources()
        .addFirst(new MapPropertySource("minsight-preflight", resources));
  }

  /** JavaCPP would otherwise leave them in the home folder of the user, who may have none. */
  static void unpackNativeLibrariesInto(Path folder) {
    if (System.getProperty(JAVACPP_FOLDER) == null) {
      System.setProperty(JAVACPP_FOLDER, folder.toString());
    }
  }

  static MinsightProperties bind(ConfigurableEnvironment environment) {
    return bind(environment, MinsightProperties.class);
  }

  private static <T> T bind(ConfigurableEnvironment environment, Class<T> settings) {
    LocalValidatorFactoryBean validator = new LocalValidatorFactoryBean();
    validator.afterPropertiesSet();
    try {
      return Binder.get(environment)
          .bind("minsight", Bindable.of(settings), new ValidationBindHandler(validator))
          .get();
    } catch (BindException e) {
      throw new ConfigurationException(explain(e, environment), e);
    } finally {
      validator.close();
    }
  }

  private static String explain(BindException failure, Environment environment) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof BindValidationException invalid) {
        List<String> wrong = new ArrayList<>();
        invalid
            .getValidationErrors()
            .getAllErrors()
            .forEach(
                error ->
                    wrong.add(
                        error instanceof FieldError field
                            ? "minsight."
                                + field.getField()
                                + " = "
                                + field.getRejectedValue()
                                + " "
                                + field.getDefaultMessage()
                            : error.getDefaultMessage()));
        return "bad settings: " + String.join("; ", wrong);
      }
    }
    // The settings file gives many values as ${VARIABLE:default}; what counts is what that became.
    String value =
        failure.getProperty() == null
            ? null
            : environment.resolvePlaceholders(String.valueOf(failure.getProperty().getValue()));
    return "bad setting: "
        + failure.getName()
        + " = "
        + value
        + " is not a valid "
        + simpleType(failure)
        + "; see config/application.yaml";
  }

  private static String simpleType(BindException failure) {
    Class<?> type = failure.getTarget().getType().resolve(Object.class);
    return type.isEnum() ? "choice of " + List.of(type.getEnumConstants()) : type.getSimpleName();
  }

  private static void makeFolders(MinsightProperties settings) {
    for (String folder :
        List.of(
            "db",
            "engine",
            "keys",
            "media",
            "compute/jobs",
            "vectors",
            "models",
            "inbox",
            "logs",
            "tmp")) {
      makeFolder(settings.home().resolve(folder));
    }
  }

  static void makeFolder(Path path) {
    try {
      Files.createDirectories(path);
    } catch (IOException e) {
      throw new ConfigurationException(
          "the folder "
              + path.toAbsolutePath()
              + " cannot be made ("
              + e.getClass().getSimpleName()
              + "); choose another with --home or MINSIGHT_HOME",
          e);
    }
    if (!Files.isWritable(path)) {
      throw new ConfigurationException(
          "the folder "
              + path.toAbsolutePath()
              + " cannot be written; choose another with --home or MINSIGHT_HOME");
    }
  }

  /** Uploads that a killed server was receiving; nobody else's, since the home is locked. */
  private static void removeUploads(Path folder) {
    try (Stream<Path> left = Files.list(folder)) {
      for (Path upload : left.toList()) {
        FileSystemUtils.deleteRecursively(upload);
      }
    } catch (IOException e) {
      throw new ConfigurationException("the folder " + folder + " cannot be emptied: " + e, e);
    }
  }

  private static void checkPorts(MinsightProperties settings) {
    Map<Integer, String> wanted = new LinkedHashMap<>();
    wanted.put(settings.ports().auth(), "auth (MINSIGHT_AUTH_PORT, --auth-port)");
    wanted.putIfAbsent(settings.ports().store(), "store (MINSIGHT_STORE_PORT, --store-port)");
    wanted.putIfAbsent(
        settings.ports().compute(), "compute (MINSIGHT_COMPUTE_PORT, --compute-port)");
    if (!settings.mqtt().external()) {
      if (wanted.containsKey(settings.mqtt().port())) {
        throw new ConfigurationException(
            "port "
                + settings.mqtt().port()
                + " is wanted by MQTT and by HTTP; set MINSIGHT_MQTT_PORT");
      }
      wanted.put(settings.mqtt().port(), "MQTT (MINSIGHT_MQTT_PORT, --mqtt-port)");
    }
    wanted.forEach((port, user) -> checkPort(settings.host(), port, user));
  }

  private static void checkPort(String host, int port, String user) {
    try (ServerSocket probe = new ServerSocket()) {
      probe.setReuseAddress(true); // as Tomcat does: a port in TIME_WAIT is free
      probe.bind(new InetSocketAddress(InetAddress.getByName(host), port));
    } catch (IOException e) {
      throw new ConfigurationException(
          "port " + port + " on " + host + " for " + user + " is not free: " + e.getMessage(), e);
    }
  }
}
