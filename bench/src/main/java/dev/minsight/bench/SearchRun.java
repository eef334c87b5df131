package dev.minsight.bench;

import dev.minsight.vectors.CollectionSpec;
import dev.minsight.vectors.EmbeddedVectorIndex;
import dev.minsight.vectors.VectorIndex;
import dev.minsight.vectors.VectorIndex.Hit;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** Builds one index and searches it, in a JVM of its own; see {@link SearchBench}. */
final class SearchRun {

  static final int QUERIES = 400;
  static final int TOP = 10;

  private static final int WARM_UP = 200;
  private static final int SINGLE_WRITES = 1000;

  /** Queries resemble the vectors, but are none of them. */
  private static final long QUERY_IDS = 1L << 40;

  /** A search uses the calling thread only. */
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private SearchRun() {}

  /**
   * @param args folder; vectors; numbers per vector; most numbers in memory; file for the answers,
   *     a line each: ns, of them on a core, then ids
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    Path folder = Path.of(args[0]);
    long count = Long.parseLong(args[1]);
    int dimension = Integer.parseInt(args[2]);
    PhotoLikeVectors vectors = new PhotoLikeVectors(dimension);
    CollectionSpec spec = new CollectionSpec("bench", "bench", dimension);
    try (VectorIndex index = new EmbeddedVectorIndex(folder, Long.parseLong(args[3]))) {
      index.open(spec);
      long start = System.nanoTime();
      double cpu = Machine.cpuMillis();
      index.rebuild(
          spec,
          LongStream.range(0, count).mapToObj(id -> new VectorIndex.Entry(id, vectors.of(id))));
      double seconds = (System.nanoTime() - start) / 1e9;
      awaitQuiet();
      System.out.printf(
          "%s: %d vectors in %.0f s, %.0f/s; CPU with merges after it %.0f s%n",
          index.state("bench").method(),
          count,
          seconds,
          count / seconds,
          (Machine.cpuMillis() - cpu) / 1000);
      System.out.printf("single writes: %.0f/s%n", singleWrites(index, vectors, count));
      for (int i = 0; i < WARM_UP; i++) {
        search(index, vectors.of(QUERY_IDS - 1 - i));
      }
      answer(index, vectors, Path.of(args[4]));
      Memory memory = Memory.of(ProcessHandle.current().pid());
      System.out.printf(
          "heap %d MiB, resident %d MiB (of it mapped files, as far as the system keeps them:"
              + " %d)%n",
          memory.heap(),
          memory.resident(),
          Memory.status(ProcessHandle.current().pid(), "RssFile:") / 1024);
    }
  }

  private static double singleWrites(VectorIndex index, PhotoLikeVectors vectors, long count) {
    List<float[]> more = new ArrayList<>();
    for (long id = count; id < count + SINGLE_WRITES; id++) {
      more.add(vectors.of(id));
    }
    long start = System.nanoTime();
    for (int i = 0; i < SINGLE_WRITES; i++) {
      index.upsert("bench", count + i, more.get(i));
    }
    return SINGLE_WRITES / ((System.nanoTime() - start) / 1e9);
  }

  private static void answer(VectorIndex index, PhotoLikeVectors vectors, Path answers)
      throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < QUERIES; i++) {
      float[] query = vectors.of(QUERY_IDS + i);
      long start = System.nanoTime();
      long cpu = THREADS.getCurrentThreadCpuTime();
      List<Hit> hits = search(index, query);
      lines.add(
          (System.nanoTime() - start)
              + " "
              + (THREADS.getCurrentThreadCpuTime() - cpu)
              + " "
              + hits.stream().map(hit -> Long.toString(hit.id())).collect(Collectors.joining(" ")));
    }
    Files.write(answers, lines);
  }

  private static List<Hit> search(VectorIndex index, float[] query) {
    return index.search("bench", query, TOP, 0, id -> true);
  }

  /** Merges go on in the background for a while. */
  private static void awaitQuiet() throws InterruptedException {
    double before;
    do {
      before = Machine.cpuMillis();
      TimeUnit.SECONDS.sleep(2);
    } while (Machine.cpuMillis() - before > 100);
  }
}
