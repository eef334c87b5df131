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
 * From inbox to {@code completed}: the server's photos per second and CPU time per photo, against
 * decoding and inference of the same photos alone.
 *
 * <p>The limit is measured before and after, in JVMs with the same settings, and averaged, so that
 * a machine that slows down meanwhile does not tilt the ratio. All JVMs are warmed up with other
 * copies of the same photos, and the server with thousands of tiny pictures besides: Java compiles
 * it for more than a minute of CPU before it runs at its own speed. Photos are moved into the
 * inbox, as a finished copy would appear there.
 */
final class WholePathBench {

  private static final String HEAP = "768m"; // what ./minsight start gives
  private static final Duration LIMIT = Duration.ofMinutes(20);
  private static final double LEAST_RATIO = 0.7;
  private static final double MOST_CPU = 20;
  private static final int IDLE_SECONDS = 10;

  /** Each outbox message takes a number. */
  private static final String MESSAGES = "SELECT last FROM id_counter WHERE name = 'outbox'";

  private final Path shared;
  private final Path folder;
  private final int photos;
  private final int warmUp;
  private final int tiny;
  private final boolean profile;
  private final PrintStream out;

  WholePathBench(
      Path shared,
      Path folder,
      int photos,
      int warmUp,
      int tiny,
      boolean profile,
      PrintStream out) {
    this.shared = shared;
    this.folder = folder;
    this.photos = photos;
    this.warmUp = warmUp;
    this.tiny = tiny;
    this.profile = profile;
    this.out = out;
  }

  /**
   * What a photo cost the server.
   *
   * @param wall ms from the first photo in the inbox to the last one completed, per photo
   * @param cpu ms of CPU, all threads, until the last message had left, per photo
   * @param groups the same by group of threads
   * @param idle CPU of the server with nothing to do, ms per second, by group of threads
   * @param messages sent or replaced before they were sent, per photo
   * @param faces found in all photos
   */
  private record Served(
      double wall,
      double cpu,
      Map<String, Double> groups,
      Map<String, Double> idle,
      double messages,
      long faces) {}

  /**
   * Runs it and prints the figures.
   *
   * @return whether both targets were met
   */
  boolean run() throws IOException, InterruptedException, SQLException {
    Path home = ServerProcess.homeWithModels(shared, folder, out);
    List<Path> originals =
        Photos.below(shared.resolve("media/people"), shared.resolve("media/groups"));
    int rounds = (warmUp + originals.size() - 1) / originals.size();
    Photos.copies(originals, warmUp, 1, folder.resolve("warm"));
    Photos.copies(originals, photos, 1 + rounds, folder.resolve("photos"));
    Properties before = bare(home);
    Served served = serve(home, copy("warm"), copy("photos"));
    Properties after = bare(home);
    return report(served, before, after);
  }

  /** The server takes files away; the bare runs need them too. */
  private Path copy(String name) throws IOException {
    Path copy = Files.createDirectories(folder.resolve(name + "-dropped"));
    for (Path file : Photos.below(folder.resolve(name))) {
      Path target = copy.resolve(file.getFileName());
      Files.copy(file, target);
      Files.setLastModifiedTime(target, Files.getLastModifiedTime(file));
    }
    return copy;
  }

  private Properties bare(Path home) throws IOException, InterruptedException {
    return Bare.run(
        HEAP, folder, home, folder.resolve("warm"), folder.resolve("photos"), Machine.cores());
  }

