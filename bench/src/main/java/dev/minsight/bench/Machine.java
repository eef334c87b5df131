package dev.minsight.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What the figures were measured on; without it they mean nothing. */
final class Machine {

  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private Machine() {}

  static int cores() {
    return Runtime.getRuntime().availableProcessors();
  }

  /** Processes that want a core, averaged over the last minute; above the cores, times are late. */
  static double load() {
    return SYSTEM.getSystemLoadAverage();
  }

  /** CPU time of this process, ms. */
  static double cpuMillis() {
    return SYSTEM.getProcessCpuTime() / 1e6;
  }

  static String describe() {
    return "%s, %d cores, %.0f GiB, %s %s, JDK %s (%s), load %.1f"
        .formatted(
            cpuModel(),
            cores(),
            SYSTEM.getTotalMemorySize() / (double) (1L << 30),
            System.getProperty("os.name"),
            System.getProperty("os.arch"),
            Runtime.version(),
            System.getProperty("java.vendor"),
            load());
  }

  private static String cpuModel() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("unknown CPU");
    } catch (IOException e) {
      return "unknown CPU";
    }
  }
}
