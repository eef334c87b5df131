package dev.minsight.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

/**
 * One photo alone: from the answer that it was accepted to {@code completed}, on a warm server that
 * has nothing else to do, against what decoding and the models need for the same photos on one
 * thread.
 */
final class AloneBench {

  private static final String HEAP = "768m"; // what ./minsight start gives
  private static final int PHOTOS = 100;
  private static final int WARM_UP = 600;
  private static final double MOST_MILLIS = 150;
  private static final Duration LIMIT = Duration.ofMinutes(20);

  /** So long nothing is asked of the server before the next photo: it may have gone to rest. */
  private static final long PAUSE_MILLIS = 400;

  private final Path shared;
  private final Path folder;
  private final PrintStream out;
  private final Client client = new Client();

  AloneBench(Path shared, Path folder, PrintStream out) {
    this.shared = shared;
    this.folder = folder;
    this.out = out;
  }

  /**
   * Runs it and prints the figures.
   *
   * @return whether the target was met
   */
  boolean run() throws IOException, InterruptedException, SQLException {
    Path home = ServerProcess.homeWithModels(shared, folder, out);
    List<Path> originals =
        Photos.below(shared.resolve("media/people"), shared.resolve("media/groups"));
    Photos.copies(originals, WARM_UP, 1, folder.resolve("warm"));
    int rounds = (WARM_UP + originals.size() - 1) / originals.size();
    Photos.copies(originals, PHOTOS, 1 + rounds, folder.resolve("photos"));
    double bare = bare(home);
    double[] waits = new double[PHOTOS];
    try (ServerProcess server = ServerProcess.start(home, HEAP, List.of(), "--no-auth")) {
      for (Path photo : Photos.below(folder.resolve("warm"))) {
        Files.copy(photo, server.inbox().resolve(photo.getFileName()));
      }
      server.awaitPhotos(WARM_UP, LIMIT);
      server.awaitOutbox();
      List<Path> photos = Photos.below(folder.resolve("photos"));
      for (int i = 0; i < PHOTOS; i++) {
        TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        waits[i] = one(server, photos.get(i), WARM_UP + i + 1);
      }
    }
    double mean = Arrays.stream(waits).average().orElseThrow();
    Arrays.sort(waits);
    out.printf("%d photos, one after the other, -Xmx%s%n", PHOTOS, HEAP);
    out.printf("decode + inference of one, bare, one thread   %6.0f ms%n", bare);
    out.printf(
        "accepted to completed: mean, median, p95       %6.0f, %.0f, %.0f ms%n",
        mean, waits[PHOTOS / 2], waits[PHOTOS * 95 / 100]);
    out.printf(
        "mean beyond bare                               %6.0f ms (at most %.0f)%n",
        mean - bare, MOST_MILLIS);
    return mean - bare <= MOST_MILLIS;
  }

  /** Ms from the answer to the upload until the photo is completed. */
  private double one(ServerProcess server, Path photo, long count)
      throws IOException, InterruptedException, SQLException {
    client.post(
        server.store("/entities"),
        Map.of("is_collection", "false", "label", photo.getFileName().toString()),
        "media_file",
        photo);
    long start = System.nanoTime();
    while (server.number(
            "SELECT COUNT(*) FROM entity_intelligence WHERE overall_status = 'completed'")
        < count) {
      if (System.nanoTime() - start > LIMIT.toNanos()) {
        throw new IOException(photo + " was not completed: " + server.photos());
      }
      TimeUnit.MILLISECONDS.sleep(2);
    }
    return (System.nanoTime() - start) / 1e6;
  }

  private double bare(Path home) throws IOException, InterruptedException {
    Properties properties =
        Bare.run(HEAP, folder, home, folder.resolve("warm"), folder.resolve("photos"), 1);
    return Double.parseDouble(properties.getProperty("see.wall")) / PHOTOS;
  }
}
