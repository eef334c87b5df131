package dev.minsight.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minsight.support.MinsightProperties;
import dev.minsight.testing.Contract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.SimpleCommandLinePropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.ClassPathResource;

/** What the packaged settings make of nothing, of the environment and of flags. */
class ServerSettingsTest {

  private final Map<String, Object> variables = new HashMap<>();

  private MinsightProperties settings(String... flags) {
    StandardEnvironment environment = new StandardEnvironment();
    MutablePropertySources sources = environment.getPropertySources();
    sources.forEach(source -> sources.remove(source.getName())); // those of whoever runs the tests
    sources.addLast(new SimpleCommandLinePropertySource(ServerFlags.toProperties(flags)));
    sources.addLast(new MapPropertySource("environment", variables));
    try {
      for (PropertySource<?> source :
          new YamlPropertySourceLoader()
              .load("application", new ClassPathResource("application.yaml"))) {
        sources.addLast(source);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Binder.get(environment).bind("minsight", MinsightProperties.class).get();
  }

  @Test
  @DisplayName("Without a word: the reference's ports, and only this machine can reach them")
  @Contract({
    "auth.md 1 default bind",
    "compute.md 1 server bind",
    "store.md 1 default port",
    "store.md 13 store port"
  })
  void defaults() {
    MinsightProperties settings = settings();

    assertThat(settings.ports()).isEqualTo(new MinsightProperties.Ports(8000, 8001, 8002));
    assertThat(settings.host()).isEqualTo("127.0.0.1");
    assertThat(settings.mqtt().port()).isEqualTo(1883);
    assertThat(settings.mqtt().external()).isFalse();
    assertThat(settings.auth().enabled()).isTrue();
    assertThat(settings.auth().adminUsername()).isEqualTo("admin");
    assertThat(settings.auth().adminPassword()).as("a random one").isEmpty();
    assertThat(settings.auth().tokenExpireMinutes()).isEqualTo(30);
  }

  @Test
  @DisplayName("AC-A07 Without MINSIGHT_HOME and CL_SERVER_DIR the home is ./data")
  @Contract({
    "auth.md 1 required env",
    "compute.md 1 env",
    "store.md 11 CL_SERVER_DIR",
    "pipeline.md 1 CL_SERVER_DIR"
  })
  void home() {
    assertThat(settings().home()).isEqualTo(Path.of("data").normalize());
    variables.put("CL_SERVER_DIR", "/srv/old");
    assertThat(settings().home()).isEqualTo(Path.of("/srv/old"));
    variables.put("MINSIGHT_HOME", "/srv/new");
    assertThat(settings().home()).isEqualTo(Path.of("/srv/new"));
  }

  @Test
  @DisplayName("The environment says what no flag says, and a flag wins")
  @Contract({"auth.md 1 seed-era env", "store.md 2 environment of seeds"})
  void flagsWin() {
    variables.put("MINSIGHT_ADMIN_USERNAME", "root");
    variables.put("MINSIGHT_TOKEN_EXPIRE_MINUTES", "7");
    variables.put("MINSIGHT_AUTH", "off");

    MinsightProperties settings = settings("--admin-username=ada");

    assertThat(settings.auth().adminUsername()).isEqualTo("ada");
    assertThat(settings.auth().tokenExpireMinutes()).isEqualTo(7);
    assertThat(settings.auth().enabled()).isFalse();
    assertThat(settings("--auth=on").auth().enabled()).isTrue();
  }

  @Test
  @DisplayName("The worker of the process: its name, threads and pauses, by flag or by default")
  @Contract("compute.md 1 worker flags")
  void worker() {
    MinsightProperties.Worker usual = settings().worker();
    assertThat(usual.effectiveId(8002)).isEqualTo("server-8002");
    assertThat(usual.effectiveThreads()).isPositive();
    assertThat(usual.pollEvery()).isEqualTo(Duration.ofMillis(200));

    MinsightProperties.Worker told =
        settings(
                "--worker-id=w-1",
                "--minsight.worker.threads=3",
                "--minsight.worker.poll-every=1s",
                "--roles=auth,store")
            .worker();
    assertThat(told.effectiveId(8002)).isEqualTo("w-1");
    assertThat(told.effectiveThreads()).isEqualTo(3);
    assertThat(told.pollEvery()).isEqualTo(Duration.ofSeconds(1));
    assertThat(settings("--roles=auth,store").runs(MinsightProperties.Role.WORKER)).isFalse();
    assertThat(settings().runs(MinsightProperties.Role.WORKER)).isTrue();
  }

  @Test
  @DisplayName("Topics carry the store's port, or the one that clients see from outside")
  @Contract({"mqtt.md 2 <store_port>", "pipeline.md 7 topic port"})
  void topicPort() {
    assertThat(settings().topicPort()).isEqualTo(8001);
    assertThat(settings("--store-port=8011").topicPort()).isEqualTo(8011);
    assertThat(settings("--store-port=8011", "--mqtt-topic-port=443").topicPort()).isEqualTo(443);
  }

  @Test
  @DisplayName("Each variable of a server that the settings name is a flag, too")
  @Contract("compute.md 1 server flags")
  void everyVariableIsFlag() throws IOException {
    String yaml =
        new ClassPathResource("application.yaml").getContentAsString(StandardCharsets.UTF_8);

    assertThat(
            Pattern.compile("\\$\\{MINSIGHT_([A-Z_]+)")
                .matcher(yaml)
                .results()
                .map(variable -> variable.group(1)))
        .hasSizeGreaterThan(20)
        .filteredOn(name -> !Set.of("SERVER", "API_KEY").contains(name)) // ./minsight worker
        .allSatisfy(
            name -> {
              String flag = "--" + name.toLowerCase(Locale.ROOT).replace('_', '-');
              assertThat(ServerFlags.toProperties(flag + "=8099"))
                  .singleElement()
                  .asString()
                  .startsWith("--minsight.");
            });
  }

  @Test
  @DisplayName("Variables of the reference's seeds, which others may have set, mean nothing here")
  @Contract({
    "auth.md 1 seed-era env",
    "store.md 2 environment of seeds",
    "store.md 13 auth switches"
  })
  void foreignVariables() {
    MinsightProperties before = settings();
    for (String name :
        new String[] {
          "ADMIN_USERNAME",
          "ADMIN_PASSWORD",
          "ACCESS_TOKEN_EXPIRE_MINUTES",
          "AUTH_DISABLED",
          "READ_AUTH_ENABLED",
          "PRIVATE_KEY_PATH",
          "PUBLIC_KEY_PATH",
          "DATABASE_URL"
        }) {
      variables.put(name, "true");
    }

    assertThat(settings()).isEqualTo(before);
  }
}
