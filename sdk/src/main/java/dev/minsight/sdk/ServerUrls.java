package dev.minsight.sdk;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Where a server is. Without a trailing slash; a path prefix is allowed.
 *
 * @param auth http or https
 * @param store http or https
 * @param compute http or https
 * @param mqtt {@code mqtt}, {@code mqtts}, {@code tcp}, {@code ssl}, {@code ws} or {@code wss}
 */
public record ServerUrls(URI auth, URI store, URI compute, URI mqtt) {

  private static final Set<String> HTTP = Set.of("http", "https");
  private static final Set<String> MQTT = Set.of("mqtt", "mqtts", "tcp", "ssl", "ws", "wss");

  /** Addresses that a server listens on but nobody can call. */
  private static final List<String> WILDCARDS = List.of("0.0.0.0", "::", "[::]", "*");

  /** Checks the schemes and drops trailing slashes. */
  public ServerUrls {
    auth = checked("auth", auth, HTTP);
    store = checked("store", store, HTTP);
    compute = checked("compute", compute, HTTP);
    mqtt = checked("mqtt", mqtt, MQTT);
  }

  /**
   * @return localhost with the default ports 8000, 8001, 8002 and 1883
   */
  public static ServerUrls defaults() {
    return from(Map.of());
  }

  /**
   * @return what the environment of this process says
   * @throws IllegalArgumentException when a variable is not what it should be
   */
  public static ServerUrls fromEnvironment() {
    return from(System.getenv());
  }

  /**
   * Reads {@code AUTH_URL}, {@code STORE_URL}, {@code COMPUTE_URL} and {@code MQTT_URL} (or {@code
   * MINSIGHT_MQTT_URL}); where one is missing it is built from {@code MINSIGHT_HOST} and {@code
   * MINSIGHT_AUTH_PORT}, {@code MINSIGHT_STORE_PORT}, {@code MINSIGHT_COMPUTE_PORT}, {@code
   * MINSIGHT_MQTT_PORT}, so that server and client started from one shell find each other.
   *
   * @param environment variables by name
   * @throws IllegalArgumentException when a variable is not what it should be
   */
  public static ServerUrls from(Map<String, String> environment) {
    String bound = environment.getOrDefault("MINSIGHT_HOST", "");
    String host = bound.isBlank() || WILDCARDS.contains(bound) ? "localhost" : bound;
    URI mqtt = url(environment, "MINSIGHT_MQTT_URL", "mqtt", host, "MINSIGHT_MQTT_PORT", 1883);
    return new ServerUrls(
        url(environment, "AUTH_URL", "http", host, "MINSIGHT_AUTH_PORT", 8000),
        url(environment, "STORE_URL", "http", host, "MINSIGHT_STORE_PORT", 8001),
        url(environment, "COMPUTE_URL", "http", host, "MINSIGHT_COMPUTE_PORT", 8002),
        environment.getOrDefault("MQTT_URL", "").isBlank()
            ? mqtt
            : uri("MQTT_URL", environment.get("MQTT_URL")));
  }

  /**
   * All of a server from one word: a host name means its default ports; a URL means that every HTTP
   * service is behind it, which holds for each port of our server, and the broker on the same host.
   *
   * @param server {@code photos.example.org} or {@code https://photos.example.org/insight}
   * @throws IllegalArgumentException when it is neither
   */
  public static ServerUrls of(String server) {
    if (!server.contains("://")) {
      if (server.isBlank() || server.contains(":") || server.contains("/")) {
        throw new IllegalArgumentException(
            "'" + server + "' is neither a host name nor a URL like http://localhost:8001");
      }
      return from(Map.of("MINSIGHT_HOST", server));
    }
    URI url = uri("server", server);
    URI http = checked("server", url, HTTP);
    return new ServerUrls(http, http, http, uri("server", "mqtt://" + url.getHost() + ":" + 1883));
  }

  /**
   * @param service which of the three
   * @return its base URL
   */
  public URI of(Service service) {
    return switch (service) {
      case AUTH -> auth;
      case STORE -> store;
      case COMPUTE -> compute;
    };
  }

  private static URI url(
      Map<String, String> environment,
      String name,
      String scheme,
      String host,
      String portName,
      int defaultPort) {
    String value = environment.getOrDefault(name, "");
    if (!value.isBlank()) {
      return uri(name, value);
    }
    String bracketed = host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
    return uri(name, scheme + "://" + bracketed + ":" + port(environment, portName, defaultPort));
  }

  private static int port(Map<String, String> environment, String name, int defaultPort) {
    String value = environment.getOrDefault(name, "").strip();
    if (value.isEmpty()) {
      return defaultPort;
    }
    if (!value.matches("\\d{1,5}") || Integer.parseInt(value) > 65535 || value.equals("0")) {
      throw new IllegalArgumentException(name + " is not a port (1..65535): " + value);
    }
    return Integer.parseInt(value);
  }

  private static URI uri(String name, String value) {
    try {
      return new URI(value.strip());
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(name + " is not a URL: " + value, e);
    }
  }

  private static URI checked(String name, URI url, Set<String> schemes) {
    String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
    if (!schemes.contains(scheme) || url.getHost() == null || url.getRawQuery() != null) {
      throw new IllegalArgumentException(
          name
              + " URL should look like "
              + (schemes == HTTP ? "http" : "mqtt")
              + "://host:port, not "
              + url);
    }
    String text = url.toString();
    return text.endsWith("/") ? URI.create(text.replaceAll("/+$", "")) : url;
  }
}
