package dev.minsight.bench;

import dev.minsight.app.ModelsCommand;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * The server in a JVM of its own. How far it is is read from its database, so that asking costs it
 * nothing.
 */
final class ServerProcess implements AutoCloseable {

  private static final Duration START_LIMIT = Duration.ofMinutes(3);

  private final Process process;
  private final Path home;
  private final Connection database;
  private final int storePort;
  private final int computePort;

  private ServerProcess(
      Process process, Path home, Connection database, int storePort, int computePort) {
    this.process = process;
    this.home = home;
    this.database = database;
    this.storePort = storePort;
    this.computePort = computePort;
  }

  /**
   * Starts it and waits until it is ready.
   *
   * @param home its home folder
   * @param heap as after {@code -Xmx}
   * @param options of the JVM
   * @param flags of the server, besides home and ports
   */
  static ServerProcess start(Path home, String heap, List<String> options, String... flags)
      throws IOException, InterruptedException, SQLException {
    List<String> args = new ArrayList<>(List.of("--home", home.toString()));
    for (String port : List.of("--auth-port", "--store-port", "--compute-port", "--mqtt-port")) {
      args.add(port);
      args.add(Integer.toString(freePort()));
    }
    args.addAll(List.of(flags));
    Path log = home.resolveSibling(home.getFileName() + ".out");
    Process process =
        ChildJvm.start(
            heap, log, "dev.minsight.app.Minsight", options, args.toArray(String[]::new));
    long limit = System.nanoTime() + START_LIMIT.toNanos();
    while (!Files.readString(log).contains("mInsight is ready")) {
      if (!process.isAlive() || System.nanoTime() > limit) {
        process.destroyForcibly();
        throw new IOException("the server did not start:\n" + Files.readString(log));
      }
      TimeUnit.MILLISECONDS.sleep(200);
    }
    return new ServerProcess(
        process,
        home,
        DriverManager.getConnection(
            "jdbc:sqlite:" + home.resolve("db/minsight.db") + "?open_mode=1"),
        port(args, "--store-port"),
        port(args, "--compute-port"));
  }

  private static int port(List<String> args, String flag) {
    return Integer.parseInt(args.get(args.indexOf(flag) + 1));
  }

  /**
   * Makes a home and installs the models that are at hand.
   *
   * @param shared folder with the models
   * @param folder where the home is made
   */
  static Path homeWithModels(Path shared, Path folder, PrintStream out) throws IOException {
    Path home = Files.createDirectories(folder.resolve("home"));
    Path models = shared.resolve("models");
    if (Files.isDirectory(models)) {
      ModelsCommand.run("pull", "--from", models.toString(), "--home", home.toString());
    }
    out.println("Models (a lite one where no full model is there):");
    ModelsCommand.run("list", "--home", home.toString());
    return home;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  long pid() {
    return process.pid();
  }

  /** Address of a path of the store. */
  String store(String path) {
    return "http://127.0.0.1:" + storePort + path;
  }

  /** Address of a path of the compute service. */
  String compute(String path) {
    return "http://127.0.0.1:" + computePort + path;
  }

  ProcessHandle handle() {
    return process.toHandle();
  }

  Path home() {
    return home;
  }

  Path inbox() {
    return home.resolve("inbox");
  }

  /** CPU time since its start, ms. */
  double cpuMillis() {
    return handle().info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / 1e6;
  }

  /** Largest resident set so far, MiB; 0 where the system does not say. */
  long peakResidentMib() throws IOException {
    return Memory.status(pid(), "VmHWM:") / 1024;
  }

  /** Begins to sample the threads. */
  void startRecording() throws IOException, InterruptedException {
    ChildJvm.jcmd(pid(), "JFR.start", "name=bench", "settings=profile");
  }

  /** Ends it and writes the samples to a file. */
  Path stopRecording(Path file) throws IOException, InterruptedException {
    ChildJvm.jcmd(pid(), "JFR.stop", "name=bench", "filename=" + file);
    return file;
  }

  /** Photos by their overall status. */
  Map<String, Long> photos() throws SQLException {
    return counts("SELECT overall_status, COUNT(*) FROM entity_intelligence GROUP BY 1");
  }

  /** Dropped files by what became of them. */
  Map<String, Long> claims() throws SQLException {
    return counts("SELECT state, COUNT(*) FROM ingest_claims GROUP BY 1");
  }

  long number(String sql) throws SQLException {
    try (Statement statement = database.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }

  private Map<String, Long> counts(String sql) throws SQLException {
    Map<String, Long> counts = new TreeMap<>();
    try (Statement statement = database.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        counts.put(rows.getString(1), rows.getLong(2));
      }
    }
    return counts;
  }

  /**
   * Waits until so many photos have come to an end.
   *
   * @return those that ended well
   */
  long awaitPhotos(long count, Duration limit)
      throws SQLException, InterruptedException, IOException {
    long until = System.nanoTime() + limit.toNanos();
    while (true) {
      Map<String, Long> photos = photos();
      long completed = photos.getOrDefault("completed", 0L);
      if (completed + photos.getOrDefault("failed", 0L) >= count) {
        return completed;
      }
      if (System.nanoTime() > until || !process.isAlive()) {
        throw new IOException(
            "after %s only %s of %d photos; files: %s".formatted(limit, photos, count, claims()));
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  /**
   * Waits until everybody has been told: then the work is done. Clearing messages of later times do
   * not count.
   */
  void awaitOutbox() throws SQLException, InterruptedException {
    while (number("SELECT COUNT(*) FROM outbox WHERE not_before <= " + System.currentTimeMillis())
        > 0) {
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  @Override
  public void close() throws SQLException {
    database.close();
    process.destroy();
    try {
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
