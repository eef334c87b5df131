package dev.minsight.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The sources of this project, for tests that are about tests and documents. */
public final class Repository {

  private static final List<String> MODULES = List.of("processors", "sdk", "cli");

  private Repository() {}

  /** Folder that holds the modules and the documents. */
  public static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(folder.resolve("docs/decisions"))) {
      folder = folder.getParent();
    }
    return folder;
  }

  /**
   * The source files of all modules' tests.
   *
   * @return text by file, in the order of the files
   */
  public static Map<Path, String> testSources() {
    Map<Path, String> sources = new TreeMap<>();
    for (String module : MODULES) {
      Path folder = root().resolve(module).resolve("src/test/java");
      try (Stream<Path> files = Files.walk(folder)) {
        files
            .filter(file -> file.toString().endsWith(".java"))
            .forEach(file -> sources.put(root().relativize(file), read(file)));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return sources;
  }

  /** A text file. */
  public static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
