package dev.minsight.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.springframework.util.FileSystemUtils;

/**
 * The packaged server as its own process, unpacked once as {@code ./minsight start} does it, with
 * 512 MB of heap. What it prints goes to {@code <home>-<number of the start>.log}.
 */
final class ServerProcess implements AutoCloseable {

  /** A cold start takes 10 s on a free machine; this one is shared. */
  static final Duration START_LIMIT = Duration.ofMinutes(3);

  private static final Duration STOP_LIMIT = Duration.ofMinutes(2);
  private static final AtomicInteger STARTS = new AtomicInteger();
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final Process process;
  private final Ports ports;
  private final Path log;
  private final String readyWords;

  /** Ports of a server, the same over all its restarts. */
  record Ports(int auth, int store, int compute, int mqtt) {

    /** The system gives outgoing connections ports from here on (Linux); we must stay below. */
    private static final int EPHEMERAL = 32_768;

    private static final int LOWEST = 20_000;

    /** None that a connection of another process may be given between a kill and the next start. */
    static Ports free() {
      Set<Integer> numbers = new LinkedHashSet<>();
      while (numbers.size() < 4) {
        int number = ThreadLocalRandom.current().nextInt(LOWEST, EPHEMERAL);
        try (ServerSocket socket = new ServerSocket(number)) {
          numbers.add(socket.getLocalPort());
        } catch (IOException e) {
          continue; // somebody listens there
        }
      }
      Iterator<Integer> free = numbers.iterator();
      return new Ports(free.next(), free.next(), free.next(), free.next());
    }
  }

  private ServerProcess(Process process, Ports ports, Path log, String readyWords) {
    this.process = process;
    this.ports = ports;
    this.log = log;
    this.readyWords = readyWords;
  }

  private static final class Installed {

    static final Path JAR = unpack();

    /** Class-path order and start-up are those of an installation, and a start is twice as fast. */
    private static Path unpack() {
      Path packaged = Path.of(System.getProperty("minsight.it.jar"));
      Path folder = packaged.resolveSibling("it-server");
      Path jar = folder.resolve("server.jar");
      try {
        FileSystemUtils.deleteRecursively(folder);
        Process tool =
            new ProcessBuilder(
                    java(),
                    "-Djarmode=tools",
                    "-jar",
                    packaged.toString(),
                    "extract",
                    "--destination",
                    folder.toString(),
                    "--application-filename",
                    "server.jar")
                .inheritIO()
                .start();
        if (!tool.waitFor(2, TimeUnit.MINUTES) || tool.exitValue() != 0 || !Files.exists(jar)) {
          throw new IllegalStateException(packaged + " cannot be unpacked; was it packaged?");
        }
        return jar;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
  }

  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /**
   * Starts a server without accounts; returns at once.
   *
   * @param home its home; made if needed
   * @param flags more flags of {@code ./minsight start}, as {@code --flag=value}; they win
   */
  static ServerProcess start(Path home, Ports ports, String... flags) {
    List<String> args =
        new ArrayList<>(
            List.of(
                "--home=" + home,
                "--auth-port=" + ports.auth(),
                "--store-port=" + ports.store(),
                "--compute-port=" + ports.compute(),
                "--mqtt-port=" + ports.mqtt(),
                "--no-auth"));
    for (String flag : flags) {
      String name = flag.substring(0, flag.indexOf('=') + 1);
      args.removeIf(given -> given.startsWith(name));
      args.add(flag);
    }
    return launch(home, ports, "mInsight is ready after", args);
  }

  /**
   * Starts a worker for such a server; returns at once.
   *
   * @param home its home; made if needed
   * @param ports of the server
   * @param flags of {@code ./minsight worker}
   */
  static ServerProcess startWorker(Path home, Ports ports, String... flags) {
    List<String> args =
        new ArrayList<>(
            List.of("worker", "--home=" + home, "--server=http://127.0.0.1:" + ports.compute()));
    args.addAll(List.of(flags));
    return launch(home, ports, " works for http", args);
  }

  private static ServerProcess launch(
      Path home, Ports ports, String readyWords, List<String> args) {
    try {
      Files.createDirectories(home);
      Path log = home.resolveSibling(home.getFileName() + "-" + STARTS.incrementAndGet() + ".log");
      List<String> command =
          new ArrayList<>(
              List.of(
                  java(), "-Xmx512m", "-Dfile.encoding=UTF-8", "-jar", Installed.JAR.toString()));
      command.addAll(args);
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(home.toFile()) // not the checkout, whose files would win over the jar's
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.to(log.toFile()));
      builder.environment().put("LC_ALL", "C.UTF-8");
      builder.environment().keySet().removeIf(name -> name.startsWith("MINSIGHT_"));
      builder.environment().remove("CL_SERVER_DIR");
      return new ServerProcess(builder.start(), ports, log, readyWords);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A folder for the homes of one test, emptied; kept afterwards for whoever wants to look. */
  static Path workFolder(String name) {
    Path folder = Path.of(System.getProperty("minsight.it.jar")).resolveSibling("it").resolve(name);
    try {
      FileSystemUtils.deleteRecursively(folder);
      return Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until the server says that it is ready. */
  ServerProcess awaitReady() {
    Awaitility.await("server ready").atMost(START_LIMIT).until(() -> isReady() || !isAlive());
    if (!isReady()) {
      throw new AssertionError("the server ended with " + process.exitValue() + ":\n" + output());
    }
    return this;
  }

  boolean isReady() {
    return output().contains(readyWords);
  }

  boolean isAlive() {
    return process.isAlive();
  }

  long pid() {
    return process.pid();
  }

  /** What this start printed so far, to stdout and stderr. */
  String output() {
    try {
      return new String(Files.readAllBytes(log), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** SIGKILL: no shutdown hook, no flush, nothing. */
  void kill() {
    process.destroyForcibly();
    awaitExit();
  }

  /** Waits for the end and returns the exit code. */
  int awaitExit() {
    try {
      if (!process.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError("the server does not end:\n" + output());
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** SIGTERM and wait for the end; returns the exit code. */
  int stop() {
    process.destroy();
    return awaitExit();
  }

  /** The answer of {@code /actuator/health}. */
  JsonNode health() {
    return get("/actuator/health");
  }

  /** JSON of the store's port; a missing node while nobody answers. */
  JsonNode get(String path) {
    try {
      HttpResponse<String> answer =
          HTTP.send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + ports.store() + path))
                  .timeout(Duration.ofSeconds(30))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      return JSON.readTree(answer.body());
    } catch (IOException e) {
      return JSON.missingNode();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Whatever the test made of it, nothing keeps running. */
  @Override
  public void close() {
    if (process.isAlive()) {
      kill();
    }
  }
}
