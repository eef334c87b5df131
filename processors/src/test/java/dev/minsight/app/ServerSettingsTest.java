package dev.minsight.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minsight.support.MinsightProperties;
import dev.minsight.testing.Contract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
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
  @Contract({"auth.md 1 default bind", "store.md 1 default port", "store.md 13 store port"})
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
  @Contract({"auth.md 1 required env", "store.md 11 CL_SERVER_DIR"})
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
