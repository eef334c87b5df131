package dev.minsight.app;

import org.springframework.boot.SpringApplication;

/** Lets {@link dev.minsight.testing.TestServer} start exactly what the launcher starts. */
public final class TestApplication {

  private TestApplication() {}

  public static SpringApplication create() {
    return Minsight.application();
  }
}
