package dev.minsight.app;

import dev.minsight.support.ConfigurationException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Turns the launcher's flags into properties. Each environment variable {@code MINSIGHT_X_Y} is the
 * flag {@code --x-y}; any {@code --minsight.…=…} property may be given as it is.
 *
 * <p>{@code --mqtt-server HOST} with {@code --mqtt-port N} names an external broker, as older
 * launchers of the reference do; without it {@code --mqtt-port} is the embedded broker's.
 */
final class ServerFlags {

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
    for (int i = 0; i < args.length; i++) {
      String arg = args[i];
      int equals = arg.indexOf('=');
      String name = equals > 0 ? arg.substring(0, equals) : arg;
      if (name.equals("--no-auth")) {
        properties.add("--minsight.auth.enabled=false");
      } else if (name.equals("--watch") || name.equals(MQTT_SERVER) || FLAGS.containsKey(name)) {
        if (equals < 0 && i + 1 == args.length) {
          throw new ConfigurationException(name + " needs a value; see ./minsight help");
        }
        String value = equals > 0 ? arg.substring(equals + 1) : args[++i];
        if (name.equals("--watch")) {
          watched.add(fromCaller(value).toString());
        } else if (name.equals(MQTT_SERVER)) {
          brokerHost = value;
        } else {
          brokerPort = name.equals(MQTT_PORT) ? value : brokerPort;
          properties.add(
              "--" + FLAGS.get(name) + "=" + (name.equals("--home") ? fromCaller(value) : value));
        }
      } else if (equals > 0 && name.startsWith("--") && name.contains(".")) {
        properties.add(arg);
      } else {
        throw new ConfigurationException("unknown flag " + arg + "; see ./minsight help");
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

  /** The launcher changes into its own folder; paths are meant from where the user stands. */
  static Path fromCaller(String path) {
    String caller = System.getenv("MINSIGHT_CALLER_DIR");
    return caller == null ? Path.of(path).toAbsolutePath() : Path.of(caller).resolve(path);
  }
}
