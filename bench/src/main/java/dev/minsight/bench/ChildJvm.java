package dev.minsight.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Starts JVMs on the bench's own class path, all with the same settings. */
final class ChildJvm {

  private ChildJvm() {}

  /**
   * @param heap as after {@code -Xmx}
   * @param log takes what it says
   * @param main class to be started
   * @param options of the JVM, besides the common ones
   * @param args of the class
   */
  static Process start(String heap, Path log, String main, List<String> options, String... args)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(tool("java"));
    command.add("-Xmx" + heap);
    command.add("-XX:+UseParallelGC");
    command.add("-XX:+ExitOnOutOfMemoryError");
    command.add("-Dfile.encoding=UTF-8");
    command.add("-Djava.awt.headless=true");
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main));
    command.addAll(Arrays.asList(args));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("MALLOC_ARENA_MAX", "2"); // as ./minsight does
    builder.directory(log.toAbsolutePath().getParent().toFile());
    builder.redirectErrorStream(true).redirectOutput(log.toFile());
    return builder.start();
  }

  /** Starts one and waits for its end; what it said is in the error when it failed. */
  static void run(String heap, Path log, String main, String... args)
      throws IOException, InterruptedException {
    if (start(heap, log, main, List.of(), args).waitFor() != 0) {
      throw new IOException(main + " failed:\n" + Files.readString(log));
    }
  }

  /** What the JDK's diagnostic command says about a running JVM. */
  static String jcmd(long pid, String... command) throws IOException, InterruptedException {
    List<String> line = new ArrayList<>(List.of(tool("jcmd"), Long.toString(pid)));
    line.addAll(Arrays.asList(command));
    Process jcmd = new ProcessBuilder(line).redirectErrorStream(true).start();
    String answer = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (jcmd.waitFor() != 0) {
      throw new IOException(String.join(" ", line) + ": " + answer);
    }
    return answer;
  }

  private static String tool(String name) {
    return Path.of(System.getProperty("java.home"), "bin", name).toString();
  }
}
