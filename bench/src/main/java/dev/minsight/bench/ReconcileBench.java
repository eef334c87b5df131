package dev.minsight.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What noticing a new photo costs in a small and in a large library, and what a backlog as large as
 * the library costs in memory. The photos are rows that were written by SQL, a revision each as
 * uploads make them; a pause keeps them from being begun, so that reconciling is all there is.
 */
final class ReconcileBench {

  private static final String HEAP = "768m"; // what ./minsight start gives
  private static final int SMALL = 10_000;
  private static final int CHANGES = 5_000;
  private static final int ROUNDS = 5;
  private static final Duration LONGEST = Duration.ofMinutes(60);

  /** Between the costs of a change, at most. */
  private static final double MOST_FACTOR = 1.3;

  private final Path folder;
  private final int rows;
  private final PrintStream out;
  private final HttpClient http = HttpClient.newHttpClient();
  private int photos;

  ReconcileBench(Path folder, int rows, PrintStream out) {
    this.folder = folder;
    this.rows = rows;
    this.out = out;
  }

  /**
   * Runs it and prints the figures.
   *
   * @return whether the target was met
   */
  boolean run() throws IOException, InterruptedException, SQLException {
    Path home = Files.createDirectories(folder.resolve("home"));
    try (ServerProcess server = ServerProcess.start(home, HEAP, List.of(), "--no-auth")) {
      post(server, "/system/pipeline/pause", "reason=bench");
      double few = costOfChange(server, SMALL);
      double many = costOfChange(server, rows);
      out.printf(
          "ratio %.2f (at most %.1f): %s%n",
          many / few, MOST_FACTOR, many <= MOST_FACTOR * few ? "met" : "MISSED");
      backlog(server);
      return many <= MOST_FACTOR * few;
    }
  }

  /** CPU ms a change, the median of the rounds; the first warms up. */
  private double costOfChange(ServerProcess server, int library)
      throws IOException, InterruptedException, SQLException {
    ManyPhotos.known(server.home(), photos, library);
    photos = library;
    double[] costs = new double[ROUNDS];
    double[] rates = new double[ROUNDS];
    for (int round = -1; round < ROUNDS; round++) {
      ManyPhotos.fresh(server.home(), photos, photos + CHANGES, 1);
      photos += CHANGES;
      double cpu = server.cpuMillis();
      double seconds = catchUp(server);
      if (round >= 0) {
        costs[round] = (server.cpuMillis() - cpu) / CHANGES;
        rates[round] = CHANGES / seconds;
      }
    }
    java.util.Arrays.sort(costs);
    java.util.Arrays.sort(rates);
    out.printf(
        "library of %,9d photos: %.3f ms CPU a new photo, %,.0f a second%n",
        library, costs[ROUNDS / 2], rates[ROUNDS / 2]);
    return costs[ROUNDS / 2];
  }

  private void backlog(ServerProcess server)
      throws IOException, InterruptedException, SQLException {
    Memory before = Memory.of(server.pid());
    ManyPhotos.fresh(server.home(), photos, photos + rows, 1000);
    photos += rows;
    double seconds = catchUp(server);
    Memory after = Memory.of(server.pid());
    out.printf(
        "backlog of %,d new photos: noticed in %.0f s (%,.0f a second); heap %d MiB before, %d"
            + " after, not heap %d and %d, resident at most %d%n",
        rows,
        seconds,
        rows / seconds,
        before.heap(),
        after.heap(),
        before.outside(),
        after.outside(),
        server.peakResidentMib());
  }

  /** Wakes reconcile and waits until nothing is left to read; seconds it took. */
  private double catchUp(ServerProcess server)
      throws IOException, InterruptedException, SQLException {
    long start = System.nanoTime();
    post(server, "/system/pipeline/resume", "");
    post(server, "/system/pipeline/pause", "reason=bench");
    while (server.number(
            "SELECT (SELECT MAX(transaction_id) FROM revision)"
                + " - (SELECT MAX(last_version) FROM entity_sync_state)")
        > 0) {
      if (System.nanoTime() - start > LONGEST.toNanos()) {
        throw new IOException("reconcile did not catch up within " + LONGEST);
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
    return (System.nanoTime() - start) / 1e9;
  }

  private void post(ServerProcess server, String path, String form)
      throws IOException, InterruptedException {
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(URI.create(server.store(path)))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form))
                .build(),
            BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IOException(path + ": " + answer.statusCode() + " " + answer.body());
    }
  }
}
