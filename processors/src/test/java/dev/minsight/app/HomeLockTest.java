package dev.minsight.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.minsight.support.ConfigurationException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.event.ApplicationContextInitializedEvent;
import org.springframework.context.support.GenericApplicationContext;

class HomeLockTest {

  @TempDir Path home;

  @Test
  @DisplayName("The home stays locked until the last bean of a stopping server is gone")
  void heldToTheEnd() {
    AtomicBoolean heldWhileStopping = new AtomicBoolean();
    GenericApplicationContext server = new GenericApplicationContext();
    HomeLock lock = HomeLock.take(home);
    lock.onApplicationEvent(
        new ApplicationContextInitializedEvent(new SpringApplication(), new String[0], server));
    server.registerBean(
        "worker",
        DisposableBean.class,
        () -> () -> heldWhileStopping.set(Files.exists(home.resolve("minsight.pid"))));
    server.refresh();
    assertThatThrownBy(() -> HomeLock.take(home))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("another mInsight server is running on " + home);

    server.close();

    assertThat(heldWhileStopping).isTrue();
    assertThat(home.resolve("minsight.pid")).doesNotExist();
    HomeLock.take(home).release();
  }

  @Test
  @DisplayName("The process id of a killed server is overwritten")
  void stale() throws Exception {
    Files.writeString(home.resolve("minsight.pid"), "1");

    HomeLock lock = HomeLock.take(home);

    assertThat(home.resolve("minsight.pid"))
        .hasContent(Long.toString(ProcessHandle.current().pid()));
    lock.release();
    assertThat(home.resolve("minsight.pid")).doesNotExist();
  }
}
