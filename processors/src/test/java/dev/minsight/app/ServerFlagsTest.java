package dev.minsight.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.minsight.support.ConfigurationException;
import dev.minsight.testing.Contract;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerFlagsTest {

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "--host 0.0.0.0, --minsight.host=0.0.0.0",
    "--auth-port 8010, --minsight.ports.auth=8010",
    "--store-port=8011, --minsight.ports.store=8011",
    "--compute-port=8012, --minsight.ports.compute=8012",
    "--mqtt-port 1884, --minsight.mqtt.port=1884",
    "--mqtt-url mqtt://broker:1884, --minsight.mqtt.url=mqtt://broker:1884",
    "--admin-username root, --minsight.auth.admin-username=root",
    "--admin-password secret, --minsight.auth.admin-password=secret",
    "--token-expire-minutes 5, --minsight.auth.token-expire-minutes=5",
    "--no-auth, --minsight.auth.enabled=false",
    "--auth off, --minsight.auth.enabled=off",
    "--logging.level.root=debug, --logging.level.root=debug"
  })
  @DisplayName("A flag, with its value behind it or behind =, is a setting")
  @Contract({
    "auth.md 1 CLI flags",
    "compute.md 1 server flags",
    "store.md 11 flags",
    "store.md 13 auth switches",
    "store.md 13 MQTT flags"
  })
  void settings(String flag, String property) {
    assertThat(ServerFlags.toProperties(flag.split(" "))).containsExactly(property);
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "--reload",
        "--debug",
        "--no-migrate",
        "--log-level=info",
        "--port=8001",
        "--private-key-path=k.pem",
        "--auth-url=http://localhost:8010",
        "--qdrant-collection=c",
        "--m-insight-process-id=one",
        "--id=one",
        "--mqtt-topic=t",
        "--face-vector-size=512",
        "-p"
      })
  @DisplayName("A flag of the reference's own processes is refused by name, not passed over")
  @Contract({
    "auth.md 1 CLI flags",
    "compute.md 1 server flags",
    "store.md 11 flags",
    "pipeline.md 1 flags of the worker"
  })
  void refused(String flag) {
    assertThatThrownBy(() -> ServerFlags.toProperties(flag))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("unknown flag " + flag);
  }

  @Test
  @DisplayName("--mqtt-server and --mqtt-port name an external broker, as older launchers do")
  @Contract("store.md 11 older MQTT flags")
  void olderBrokerFlags() {
    assertThat(ServerFlags.toProperties("--mqtt-server", "broker"))
        .contains("--minsight.mqtt.url=mqtt://broker:1883");
    assertThat(ServerFlags.toProperties("--mqtt-port=1884", "--mqtt-server=broker"))
        .contains("--minsight.mqtt.url=mqtt://broker:1884");
    assertThat(ServerFlags.toProperties("--mqtt-port=1884"))
        .containsExactly("--minsight.mqtt.port=1884");
  }

  @Test
  @DisplayName("A flag without its value is named")
  void noValue() {
    assertThatThrownBy(() -> ServerFlags.toProperties("--mqtt-server"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("--mqtt-server needs a value");
  }
}
