package dev.minsight.events;

import dev.minsight.support.MinsightProperties;
import dev.minsight.testing.HandClock;
import dev.minsight.testing.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.domain.EntityScan;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.FilterType;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.ClassPathResource;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The house with nothing in it but events: the real data sources, schema, routes and broker. It has
 * no annotation that a component scan of the whole application would pick up.
 */
@EnableAutoConfiguration(
    excludeName = {
      "org.camunda.bpm.spring.boot.starter.CamundaBpmAutoConfiguration",
      "org.camunda.bpm.spring.boot.starter.rest.CamundaBpmRestJerseyAutoConfiguration",
      "org.camunda.bpm.spring.boot.starter.webapp.CamundaBpmWebappAutoConfiguration"
    })
@ComponentScan({"dev.minsight.events", "dev.minsight.support"})
@ComponentScan(
    basePackages = "dev.minsight.app",
    useDefaultFilters = false,
    includeFilters =
        @ComponentScan.Filter(
            type = FilterType.REGEX,
            pattern = "dev\\.minsight\\.app\\.DataSources"))
@EntityScan("dev.minsight.events")
@EnableConfigurationProperties(MinsightProperties.class)
class EventsHouse {

  /** Counts how often it was woken. */
  static final class Sleeper implements WakeUp {

    final BlockingQueue<String> reasons = new LinkedBlockingQueue<>();

    @Override
    public void wakeUp(String reason) {
      reasons.add(reason);
    }
  }

  @Bean
  HandClock clock() {
    return HandClock.running();
  }

  @Bean
  Sleeper wakeUp() {
    return new Sleeper();
  }

  @Bean
  TransactionTemplate transactions(PlatformTransactionManager manager) {
    return new TransactionTemplate(manager);
  }

  /** Starts the house; {@code settings} are {@code --name=value} flags. */
  static ConfigurableApplicationContext start(Path home, String... settings) {
    try {
      Files.createDirectories(home.resolve("db"));
      Files.createDirectories(home.resolve("engine"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<String> flags = new java.util.ArrayList<>(List.of(settings));
    flags.add("--minsight.home=" + home);
    flags.add(
        "--minsight.resources.routes=classpath:routes/outbox.camel.yaml,"
            + "classpath:routes/mqtt-wakeup.camel.yaml,classpath:routes/mqtt-status.camel.yaml");
    TestDatabase.settings(home).forEach(setting -> flags.add("--" + setting));
    if (TestDatabase.isPostgresql()) {
      flags.add("--spring.profiles.active=postgresql");
    }
    return new SpringApplicationBuilder(EventsHouse.class)
        .web(WebApplicationType.NONE)
        .run(flags.toArray(String[]::new));
  }

  /** The settings of {@code config/application.yaml}, with some of them changed. */
  static MinsightProperties settings(Map<String, Object> changed) {
    try {
      StandardEnvironment environment = new StandardEnvironment();
      for (PropertySource<?> source :
          new YamlPropertySourceLoader()
              .load("application", new ClassPathResource("application.yaml"))) {
        environment.getPropertySources().addLast(source);
      }
      environment.getPropertySources().addFirst(new MapPropertySource("changed", changed));
      return Binder.get(environment).bind("minsight", MinsightProperties.class).get();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static int freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A broker of its own, bound so that it asks for credentials: anna, right. */
  static EmbeddedBroker broker(Path home, int port) {
    MinsightProperties settings =
        settings(
            Map.of(
                "minsight.home",
                home.toString(),
                "minsight.host",
                "0.0.0.0",
                "minsight.mqtt.port",
                port));
    DefaultListableBeanFactory beans = new DefaultListableBeanFactory();
    BrokerCredentials onlyAnna =
        (user, password, from) -> user.equals("anna") && password.equals("right");
    beans.registerSingleton("brokerCredentials", onlyAnna);
    return new EmbeddedBroker(
        settings, new BrokerAddress(settings), beans.getBeanProvider(BrokerCredentials.class));
  }
}
