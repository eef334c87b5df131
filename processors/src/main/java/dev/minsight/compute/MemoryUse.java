package dev.minsight.compute;

import dev.minsight.ml.LoadedModel;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What this process takes of the machine's memory.
 *
 * @param residentBytes of the whole process, native memory included; null where the system does not
 *     tell
 * @param heapBytes of it Java's heap, as much as is in use
 * @param models in memory
 */
public record MemoryUse(Long residentBytes, long heapBytes, List<LoadedModel> models) {

  private static final Path STATUS = Path.of("/proc/self/status");

  static MemoryUse now(List<LoadedModel> models) {
    return new MemoryUse(
        resident(), ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(), models);
  }

  /** {@code VmRSS} of proc(5), which is in KiB. */
  private static Long resident() {
    try {
      return Files.readAllLines(STATUS).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .map(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
          .findFirst()
          .orElse(null);
    } catch (IOException e) {
      return null;
    }
  }
}
