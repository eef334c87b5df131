package dev.minsight.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.minsight.it.ServerProcess.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * {@code kill -9} in the middle of uploads, replaces and deletes. The seed is printed; {@code
 * -Dminsight.it.seed=} repeats it as far as the machine's own timing lets it.
 */
class StoreKillIT {

  private static final int KILLS = Integer.getInteger("minsight.it.store-kills", 50);
  private static final int WRITERS = 4;

  /** Acknowledged requests between two kills, at most. */
  private static final int MOST_WORK = 60;

  private final long seed = Long.getLong("minsight.it.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final Ports ports = Ports.free();
  private final Path home = ServerProcess.workFolder("store-kill").resolve("home");
  private final Path media = home.resolve("media");
  private final Databases data = new Databases(home);

  @Test
  @DisplayName(
      "Killed fifty times among uploads, replaces and deletes: no row without its file, no file"
          + " without its row, no acknowledged write lost")
  void kills() throws Exception {
    System.out.println("StoreKillIT: seed " + seed);
    List<StoreWriter> writers = new ArrayList<>();
    for (int i = 0; i < WRITERS; i++) {
      writers.add(new StoreWriter(ports.store(), seed + i));
    }
    int done = 0;
    for (int kill = 0; kill <= KILLS; kill++) {
      // Only what stores: neither pipeline nor workers take part in this.
      try (ServerProcess server = ServerProcess.start(home, ports, "--roles=auth,store")) {
        server.awaitReady();
        check(writers);
        if (kill == KILLS) {
          server.stop();
          break;
        }
        done = workAndKill(server, writers, done);
      }
    }
    System.out.printf("StoreKillIT: %d kills, %d acknowledged writes%n", KILLS, done);
    assertThat(done).as("the kills hit a server at work").isGreaterThan(KILLS);
  }

  private int workAndKill(ServerProcess server, List<StoreWriter> writers, int before)
      throws InterruptedException {
    List<Throwable> failures = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (StoreWriter writer : writers) {
      Thread thread = new Thread(writer);
      thread.setUncaughtExceptionHandler((t, e) -> failures.add(e));
      thread.start();
      threads.add(thread);
    }
    int enough = before + 1 + random.nextInt(MOST_WORK);
    await()
        .atMost(Duration.ofMinutes(2))
        .pollInterval(Duration.ofMillis(1))
        .until(() -> !failures.isEmpty() || acknowledged(writers) >= enough);
    server.kill();
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(failures).isEmpty();
    return acknowledged(writers);
  }

  private static int acknowledged(List<StoreWriter> writers) {
    return writers.stream().mapToInt(StoreWriter::acknowledged).sum();
  }

  private void check(List<StoreWriter> writers) {
    Map<Long, String> kept = new TreeMap<>();
    Set<String> needed = new TreeSet<>();
    data.app()
        .query(
            "SELECT id, file_path, content_sha256 FROM entities WHERE file_path IS NOT NULL",
            row -> {
              String path = row.getString("file_path");
              String sha256 = row.getString("content_sha256");
              assertThat(media.resolve(path)).as("file of entity " + row.getLong("id")).exists();
              assertThat(StoreWriter.sha256(media.resolve(path))).as(path).isEqualTo(sha256);
              kept.put(row.getLong("id"), sha256);
              needed.add(path);
            });
    needed.addAll(data.strings("SELECT path FROM replaced_files"));
    assertThat(filesOnDisk()).as("files and rows").isEqualTo(needed);
    assertThat(writers).flatMap(writer -> writer.losses(kept)).isEmpty();
    writers.forEach(writer -> writer.settle(kept));
  }

  private Set<String> filesOnDisk() {
    Set<String> found = new TreeSet<>();
    for (String folder : List.of("store", "replaced", ".tmp")) {
      if (Files.isDirectory(media.resolve(folder))) {
        try (Stream<Path> files = Files.walk(media.resolve(folder))) {
          found.addAll(
              files
                  .filter(Files::isRegularFile)
                  .map(file -> media.relativize(file).toString())
                  .collect(Collectors.toSet()));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
    return found;
  }
}
