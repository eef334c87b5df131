package dev.minsight.compute;

import dev.minsight.support.ConfigurationException;
import dev.minsight.support.MinsightProperties;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Every plugin there is: those of this server and those of the jars in {@code <home>/plugins}. A
 * jar that cannot be used stops the start, with its name.
 */
@Component
public class Plugins {

  private static final Logger LOG = LoggerFactory.getLogger(Plugins.class);

  /** What task types are named like, a regular expression. */
  static final String NAME = "[a-z][a-z0-9_]*";

  private final Map<String, Plugin<?, ?>> byType = new TreeMap<>();

  Plugins(List<Plugin<?, ?>> own, MinsightProperties settings) {
    own.forEach(this::add);
    jars(settings.home().resolve("plugins")).forEach(this::load);
  }

  /**
   * @return the names of all task types
   */
  public Set<String> taskTypes() {
    return Set.copyOf(byType.keySet());
  }

  /**
   * @return all, by name
   */
  public Collection<Plugin<?, ?>> all() {
    return List.copyOf(byType.values());
  }

  /**
   * @param taskType a name
   * @return the plugin, if there is such a one
   */
  public Optional<Plugin<?, ?>> find(String taskType) {
    return Optional.ofNullable(byType.get(taskType));
  }

  /**
   * @param names of task types
   * @throws ConfigurationException if there is none of such a name
   */
  void require(Set<String> names) {
    Set<String> unknown = new TreeSet<>(names);
    unknown.removeAll(byType.keySet());
    if (!unknown.isEmpty()) {
      throw new ConfigurationException(
          "there is no task %s; there are %s"
              .formatted(String.join(", ", unknown), String.join(", ", byType.keySet())));
    }
  }

  private void add(Plugin<?, ?> plugin) {
    String type = plugin.taskType();
    if (!type.matches(NAME)) {
      throw new IllegalStateException("a plugin has an unusable name: " + type);
    }
    Plugin<?, ?> other = byType.putIfAbsent(type, plugin);
    if (other != null) {
      throw new IllegalStateException(
          "two plugins are named "
              + type
              + ": "
              + other.getClass().getName()
              + " and "
              + plugin.getClass().getName());
    }
  }

  private void load(Path jar) {
    try {
      // Stays open: its classes are needed as long as the server runs.
      URLClassLoader loader =
          new URLClassLoader(new URL[] {jar.toUri().toURL()}, Plugin.class.getClassLoader());
      for (Plugin<?, ?> plugin : ServiceLoader.load(Plugin.class, loader)) {
        add(plugin);
        LOG.info("Plugin {} is taken from {}", plugin.taskType(), jar.getFileName());
      }
    } catch (MalformedURLException | java.util.ServiceConfigurationError | LinkageError e) {
      throw new IllegalStateException(
          "the plugin jar " + jar + " cannot be used; mend or remove it: " + e, e);
    }
  }

  private static List<Path> jars(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    } catch (IOException e) {
      throw new IllegalStateException("the folder of plugins " + folder + " cannot be read", e);
    }
  }
}
