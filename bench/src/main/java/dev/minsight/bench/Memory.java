package dev.minsight.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Memory of a JVM with the parallel collector, on Linux; all in MiB.
 *
 * @param heap in use after full collections
 * @param resident all memory the process has
 * @param outside of it, what is not Java's heap: native libraries and their buffers, classes,
 *     compiled code, stacks
 */
record Memory(long heap, long resident, long outside) {

  /** A generation: KiB in use, and where it begins and ends. */
  private static final Pattern GENERATION =
      Pattern.compile("(?:PSYoungGen|ParOldGen) .*used (\\d+)K \\[0x(\\w+), 0x\\w+, 0x(\\w+)\\)");

  /** A mapping of the process: where it begins, and its resident KiB. */
  private static final Pattern MAPPING =
      Pattern.compile("(?m)^(\\p{XDigit}+)-\\p{XDigit}+ .*\\R(?:(?!Rss:).*\\R)*?Rss: +(\\d+) kB");

  static Memory of(long pid) throws IOException, InterruptedException {
    ChildJvm.jcmd(pid, "GC.run");
    ChildJvm.jcmd(pid, "GC.run"); // what the first only found to be unreachable
    String generations = ChildJvm.jcmd(pid, "GC.heap_info");
    long used = 0;
    long from = Long.MAX_VALUE;
    long to = 0;
    for (MatchResult area : GENERATION.matcher(generations).results().toList()) {
      used += Long.parseLong(area.group(1));
      from = Math.min(from, address(area.group(2)));
      to = Math.max(to, address(area.group(3)));
    }
    long resident = 0;
    long heap = 0;
    Path maps = Path.of("/proc/" + pid + "/smaps");
    Matcher mapping = MAPPING.matcher(Files.readString(maps, StandardCharsets.ISO_8859_1));
    while (mapping.find()) {
      long start = address(mapping.group(1));
      long size = Long.parseLong(mapping.group(2));
      resident += size;
      heap += start >= from && start < to ? size : 0;
    }
    return new Memory(used / 1024, resident / 1024, (resident - heap) / 1024);
  }

  /**
   * @param pid a process
   * @param line of its status, for example {@code VmRSS:}
   * @return KiB; 0 where the system does not say
   */
  static long status(long pid, String line) throws IOException {
    Path status = Path.of("/proc/" + pid + "/status");
    return !Files.exists(status)
        ? 0
        : Files.readAllLines(status).stream()
            .filter(each -> each.startsWith(line))
            .mapToLong(each -> Long.parseLong(each.replaceAll("\\D", "")))
            .findFirst()
            .orElse(0);
  }

  private static long address(String hex) {
    return Long.parseUnsignedLong(hex, 16);
  }
}
