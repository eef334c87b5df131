package dev.minsight.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Very many mixed jobs through one server: whether its memory stays as it is. Heap is what is in
 * use after full collections; resident is all memory of the process, and what of it is not the heap
 * is watched by itself, since the collector takes more of the heap over time and gives nothing
 * back.
 */
final class SoakBench {

  private static final String HEAP = "768m"; // what ./minsight start gives
  private static final int ROUNDS = 20;

  /** Of the last fifth over the second, at most; the first fifth still fills caches. */
  private static final double MOST_GROWTH = 1.1;

  private final Path shared;
  private final Path folder;
  private final int count;
  private final PrintStream out;

  SoakBench(Path shared, Path folder, int count, PrintStream out) {
    this.shared = shared;
    this.folder = folder;
    this.count = count;
    this.out = out;
  }

  /**
   * Runs it and prints the figures.
   *
   * @return whether heap and other memory stayed flat
   */
  boolean run() throws IOException, InterruptedException, SQLException {
    Path home = ServerProcess.homeWithModels(shared, folder, out);
    Path inputs = folder.resolve("inputs");
    JobKind.makeInputs(Photos.portrait(shared), inputs, home.resolve("tools"));
    List<Long> heap = new ArrayList<>();
    List<Long> outside = new ArrayList<>();
    try (ServerProcess server = ServerProcess.start(home, HEAP, List.of(), "--no-auth")) {
      JobClients clients = new JobClients(server, inputs);
      out.printf(
          "%10s %10s %10s %10s %10s, MiB%n", "jobs", "jobs/s", "heap", "resident", "not heap");
      for (int round = 0; round < ROUNDS; round++) {
        long start = System.nanoTime();
        List<JobKind> jobs = mixed(count / ROUNDS, round);
        clients.run(jobs);
        double seconds = (System.nanoTime() - start) / 1e9;
        Memory memory = Memory.of(server.pid());
        heap.add(memory.heap());
        outside.add(memory.outside());
        out.printf(
            "%10d %10.1f %10d %10d %10d%n",
            (round + 1) * jobs.size(),
            jobs.size() / seconds,
            memory.heap(),
            memory.resident(),
            memory.outside());
      }
    }
    return flat("heap", heap) & flat("not heap", outside);
  }

  /** Each kind by its share, shuffled. */
  private static List<JobKind> mixed(int jobs, int seed) {
    List<JobKind> deck =
        JobKind.ALL.stream()
            .flatMap(kind -> Collections.nCopies(kind.share(), kind).stream())
            .toList();
    Random random = new Random(seed);
    List<JobKind> mixed = new ArrayList<>();
    JobKind.ALL.forEach(mixed::add); // each kind in each round
    while (mixed.size() < jobs) {
      mixed.add(deck.get(random.nextInt(deck.size())));
    }
    Collections.shuffle(mixed, random);
    return mixed;
  }

  private boolean flat(String what, List<Long> mib) {
    int fifth = ROUNDS / 5;
    double early = mean(mib.subList(fifth, 2 * fifth));
    double late = mean(mib.subList(ROUNDS - fifth, ROUNDS));
    out.printf(
        "%s: second fifth %.0f MiB, last fifth %.0f MiB: factor %.2f (at most %.1f)%n",
        what, early, late, late / early, MOST_GROWTH);
    return late <= early * MOST_GROWTH;
  }

  private static double mean(List<Long> values) {
    return values.stream().mapToLong(Long::longValue).average().orElseThrow();
  }
}