  private Served serve(Path home, Path warm, Path measured)
      throws IOException, InterruptedException, SQLException {
    try (ServerProcess server =
        ServerProcess.start(home, HEAP, Profile.options(profile), "--no-auth")) {
      Path pictures = folder.resolve("tiny");
      Photos.tiny(tiny, pictures);
      Files.move(pictures, server.inbox().resolve("tiny"));
      server.awaitPhotos(tiny, LIMIT);
      drop(warm, server.inbox());
      server.awaitPhotos(tiny + warmUp, LIMIT);
      server.awaitOutbox();
      Map<String, Double> threads = ThreadCpu.of(server.pid());
      long faces = server.number("SELECT COUNT(*) FROM faces");
      double messages = server.number(MESSAGES);
      if (profile) {
        server.startRecording();
      }
      double cpu = server.cpuMillis();
      long start = System.nanoTime();
      drop(measured, server.inbox());
      long completed = server.awaitPhotos(tiny + warmUp + photos, LIMIT);
      double wall = (System.nanoTime() - start) / 1e6;
      server.awaitOutbox();
      cpu = server.cpuMillis() - cpu;
      Map<String, Double> groups = ThreadCpu.groups(threads, ThreadCpu.of(server.pid()));
      if (completed != tiny + warmUp + photos) {
        throw new IOException("not all photos were completed: " + server.photos());
      }
      if (profile) {
        out.println(Profile.of(server.stopRecording(folder.resolve("server.jfr"))));
      }
      messages = (server.number(MESSAGES) - messages) / photos;
      Map<String, Double> idle = idle(server);
      groups.replaceAll((group, millis) -> millis / photos);
      return new Served(
          wall / photos,
          cpu / photos,
          groups,
          idle,
          messages,
          server.number("SELECT COUNT(*) FROM faces") - faces);
    }
  }

  private static Map<String, Double> idle(ServerProcess server)
      throws IOException, InterruptedException {
    TimeUnit.SECONDS.sleep(IDLE_SECONDS); // compilers still work off what was hot
    Map<String, Double> before = ThreadCpu.of(server.pid());
    TimeUnit.SECONDS.sleep(IDLE_SECONDS);
    Map<String, Double> groups = ThreadCpu.groups(before, ThreadCpu.of(server.pid()));
    groups.replaceAll((group, millis) -> millis / IDLE_SECONDS);
    return groups;
  }

  private static void drop(Path from, Path inbox) throws IOException {
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.sorted().toList()) {
        Files.move(file, inbox.resolve(file.getFileName()));
      }
    }
  }

  private boolean report(Served served, Properties before, Properties after) {
    double bareWall = mean("see.wall", before, after);
    double bareCpu = mean("see.cpu", before, after);
    double takeIn = mean("takeIn.cpu", before, after);
    double ratio = bareWall / served.wall();
    double difference = served.cpu() - bareCpu;
    double compiling = served.groups().get("JIT compiler");
    double house = difference - takeIn - compiling;
    out.printf(
        "%d photos, %d faces, %d threads, -Xmx%s%n", photos, served.faces(), Machine.cores(), HEAP);
    out.printf("%-52s %8.1f photos/s%n", "limit: decode + inference, bare", 1000 / bareWall);
    out.printf("%-52s %8.1f photos/s%n", "server: inbox to completed", 1000 / served.wall());
    out.printf("%-52s %8.2f (at least %.1f)%n", "ratio of photos/s", ratio, LEAST_RATIO);
    out.printf("%-52s %8.2f%n", "ratio of CPU time", bareCpu / served.cpu());
    out.printf("CPU, ms a photo:%n");
    cpu("server, everything", served.cpu());
    cpu("decode + inference, bare", bareCpu);
    cpu("difference", difference);
    cpu("  looking at the new file and digesting it, bare", takeIn);
    cpu("  compiling Java", compiling);
    cpu("  engine, database, messaging and all else", house);
    out.printf(
        "    (at most %.0f; before and after: bare %.1f and %.1f)%n",
        MOST_CPU, per("see.cpu", before), per("see.cpu", after));
    out.printf("By threads, ms a photo:%n");
    served.groups().forEach(this::cpu);
    out.printf(
        "Outbox messages a photo: %.1f; faces bare: %s%n", served.messages(), after.get("faces"));
    out.printf("Idle server, ms of CPU a second:%n");
    served.idle().forEach(this::cpu);
    return ratio >= LEAST_RATIO && house <= MOST_CPU;
  }

  private void cpu(String what, double millis) {
    out.printf("  %-50s %8.2f%n", what, millis);
  }

  private double mean(String name, Properties before, Properties after) {
    return (per(name, before) + per(name, after)) / 2;
  }

  private double per(String name, Properties results) {
    return Double.parseDouble(results.getProperty(name)) / photos;
  }
}
