package dev.minsight.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Top-10 searches, one after another on one thread: exact comparison at 100,000 vectors of 512
 * numbers, and the graph against exact comparison of the same million vectors. What counts is the
 * time on a core, which on a machine with nothing else to do is the time.
 */
final class SearchBench {

  private static final double MOST_EXACT_MILLIS = 20;
  private static final double LEAST_RECALL = 0.98;
  private static final double LEAST_FACTOR = 5;

  /** The server's. */
  private static final String HEAP = "768m";

  private static final long ALL = Long.MAX_VALUE;

  /** The default of {@code minsight.vectors-options.exact-limit}. */
  private static final long EXACT_LIMIT = 25_000_000;

  private final Path folder;
  private final int vectors;
  private final int[] dimensions;
  private final boolean both;
  private final PrintStream out;

  /**
   * @param folder for the indexes
   * @param vectors for the comparison with the graph
   * @param dimension numbers per vector, 0 for 128 and then 512, after the exact search alone
   */
  SearchBench(Path folder, int vectors, int dimension, PrintStream out) {
    this.folder = folder;
    this.vectors = vectors;
    this.both = dimension == 0;
    this.dimensions = both ? new int[] {128, 512} : new int[] {dimension};
    this.out = out;
  }

  private record Answers(double median, double p95, List<Set<String>> ids) {}

  /**
   * Runs it and prints the figures.
   *
   * @return whether the targets were met
   */
  boolean run() throws IOException, InterruptedException {
    boolean met = true;
    if (both) {
      Answers exact = ask(100_000, 512, ALL);
      met = exact.p95 <= MOST_EXACT_MILLIS;
      out.println(met ? "fast enough" : "SLOW: more than " + MOST_EXACT_MILLIS + " ms");
    }
    for (int dimension : dimensions) {
      Answers exact = ask(vectors, dimension, ALL);
      Answers graph = ask(vectors, dimension, EXACT_LIMIT);
      double recall = recall(exact, graph);
      double factor = exact.p95 / graph.p95;
      boolean good = recall >= LEAST_RECALL && factor >= LEAST_FACTOR;
      out.printf(
          Locale.ROOT,
          "%d x %d: recall@10 %.4f, p95 %.1f times as fast%s%n",
          vectors,
          dimension,
          recall,
          factor,
          good ? "" : ": BELOW " + LEAST_RECALL + " or " + LEAST_FACTOR);
      met &= good;
    }
    return met;
  }

  private Answers ask(int count, int dimension, long limit)
      throws IOException, InterruptedException {
    Path place = Files.createTempDirectory(folder, "index");
    Path log = place.resolve("log");
    Path answers = place.resolve("answers");
    // An exact index of any size needs as much as its vectors do, also while it is being replaced.
    String heap = limit == ALL ? (500 + (long) count * dimension / 190_000) + "m" : HEAP;
    ChildJvm.run(
        heap,
        log,
        SearchRun.class.getName(),
        place.resolve("vectors").toString(),
        Integer.toString(count),
        Integer.toString(dimension),
        Long.toString(limit),
        answers.toString());
    Files.readAllLines(log).forEach(line -> out.println("  " + line));
    List<String[]> lines = Files.readAllLines(answers).stream().map(l -> l.split(" ")).toList();
    double[] wall = millis(lines, 0);
    double[] millis = millis(lines, 1);
    Answers read =
        new Answers(
            millis[millis.length / 2],
            millis[millis.length * 95 / 100],
            lines.stream().map(SearchBench::ids).toList());
    out.printf(
        Locale.ROOT,
        "%d x %d, heap of %s: median %.2f ms, p95 %.2f ms (with waiting %.2f and %.2f ms)%n",
        count,
        dimension,
        heap,
        read.median,
        read.p95,
        wall[wall.length / 2],
        wall[wall.length * 95 / 100]);
    delete(place.resolve("vectors"));
    return read;
  }

  private static double[] millis(List<String[]> lines, int column) {
    return lines.stream()
        .mapToDouble(line -> Long.parseLong(line[column]) / 1e6)
        .sorted()
        .toArray();
  }

  private static Set<String> ids(String[] line) {
    return new HashSet<>(Arrays.asList(line).subList(2, line.length));
  }

  private static double recall(Answers truth, Answers found) {
    int hits = 0;
    for (int query = 0; query < SearchRun.QUERIES; query++) {
      Set<String> same = new HashSet<>(truth.ids.get(query));
      same.retainAll(found.ids.get(query));
      hits += same.size();
    }
    return hits / (double) (SearchRun.QUERIES * SearchRun.TOP);
  }

  private static void delete(Path index) throws IOException {
    try (Stream<Path> files = Files.walk(index)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
