package dev.minsight.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Runs the benches and prints what they found, with the machine. */
public final class Bench {

  private static final int PHOTOS = 900;
  private static final int WARM_UP = 450;
  private static final int TINY = 6000;
  private static final int SMALL_FILES = 10_000;
  private static final int UPLOADS = 450;
  private static final int ROWS = 1_000_000;

  private Bench() {}

  /**
   * Runs {@code whole}, {@code small}, {@code lists} or {@code uploads}, or all when none is named.
   *
   * @param args {@code whole}, {@code small}, {@code lists}, {@code uploads}, {@code profile}
   *     (samples the server), {@code photos=N}, {@code warm=N}, {@code tiny=N}, {@code files=N},
   *     {@code rows=N}
   * @throws IllegalStateException if a target was missed, so that Maven says so too
   */
  public static void main(String[] args) throws IOException, InterruptedException, SQLException {
    List<String> words =
        Stream.of(args)
            .flatMap(arg -> Stream.of(arg.split("[ ,]+")))
            .filter(w -> !w.isBlank())
            .toList();
    boolean all = Stream.of("whole", "small", "lists", "uploads").noneMatch(words::contains);
    PrintStream out = System.out;
    out.println(Machine.describe());
    boolean met = true;
    if (all || words.contains("whole")) {
      met = whole(words, out);
    }
    if (all || words.contains("small")) {
      met &= small(words, out);
    }
    if (all || words.contains("lists")) {
      met &= lists(words, out);
    }
    if (all || words.contains("uploads")) {
      met &= uploads(words, out);
    }
    out.println("Load now: " + Machine.load());
    if (!met) {
      throw new IllegalStateException("a target was missed: see the figures above");
    }
  }

  private static boolean whole(List<String> words, PrintStream out)
      throws IOException, InterruptedException, SQLException {
    out.println("\n== Whole path ==");
    Path shared = Path.of(System.getProperty("minsight.shared", "../shared"));
    if (!Files.isDirectory(shared.resolve("media/people"))) {
      out.println("skipped: no shared media at " + shared.toAbsolutePath());
      return true;
    }
    Path folder = Files.createTempDirectory("minsight-bench");
    try {
      return new WholePathBench(
              shared,
              folder,
              number(words, "photos", PHOTOS),
              number(words, "warm", WARM_UP),
              number(words, "tiny", TINY),
              words.contains("profile"),
              out)
          .run();
    } finally {
      delete(folder);
    }
  }

  private static boolean small(List<String> words, PrintStream out)
      throws IOException, InterruptedException, SQLException {
    out.println("\n== Many small files ==");
    Path folder = Files.createTempDirectory("minsight-bench");
    try {
      return new ManySmallFilesBench(folder, number(words, "files", SMALL_FILES), out).run();
    } finally {
      delete(folder);
    }
  }

  private static boolean lists(List<String> words, PrintStream out)
      throws IOException, InterruptedException, SQLException {
    out.println("\n== Lists ==");
    Path folder = Files.createTempDirectory("minsight-bench");
    try {
      return new ListsBench(folder, number(words, "rows", ROWS), words.contains("profile"), out)
          .run();
    } finally {
      delete(folder);
    }
  }

  private static boolean uploads(List<String> words, PrintStream out)
      throws IOException, InterruptedException, SQLException {
    out.println("\n== Uploads ==");
    Path folder = Files.createTempDirectory("minsight-bench");
    try {
      return new UploadBench(folder, number(words, "uploads", UPLOADS), out).run();
    } finally {
      delete(folder);
    }
  }

  private static int number(List<String> words, String name, int otherwise) {
    return words.stream()
        .filter(word -> word.startsWith(name + "="))
        .map(word -> Integer.valueOf(word.substring(name.length() + 1)))
        .findFirst()
        .orElse(otherwise);
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
