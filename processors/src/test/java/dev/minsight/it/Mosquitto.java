package dev.minsight.it;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** An external broker in a process of its own; keeps the sessions of its clients in a folder. */
final class Mosquitto implements AutoCloseable {

  private static final Path PROGRAM =
      Stream.concat(
              Stream.of(System.getenv("PATH").split(File.pathSeparator)),
              Stream.of("/usr/sbin", "/usr/local/sbin"))
          .map(folder -> Path.of(folder, "mosquitto"))
          .filter(Files::isExecutable)
          .findFirst()
          .orElse(null);

  private final Path folder;
  private final int port;
  private Process process;

  Mosquitto(Path folder, int port) {
    this.folder = folder;
    this.port = port;
  }

  /** Skips the test where there is no such program. */
  static void assumeInstalled() {
    assumeTrue(PROGRAM != null, "skipped: no mosquitto found; apt-get install mosquitto");
  }

  String url() {
    return "tcp://127.0.0.1:" + port;
  }

  void start() {
    try {
      Path settings = folder.resolve("mosquitto.conf");
      Files.write(
          settings,
          List.of(
              "listener " + port + " 127.0.0.1",
              "allow_anonymous true",
              "persistence true",
              "persistence_location " + folder + "/",
              "user " + System.getProperty("user.name"),
              "max_queued_messages 0"));
      process =
          new ProcessBuilder(PROGRAM.toString(), "-c", settings.toString())
              .redirectErrorStream(true)
              .redirectOutput(
                  ProcessBuilder.Redirect.appendTo(folder.resolve("mosquitto.log").toFile()))
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Gently, so that it saves the sessions of its clients. */
  void stop() {
    process.destroy();
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
  }

  /** SIGKILL: what it had in memory only is lost. */
  void kill() {
    process.destroyForcibly().onExit().join();
  }

  @Override
  public void close() {
    if (process != null && process.isAlive()) {
      stop();
    }
  }
}
