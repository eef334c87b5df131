package dev.minsight.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The server's addresses")
class ServerUrlsTest {

  @Test
  @DisplayName("are the reference's ports on this machine when nothing is said")
  void defaults() {
    assertThat(ServerUrls.defaults())
        .isEqualTo(
            new ServerUrls(
                URI.create("http://localhost:8000"),
                URI.create("http://localhost:8001"),
                URI.create("http://localhost:8002"),
                URI.create("mqtt://localhost:1883")));
  }

  @Test
  @DisplayName("follow the server's own port variables, and a URL wins over a port")
  void environment() {
    ServerUrls urls =
        ServerUrls.from(
            Map.of(
                "MINSIGHT_AUTH_PORT", "9000",
                "MINSIGHT_STORE_PORT", "9001",
                "MINSIGHT_COMPUTE_PORT", " 9002 ",
                "MINSIGHT_MQTT_PORT", "9883",
                "STORE_URL", "https://photos.example.org/insight/"));

    assertThat(urls.auth()).hasToString("http://localhost:9000");
    assertThat(urls.store()).hasToString("https://photos.example.org/insight");
    assertThat(urls.of(Service.COMPUTE)).hasToString("http://localhost:9002");
    assertThat(urls.mqtt()).hasToString("mqtt://localhost:9883");
  }

  @Test
  @DisplayName("name the external broker, the reference's variable first")
  void broker() {
    Map<String, String> ours = Map.of("MINSIGHT_MQTT_URL", "mqtt://broker:1");
    assertThat(ServerUrls.from(ours).mqtt()).hasToString("mqtt://broker:1");
    assertThat(
            ServerUrls.from(
                    Map.of("MINSIGHT_MQTT_URL", "mqtt://broker:1", "MQTT_URL", "mqtts://other:2"))
                .mqtt())
        .hasToString("mqtts://other:2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "::", ""})
  @DisplayName("use localhost where the server listens everywhere")
  void wildcardHost(String host) {
    assertThat(ServerUrls.from(Map.of("MINSIGHT_HOST", host)).auth().getHost())
        .isEqualTo("localhost");
  }

  @Test
  @DisplayName("use the address the server is bound to, IPv6 in brackets")
  void boundHost() {
    assertThat(ServerUrls.from(Map.of("MINSIGHT_HOST", "192.0.2.7")).auth())
        .hasToString("http://192.0.2.7:8000");
    assertThat(ServerUrls.from(Map.of("MINSIGHT_HOST", "::1")).auth())
        .hasToString("http://[::1]:8000");
  }

  @Test
  @DisplayName("come from one word: a host with its default ports, or a URL for everything")
  void oneWord() {
    assertThat(ServerUrls.of("photos.example.org").store())
        .hasToString("http://photos.example.org:8001");
    ServerUrls merged = ServerUrls.of("http://photos.example.org:8001/");
    assertThat(merged.auth()).isEqualTo(merged.store()).isEqualTo(merged.compute());
    assertThat(merged.auth()).hasToString("http://photos.example.org:8001");
    assertThat(merged.mqtt()).hasToString("mqtt://photos.example.org:1883");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ftp://host", "http://", "http://a b", "host:8001", "", "host/path"})
  @DisplayName("are refused when they cannot be called")
  void refused(String server) {
    assertThatThrownBy(() -> ServerUrls.of(server)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "70000", "http", "-1", "99999999999"})
  @DisplayName("name the variable that holds no port")
  void badPort(String port) {
    assertThatThrownBy(() -> ServerUrls.from(Map.of("MINSIGHT_STORE_PORT", port)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("MINSIGHT_STORE_PORT")
        .hasMessageContaining(port);
  }
}
