package dev.minsight.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Thousands of small pictures dropped at once, with half a gigabyte of heap: none is lost, none is
 * taken twice, and all are completed. The lite models serve: what is measured is everything around
 * them.
 */
final class ManySmallFilesBench {

  private static final int HEAP_MIB = 512;
  private static final Duration LIMIT = Duration.ofMinutes(60);

  private final Path folder;
  private final int count;
  private final PrintStream out;

  ManySmallFilesBench(Path folder, int count, PrintStream out) {
    this.folder = folder;
    this.count = count;
    this.out = out;
  }

  /**
   * Runs it and prints the figures.
   *
   * @return whether nothing was lost and nothing came twice
   */
  boolean run() throws IOException, InterruptedException, SQLException {
    Path home = Files.createDirectories(folder.resolve("home"));
    Path pictures = folder.resolve("pictures");
    Photos.tiny(count, pictures);
    Path gcLog = folder.resolve("gc.log");
    try (ServerProcess server =
        ServerProcess.start(
            home, HEAP_MIB + "m", List.of("-Xlog:gc*:file=" + gcLog), "--no-auth")) {
      double cpu = server.cpuMillis();
      Files.move(pictures, server.inbox().resolve("all")); // one rename drops all of them
      long start = System.nanoTime();
      double taken = awaitTaken(server, start);
      long completed = server.awaitPhotos(count, LIMIT);
      double seconds = (System.nanoTime() - start) / 1e9;
      cpu = server.cpuMillis() - cpu;
      out.printf("%d pictures of 16 x 16, -Xmx%dm, lite models%n", count, HEAP_MIB);
      out.printf("files taken      %8.1f s %8.1f files/s%n", taken, count / taken);
      out.printf("photos completed %8.1f s %8.1f photos/s%n", seconds, count / seconds);
      out.printf("CPU              %8.1f ms a photo%n", cpu / count);
      out.printf("heap after GC    %8d MiB at most (limit %d)%n", peakHeap(gcLog), HEAP_MIB);
      ChildJvm.jcmd(server.pid(), "GC.run");
      out.printf("heap in use      %8d MiB in the end%n", lastHeap(gcLog));
      out.printf("resident         %8d MiB at most%n", server.peakResidentMib());
      return check(server, completed);
    }
  }

  private double awaitTaken(ServerProcess server, long start)
      throws SQLException, InterruptedException, IOException {
    while (true) {
      Map<String, Long> claims = server.claims();
      long ended =
          claims.getOrDefault("done", 0L)
              + claims.getOrDefault("known", 0L)
              + claims.getOrDefault("failed", 0L);
      double seconds = (System.nanoTime() - start) / 1e9;
      if (ended >= count) {
        return seconds;
      }
      if (seconds > LIMIT.toSeconds()) {
        throw new IOException("after " + LIMIT + " only " + claims);
      }
      Thread.sleep(200);
    }
  }

  private boolean check(ServerProcess server, long completed) throws SQLException, IOException {
    long entities = server.number("SELECT COUNT(*) FROM entities WHERE NOT is_collection");
    long contents =
        server.number("SELECT COUNT(DISTINCT md5) FROM entities WHERE NOT is_collection");
    long vectors = server.number("SELECT COUNT(*) FROM embeddings WHERE kind = 'clip'");
    long openJobs = server.number("SELECT COUNT(*) FROM jobs WHERE status <> 'completed'");
    long kept = files(server.inbox().resolve("done"), ".png");
    long receipts = files(server.inbox().resolve("done"), ".json");
    long originals = files(server.home().resolve("media/store"), ".png");
    Map<String, Long> claims = server.claims();
    out.printf(
        "claims %s, entities %d, contents %d, completed %d, CLIP vectors %d, open jobs %d,%n"
            + "files in done/ %d with %d receipts, originals in the store %d%n",
        claims, entities, contents, completed, vectors, openJobs, kept, receipts, originals);
    boolean whole =
        claims.equals(Map.of("done", (long) count))
            && Stream.of(entities, contents, completed, vectors, kept, receipts, originals)
                .allMatch(number -> number == count)
            && openJobs == 0;
    out.println(whole ? "none lost, none twice" : "LOST OR TWICE: see the figures above");
    return whole;
  }

  private static long files(Path folder, String suffix) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(file -> file.toString().endsWith(suffix) && !file.toString().endsWith(".tb.png"))
          .count();
    }
  }

  /** The most that any collection left, be it alive or only not yet looked at, MiB. */
  private static long peakHeap(Path gcLog) throws IOException {
    return leftByCollections(gcLog).max().orElse(0);
  }

  private static long lastHeap(Path gcLog) throws IOException {
    return leftByCollections(gcLog).reduce((before, last) -> last).orElse(0);
  }

  private static LongStream leftByCollections(Path gcLog) throws IOException {
    return Files.readAllLines(gcLog).stream()
        .filter(line -> line.matches(".*Pause .*\\d+M->\\d+M\\(\\d+M\\).*"))
        .mapToLong(line -> Long.parseLong(line.replaceAll(".*->(\\d+)M\\(.*", "$1")));
  }
}
