package dev.minsight.events;

import dev.minsight.support.ConfigurationException;
import dev.minsight.support.MinsightProperties;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.springframework.stereotype.Component;

/**
 * Where our own clients find the broker, and what they say there. The embedded one knows them by a
 * secret that is made anew at each start and never leaves the process.
 */
@Component
class BrokerAddress {

  /** Our own name at the embedded broker; the space keeps it apart from user names. */
  static final String OWN_USER = "minsight server";

  private final boolean embedded;
  private final String url;
  private final String user;
  private final String password;

  BrokerAddress(MinsightProperties settings) {
    MinsightProperties.Mqtt mqtt = settings.mqtt();
    this.embedded = !mqtt.external();
    if (embedded) {
      this.url = "tcp://" + bracketed(reachable(settings.host())) + ":" + mqtt.port();
      this.user = OWN_USER;
      this.password = newSecret();
    } else {
      this.url = externalUrl(mqtt.url().strip());
      this.user = blankToNull(mqtt.username());
      this.password = blankToNull(mqtt.password());
    }
  }

  boolean embedded() {
    return embedded;
  }

  String url() {
    return url;
  }

  /** Name to give, or null for none. */
  String user() {
    return user;
  }

  /** Password to give, or null for none. */
  String password() {
    return password;
  }

  /** What each of our connections says when it is made; a broken one is made anew by its owner. */
  MqttConnectionOptions login() {
    MqttConnectionOptions options = new MqttConnectionOptions();
    options.setCleanStart(true);
    options.setAutomaticReconnect(false);
    options.setUserName(user);
    if (password != null) {
      options.setPassword(password.getBytes(StandardCharsets.UTF_8));
    }
    return options;
  }

  static String bracketed(String host) {
    return host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
  }

  /** A server that listens on all addresses is reached on the loopback one. */
  private static String reachable(String host) {
    return switch (host) {
      case "0.0.0.0" -> "127.0.0.1";
      case "::", "[::]" -> "::1";
      default -> host;
    };
  }

  /** The reference writes {@code mqtt://host:port}; the client library calls the same tcp. */
  private static String externalUrl(String setting) {
    try {
      URI uri = new URI(setting);
      String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase();
      boolean secure = scheme.equals("mqtts") || scheme.equals("ssl");
      boolean plain = scheme.equals("mqtt") || scheme.equals("tcp");
      if ((secure || plain) && uri.getHost() != null) {
        int port = uri.getPort() > 0 ? uri.getPort() : secure ? 8883 : 1883;
        return (secure ? "ssl://" : "tcp://") + uri.getHost() + ":" + port;
      }
      throw badUrl(setting, null);
    } catch (URISyntaxException e) {
      throw badUrl(setting, e);
    }
  }

  private static ConfigurationException badUrl(String setting, Exception cause) {
    return new ConfigurationException(
        "minsight.mqtt.url = "
            + setting
            + " is not the address of a broker; write mqtt://host:port or mqtts://host:port",
        cause);
  }

  private static String blankToNull(String text) {
    return text == null || text.isBlank() ? null : text;
  }

  private static String newSecret() {
    byte[] bytes = new byte[32];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
