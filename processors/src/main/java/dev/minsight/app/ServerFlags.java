package dev.minsight.app;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Turns the launcher's flags into properties. Each environment variable {@code MINSIGHT_X_Y} is the
 * flag {@code --x-y}; any {@code --minsight.…=…} property may be given as it is.
 *
 * <p>{@code --mqtt-server HOST} with {@code --mqtt-port N} names an external broker, as older
 * launchers of the reference do; without it {@code --mqtt-port} is the embedded broker's.
 */
final class ServerFlags {

  private static final String NO_AUTH = "--no-auth";
  private static final String WATCH = "--watch";
  private static final String MQTT_SERVER = "--mqtt-server";
  private static final String MQTT_PORT = "--mqtt-port";

  private static final Map<String, String> FLAGS =
      Map.ofEntries(
          Map.entry("--home", "minsight.home"),
          Map.entry("--host", "minsight.host"),
          Map.entry("--roles", "minsight.roles"),
          Map.entry("--db-url", "minsight.db.url"),
          Map.entry("--db-user", "minsight.db.user"),
          Map.entry("--db-password", "minsight.db.password"),
          Map.entry("--auth-port", "minsight.ports.auth"),
          Map.entry("--store-port", "minsight.ports.store"),
          Map.entry("--compute-port", "minsight.ports.compute"),
          Map.entry(MQTT_PORT, "minsight.mqtt.port"),
          Map.entry("--mqtt-url", "minsight.mqtt.url"),
          Map.entry("--mqtt-username", "minsight.mqtt.username"),
          Map.entry("--mqtt-password", "minsight.mqtt.password"),
          Map.entry("--mqtt-topic-port", "minsight.mqtt.topic-port"),
          Map.entry("--vectors", "minsight.vectors"),
          Map.entry("--qdrant-url", "minsight.qdrant.url"),
          Map.entry("--worker-id", "minsight.worker.id"),
          Map.entry("--worker-tasks", "minsight.worker.tasks"),
          Map.entry("--ingest-after", "minsight.ingest.after"),
          Map.entry("--cors-origins", "minsight.api.cors-origins"),
          Map.entry("--webhooks", "minsight.compute.webhooks"),
          Map.entry("--webhook-secret", "minsight.compute.webhook-secret"),
          Map.entry("--auth", "minsight.auth.enabled"),
          Map.entry("--admin-username", "minsight.auth.admin-username"),
          Map.entry("--admin-password", "minsight.auth.admin-password"),
          Map.entry("--token-expire-minutes", "minsight.auth.token-expire-minutes"));

  private ServerFlags() {}

  static String[] toProperties(String... args) {
    List<String> properties = new ArrayList<>();
    List<String> watched = new ArrayList<>();
    String brokerHost = null;
    String brokerPort = "1883";
    Set<String> known = new HashSet<>(FLAGS.keySet());
    known.addAll(Set.of(WATCH, MQTT_SERVER));
    for (Flag flag : Flag.parse(known, Set.of(NO_AUTH), args)) {
      switch (flag.name()) {
        case NO_AUTH -> properties.add("--minsight.auth.enabled=false");
        case WATCH -> watched.add(fromCaller(flag.value()).toString());
        case MQTT_SERVER -> brokerHost = flag.value();
        default -> {
          brokerPort = flag.name().equals(MQTT_PORT) ? flag.value() : brokerPort;
          properties.add(toProperty(flag, FLAGS));
        }
      }
    }
    if (brokerHost != null) {
      properties.add("--minsight.mqtt.url=mqtt://" + brokerHost + ":" + brokerPort);
    }
    if (!watched.isEmpty()) {
      properties.add("--minsight.ingest.watch=" + String.join(",", watched));
    }
    return properties.toArray(String[]::new);
  }

  /** A flag as the property it stands for; what stands for none is a property already. */
  static String toProperty(Flag flag, Map<String, String> flags) {
    String property = flags.get(flag.name());
    return property == null
        ? flag.name() + "=" + flag.value()
        : "--"
            + property
            + "="
            + (flag.name().equals("--home") ? fromCaller(flag.value()) : flag.value());
  }

  /** The launcher changes into its own folder; paths are meant from where the user stands. */
  private static Path fromCaller(String path) {
    String caller = System.getenv("MINSIGHT_CALLER_DIR");
    return caller == null ? Path.of(path).toAbsolutePath() : Path.of(caller).resolve(path);
  }
}
