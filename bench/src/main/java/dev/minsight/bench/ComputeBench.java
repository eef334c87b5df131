package dev.minsight.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;

/**
 * Small jobs through the whole queue, from HTTP to {@code completed}, against the {@code run} of
 * their plugins alone on as many threads.
 *
 * <p>The clients share the cores with the server, which a user's would not; so the CPU time of this
 * process is taken from the time that a run took (divided by the cores, since all are busy). Java's
 * compiler is left out of the CPU times on both sides. Bare runs come before and after.
 */
final class ComputeBench {

  private static final String HEAP = "768m"; // what ./minsight start gives
  private static final double LEAST_RATIO = 0.8;
  private static final double MOST_CPU = 8;

  private final Path shared;
  private final Path folder;
  private final int count;
  private final int warmUp;
  private final List<JobKind> kinds;
  private final boolean profile;
  private final PrintStream out;

  ComputeBench(
      Path shared,
      Path folder,
      int count,
      int warmUp,
      List<JobKind> kinds,
      boolean profile,
      PrintStream out) {
    this.shared = shared;
    this.folder = folder;
    this.count = count;
    this.warmUp = warmUp;
    this.kinds = kinds;
    this.profile = profile;
    this.out = out;
  }

  /**
   * Runs it and prints the figures.
   *
   * @return whether all targets were met
   */
  boolean run() throws IOException, InterruptedException, SQLException {
    Path home = ServerProcess.homeWithModels(shared, folder, out);
    Path inputs = folder.resolve("inputs");
    JobKind.makeInputs(Photos.portrait(shared), inputs, home.resolve("tools"));
    Properties before = bare(home, inputs);
    Map<JobKind, Cost.Spent> served = serve(home, inputs);
    Properties after = bare(home, inputs);
    return report(served, before, after);
  }

  private Properties bare(Path home, Path inputs) throws IOException, InterruptedException {
    Path results = folder.resolve("bare.properties");
    Path outputs = Files.createTempDirectory(folder, "outputs");
    ChildJvm.run(
        HEAP,
        folder.resolve("bare.out"),
        BarePlugins.class.getName(),
        home.toString(),
        inputs.toString(),
        outputs.toString(),
        Integer.toString(warmUp),
        Integer.toString(count),
        Integer.toString(Machine.cores()),
        results.toString(),
        kinds.stream().map(JobKind::taskType).collect(Collectors.joining(",")));
    Properties properties = new Properties();
    try (var in = Files.newBufferedReader(results)) {
      properties.load(in);
    }
    return properties;
  }

  private Map<JobKind, Cost.Spent> serve(Path home, Path inputs)
      throws IOException, InterruptedException, SQLException {
    Map<JobKind, Cost.Spent> served = new LinkedHashMap<>();
    try (ServerProcess server =
        ServerProcess.start(home, HEAP, Profile.options(profile), "--no-auth")) {
      JobClients clients = new JobClients(server, inputs);
      for (JobKind kind : kinds) {
        clients.run(Collections.nCopies(kind.count(warmUp), kind));
      }
      if (profile) {
        server.startRecording();
      }
      for (JobKind kind : kinds) {
        server.awaitOutbox();
        Cost cost = Cost.begin(server.handle());
        long start = System.nanoTime();
        clients.run(Collections.nCopies(kind.count(count), kind));
        double wall = (System.nanoTime() - start) / 1e6;
        server.awaitOutbox();
        served.put(kind, cost.end(wall));
      }
      if (profile) {
        out.println(Profile.of(server.stopRecording(folder.resolve("server.jfr"))));
      }
    }
    return served;
  }

  private boolean report(Map<JobKind, Cost.Spent> served, Properties before, Properties after) {
    out.printf(
        "%d jobs of each after %d, %d threads, -Xmx%s; CPU in ms a job, without compiling%n",
        count, warmUp, Machine.cores(), HEAP);
    out.printf(
        "%-18s %9s %9s %6s %9s %9s %9s %9s%n",
        "plugin", "bare/s", "server/s", "ratio", "CPU bare", "CPU", "overhead", "compiling");
    List<String> missed = new ArrayList<>();
    served.forEach((kind, spent) -> missed.addAll(report(kind, spent, before, after)));
    threads(served);
    out.println(missed.isEmpty() ? "all targets met" : "MISSED: " + String.join("; ", missed));
    return missed.isEmpty();
  }

  /** One line; returns what was missed. */
  private List<String> report(JobKind kind, Cost.Spent spent, Properties before, Properties after) {
    int jobs = kind.count(count);
    double bareWall = mean(kind.taskType() + ".wall", before, after) / jobs;
    double bareCpu = mean(kind.taskType() + ".cpu", before, after) / jobs;
    double servedWall = spent.undisturbedWall() / jobs;
    double ratio = bareWall / servedWall;
    double overhead = spent.cpu() / jobs - bareCpu;
    out.printf(
        "%-18s %9.1f %9.1f %6.2f %9.2f %9.2f %9.2f %9.2f%n",
        kind.taskType(),
        1000 / bareWall,
        1000 / servedWall,
        ratio,
        bareCpu,
        spent.cpu() / jobs,
        overhead,
        spent.compiling() / jobs);
    List<String> missed = new ArrayList<>();
    if (kind.ml() && ratio < LEAST_RATIO) {
      missed.add(kind.taskType() + ": ratio below " + LEAST_RATIO);
    }
    if (overhead > MOST_CPU) {
      missed.add(kind.taskType() + ": more than " + MOST_CPU + " ms of CPU around it");
    }
    return missed;
  }

  /** Where the CPU time of the quick jobs went. */
  private void threads(Map<JobKind, Cost.Spent> served) {
    Map<String, Double> groups = new LinkedHashMap<>();
    int jobs = 0;
    for (Map.Entry<JobKind, Cost.Spent> each : served.entrySet()) {
      if (!each.getKey().slow()) {
        jobs += each.getKey().count(count);
        each.getValue().groups().forEach((g, millis) -> groups.merge(g, millis, Double::sum));
      }
    }
    out.println("By threads of the server, ms a quick job:");
    for (Map.Entry<String, Double> group : groups.entrySet()) {
      out.printf("  %-30s %8.2f%n", group.getKey(), group.getValue() / jobs);
    }
  }

  private static double mean(String name, Properties before, Properties after) {
    return (Double.parseDouble(before.getProperty(name))
            + Double.parseDouble(after.getProperty(name)))
        / 2;
  }
}
