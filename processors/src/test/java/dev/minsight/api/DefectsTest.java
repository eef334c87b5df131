package dev.minsight.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** {@code docs/defects.md} names tests; they must be there. */
class DefectsTest {

  private static final Pattern NAMED = Pattern.compile("`([A-Z]\\w+(?:Test|IT))(?:\\.(\\w+))?`");

  private static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(folder.resolve("docs/decisions"))) {
      folder = folder.getParent();
    }
    return folder;
  }

  @Test
  @DisplayName("Every test that the list of defects names exists")
  void namedTestsExist() throws IOException {
    Path root = root();
    Map<String, String> sources;
    try (Stream<Path> files = Files.walk(root.resolve("processors/src/test/java"))) {
      sources =
          files
              .filter(file -> file.toString().matches(".*(Test|IT)\\.java"))
              .collect(
                  Collectors.toMap(
                      file -> file.getFileName().toString().replace(".java", ""),
                      DefectsTest::read,
                      (a, b) -> a + b));
    }
    List<MatchResult> named =
        NAMED.matcher(read(root.resolve("docs/defects.md"))).results().toList();
    TreeSet<String> missing = new TreeSet<>();
    for (MatchResult test : named) {
      String source = sources.get(test.group(1));
      if (source == null || test.group(2) != null && !source.contains(" " + test.group(2) + "(")) {
        missing.add(test.group());
      }
    }

    assertThat(named).hasSizeGreaterThan(50);
    assertThat(missing).isEmpty();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
