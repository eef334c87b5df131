package dev.minsight.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;

/** Time and CPU time that a process spends between two moments. */
final class Cost {

  private static final String COMPILER = "JIT compiler";

  private final ProcessHandle process;
  private final Map<String, Double> threads;
  private final double cpu;
  private final double ownCpu;
  private final long start;

  private Cost(ProcessHandle process, Map<String, Double> threads) {
    this.process = process;
    this.threads = threads;
    this.cpu = cpu(process);
    this.ownCpu = Machine.cpuMillis();
    this.start = System.nanoTime();
  }

  /**
   * What was spent; all in ms.
   *
   * @param wall time that went by
   * @param cpu CPU of the process, without Java's compiler: a short run would measure that
   * @param compiling CPU of Java's compiler
   * @param bench CPU of this process
   * @param groups CPU by group of threads
   */
  record Spent(
      double wall, double cpu, double compiling, double bench, Map<String, Double> groups) {

    void store(Properties results, String name) {
      results.setProperty(name + ".wall", Double.toString(wall));
      results.setProperty(name + ".cpu", Double.toString(cpu));
    }

    /** The same work without the cores being shared with this process. */
    double undisturbedWall() {
      return wall - bench / Machine.cores();
    }
  }

  static Cost begin(ProcessHandle process) throws IOException, InterruptedException {
    return new Cost(process, ThreadCpu.of(process.pid()));
  }

  Spent end() throws IOException, InterruptedException {
    double wall = (System.nanoTime() - start) / 1e6;
    return end(wall);
  }

  /** When the time had ended before: the process still had something to finish. */
  Spent end(double wall) throws IOException, InterruptedException {
    double bench = Machine.cpuMillis() - ownCpu;
    double spent = cpu(process) - cpu;
    Map<String, Double> groups = ThreadCpu.groups(threads, ThreadCpu.of(process.pid()));
    double compiling = groups.get(COMPILER);
    return new Spent(wall, spent - compiling, compiling, bench, groups);
  }

  private static double cpu(ProcessHandle process) {
    return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / 1e6;
  }
}
