package dev.minsight.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Runs the benches and prints what they found, with the machine. */
public final class Bench {

  private static final int PHOTOS = 900;
  private static final int ALBUM = 5000;
  private static final int WARM_UP = 450;
  private static final int TINY = 6000;
  private static final int SMALL_FILES = 10_000;
  private static final int UPLOADS = 450;
  private static final int ROWS = 1_000_000;
  private static final int ROUNDS = 51;
  private static final int JOBS = 1000;
  private static final int JOBS_WARM_UP = 1000;
  private static final int SOAKED_JOBS = 20_000;
  private static final int VECTORS = 1_000_000;

  private static final List<String> NUMBERS =
      List.of(
          "photos", "warm", "tiny", "files", "rows", "uploads", "rounds", "jobs", "vectors", "dim");

  private final List<String> words;
  private final PrintStream out;
  private final Map<String, Part> parts = new LinkedHashMap<>();

  /** One bench. */
  @FunctionalInterface
  private interface Part {
    /**
     * @param folder empty, removed afterwards
     * @return whether its targets were met
     */
    boolean run(Path folder) throws IOException, InterruptedException, SQLException;
  }

  private Bench(List<String> words, PrintStream out) {
    this.words = words;
    this.out = out;
    parts.put("whole", ofPhotos(this::whole));
    parts.put("small", f -> new ManySmallFilesBench(f, number("files", SMALL_FILES), out).run());
    parts.put("lists", f -> new ListsBench(f, number("rows", ROWS), profile(), out).run());
    parts.put("uploads", f -> new UploadBench(f, number("uploads", UPLOADS), out).run());
    parts.put("album", ofPhotos(this::album));
    parts.put("alone", ofPhotos(folder -> new AloneBench(shared(), folder, out).run()));
    parts.put("reconcile", f -> new ReconcileBench(f, number("rows", ROWS), out).run());
    parts.put("decode", f -> new JpegDecodeBench(f, number("rounds", ROUNDS), out).run());
    parts.put("compute", this::compute);
    parts.put("batch", f -> new BatchBench(shared(), f, number("rounds", ROUNDS), out).run());
    parts.put(
        "search", f -> new SearchBench(f, number("vectors", VECTORS), number("dim", 0), out).run());
    parts.put("soak", f -> new SoakBench(shared(), f, number("jobs", SOAKED_JOBS), out).run());
  }

  /**
   * Runs the benches that are named, or all when none is.
   *
   * @param args names of benches; with {@code compute} also of plugins, else it runs all of them;
   *     {@code profile} (samples the server); {@code photos=N} and other sizes
   * @throws IllegalArgumentException if a word is none of these; says which there are
   * @throws IllegalStateException if a target was missed, so that Maven says so too
   */
  public static void main(String[] args) throws IOException, InterruptedException, SQLException {
    List<String> words =
        Stream.of(args)
            .flatMap(arg -> Stream.of(arg.split("[ ,]+")))
            .filter(w -> !w.isBlank())
            .toList();
    new Bench(words, System.out).run();
  }

  private void run() throws IOException, InterruptedException, SQLException {
    checkWords();
    boolean all = parts.keySet().stream().noneMatch(words::contains);
    out.println(Machine.describe());
    boolean met = true;
    for (Map.Entry<String, Part> part : parts.entrySet()) {
      if (all || words.contains(part.getKey())) {
        out.println("\n== " + part.getKey() + " ==");
        Path folder = Files.createTempDirectory("minsight-bench");
        try {
          met &= part.getValue().run(folder);
        } finally {
          delete(folder);
        }
      }
    }
    out.println("Load now: " + Machine.load());
    if (!met) {
      throw new IllegalStateException("a target was missed: see the figures above");
    }
  }

  /** A mistyped word would run all benches instead of one, for hours. */
  private void checkWords() {
    List<String> plugins = JobKind.ALL.stream().map(JobKind::taskType).toList();
    boolean compute = words.contains("compute");
    List<String> unknown =
        words.stream()
            .filter(word -> !parts.containsKey(word) && !word.equals("profile"))
            .filter(word -> !(compute && plugins.contains(word)))
            .filter(word -> NUMBERS.stream().noneMatch(name -> word.matches(name + "=[0-9]{1,9}")))
            .toList();
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          """
          -Dbench says %s, which means nothing here. It takes
            benches: %s (none: all)
            with compute, plugins: %s (none: all)
            profile
            sizes, each =N: %s"""
              .formatted(
                  String.join(" ", unknown),
                  String.join(" ", parts.keySet()),
                  String.join(" ", plugins),
                  String.join(" ", NUMBERS)));
    }
  }

  private boolean whole(Path folder) throws IOException, InterruptedException, SQLException {
    return new WholePathBench(
            shared(),
            folder,
            number("photos", PHOTOS),
            number("warm", WARM_UP),
            number("tiny", TINY),
            profile(),
            out)
        .run();
  }

  private boolean album(Path folder) throws IOException, InterruptedException, SQLException {
    return new AlbumBench(shared(), folder, number("photos", ALBUM), out).run();
  }

  /** A bench that is skipped, and says so, where there are no photos for it. */
  private Part ofPhotos(Part part) {
    return folder -> {
      if (Files.isDirectory(shared().resolve("media/people"))) {
        return part.run(folder);
      }
      out.println("skipped: no shared media at " + shared().toAbsolutePath());
      return true;
    };
  }

  private boolean compute(Path folder) throws IOException, InterruptedException, SQLException {
    return new ComputeBench(
            shared(),
            folder,
            number("jobs", JOBS),
            number("warm", JOBS_WARM_UP),
            JobKind.among(words),
            profile(),
            out)
        .run();
  }

  private static Path shared() {
    return Path.of(System.getProperty("minsight.shared", "../shared"));
  }

  private boolean profile() {
    return words.contains("profile");
  }

  private int number(String name, int otherwise) {
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
