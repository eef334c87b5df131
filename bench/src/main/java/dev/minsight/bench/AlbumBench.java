package dev.minsight.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A whole album into the inbox of a server that was just started, left alone until it is done: how
 * long, what each part of the work cost, how much memory, and whether the books balance. Prints
 * tables for {@code docs/album.md}.
 */
final class AlbumBench {

  private static final String HEAP = "768m"; // what ./minsight start gives
  private static final Duration LIMIT = Duration.ofHours(2);

  private final Path shared;
  private final Path folder;
  private final int photos;
  private final PrintStream out;

  AlbumBench(Path shared, Path folder, int photos, PrintStream out) {
    this.shared = shared;
    this.folder = folder;
    this.photos = photos;
    this.out = out;
  }

  /**
   * Runs it and prints the report.
   *
   * @return whether the books balance
   */
  boolean run() throws IOException, InterruptedException, SQLException {
    Path media = shared.resolve("media");
    List<Path> originals =
        Photos.below(
            media.resolve("people"),
            media.resolve("groups"),
            media.resolve("nofaces"),
            media.resolve("exif"));
    Path home = ServerProcess.homeWithModels(shared, folder, out);
    Path album = folder.resolve("album");
    VariedPhotos.write(originals, photos, album);
    out.printf("%,d photos made of %d originals, %,d MB%n", photos, originals.size(), size(album));
    boolean balanced = serve(home, album);
    steps(home, album);
    return balanced;
  }

  private static long size(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.mapToLong(file -> file.toFile().length()).sum() / 1_000_000;
    }
  }

  private boolean serve(Path home, Path album)
      throws IOException, InterruptedException, SQLException {
    try (ServerProcess server = ServerProcess.start(home, HEAP, List.of(), "--no-auth")) {
      Map<String, Double> threads = ThreadCpu.of(server.pid());
      double cpu = server.cpuMillis();
      long start = System.nanoTime();
      copy(album, server.inbox());
      awaitTaken(server);
      long known = server.claims().getOrDefault("known", 0L);
      server.awaitPhotos(photos - known, LIMIT);
      double seconds = (System.nanoTime() - start) / 1e9;
      server.awaitOutbox();
      cpu = server.cpuMillis() - cpu;
      Map<String, Double> groups = ThreadCpu.groups(threads, ThreadCpu.of(server.pid()));
      long peak = server.peakResidentMib();
      Memory memory = Memory.of(server.pid());
      out.printf(
          "| files in the inbox, until the last was done | %,d in %.0f s |%n", photos, seconds);
      out.printf("| photos a second | %.1f |%n", photos / seconds);
      out.printf("| CPU a photo, everything | %.1f ms |%n", cpu / photos);
      groups.forEach(
          (group, millis) -> out.printf("| of it %s | %.1f ms |%n", group, millis / photos));
      out.printf(
          "| memory: heap at the end, not heap, resident at most | %d, %d, %d MiB |%n",
          memory.heap(), memory.outside(), peak);
      return books(server, known);
    }
  }

  /** As somebody copies a folder: the files stay here, for the measurement afterwards. */
  private static void copy(Path album, Path inbox) throws IOException {
    try (Stream<Path> files = Files.list(album)) {
      for (Path file : files.sorted().toList()) {
        Files.copy(file, inbox.resolve(file.getFileName()));
      }
    }
  }

  private void awaitTaken(ServerProcess server) throws SQLException, InterruptedException {
    while (taken(server.claims()) < photos) {
      TimeUnit.MILLISECONDS.sleep(200);
    }
  }

  private static long taken(Map<String, Long> claims) {
    return claims.getOrDefault("done", 0L)
        + claims.getOrDefault("known", 0L)
        + claims.getOrDefault("failed", 0L);
  }

  private boolean books(ServerProcess server, long known) throws SQLException {
    Map<String, Long> states = server.photos();
    long completed = states.getOrDefault("completed", 0L);
    long failed =
        server.number(
            "SELECT COUNT(*) FROM entity_intelligence WHERE overall_status = 'failed'"
                + " AND error_message IS NOT NULL");
    long faces = server.number("SELECT COUNT(*) FROM faces");
    out.printf(
        "| completed, failed with a reason, known before | %d, %d, %d |%n",
        completed, failed, known);
    out.printf(
        "| faces, persons | %d, %d |%n",
        faces, server.number("SELECT COUNT(*) FROM known_persons"));
    long clip = vectors(server, "clip");
    long dino = vectors(server, "dino");
    long face = vectors(server, "face");
    out.printf("| vectors: CLIP, DINO, faces | %d, %d, %d |%n", clip, dino, face);
    long open = server.number("SELECT COUNT(*) FROM jobs WHERE status IN ('queued', 'processing')");
    out.printf("| jobs still open | %d |%n", open);
    boolean balanced =
        completed + failed + known == photos
            && open == 0
            && (failed > 0 || clip == completed && dino == completed && face == faces);
    out.println(balanced ? "The books balance." : "THE BOOKS DO NOT BALANCE");
    return balanced;
  }

  private static long vectors(ServerProcess server, String kind) throws SQLException {
    return server.number("SELECT COUNT(*) FROM embeddings WHERE kind = '" + kind + "'");
  }

  /** What decoding and the models alone cost for the same photos, by step. */
  private void steps(Path home, Path album) throws IOException, InterruptedException {
    Path few = Files.createDirectories(folder.resolve("warm"));
    for (Path file : Photos.below(album).subList(0, Math.min(200, photos))) {
      Files.copy(file, few.resolve(file.getFileName()));
    }
    Properties bare = Bare.run(HEAP, folder, home, few, album, Machine.cores());
    for (String step : Bare.STEPS) {
      out.printf(
          "| bare: %s | %.1f ms |%n",
          step, Double.parseDouble(bare.getProperty("step." + step)) / photos);
    }
    out.printf(
        "| bare: new file looked at and digested | %.1f ms |%n",
        Double.parseDouble(bare.getProperty("takeIn.cpu")) / photos);
  }
}
